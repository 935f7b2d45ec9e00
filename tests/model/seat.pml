/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The seat's lease, as the keepers of two machines and one etcd play it. `./run` checks it whole.
 *
 * What is modelled
 *   authority   one record {owner, incarnation, held|released} behind a compare of its revision. Any
 *               write makes every other party's known revision stale, so a revision is one bit here:
 *               is what this keeper knows still current?
 *   requests    a compare-and-swap is sent, executed at any later time or never, answered at any
 *               later time or never. One that its keeper gave up, or whose keeper died, is a ghost:
 *               it may still be executed. A read is one step at the instant at which it is executed:
 *               a later answer only lets the reader wait longer.
 *   unknown     a swap without an answer: the revision is not known any more. A read gives it back;
 *               it never extends the lease, only an answered swap does, from its send.
 *   gate        `left[i]`: ticks until the kernel drops the signer's packets. Nobody has to run for
 *               it to reach 0. Shut at G from the send (soft: the next good renewal opens it), the
 *               signer is killed at K > G.
 *   keeper      may be frozen and thawed (SIGSTOP), killed and started again: it forgets all but
 *               the incarnation in its tmpfs, a new one is made with each new tenure. A restarted
 *               keeper goes on with what is its own: record of the stored incarnation, renewed by a
 *               swap that is compared. Anything else is foreign: kill, wait T.
 *   machine     may lose power: signer, gate and tmpfs are gone.
 *   clocks      the holder's clock may lose DRIFT ticks in a lease, the taker's may gain DRIFT in a
 *               wait: T - DRIFT >= G + DRIFT is T(1-rho) > G(1+rho) in whole ticks.
 *   PAUSE       a virtual machine with a stopped clock. P1 does not hold then (M8); what is checked
 *               instead is P2: at most G ticks of exposure after the pause.
 *   FLOOR       heights as numbers. A signer signs the height after its tip; no height is signed by
 *               two signer processes. Who takes the seat asks the chain's height under its lease, and
 *               waits until it is past that by one; of a signer that was released in order the record
 *               says at which tip it was when its gate had been shut for good, and that counts alone.
 *
 * Checked: P1 as "a usable signer's machine owns the record" at every step, which is stronger than
 * "never two", P2, the floor, and with LIVE that a seat is in use again and again once the faults
 * end. Each of the mutations M1..M17 breaks one rule and has to be found out; `run` says what each is.
 *
 * Not modelled: three machines, the quorum authority, the role of a standby's gate, sockets that
 * outlive their process, two machines with one memory image. */

#ifndef G
#define G 2
#endif
#ifndef K
#define K 3
#endif
#ifndef T
#define T 4
#endif
#ifndef DRIFT
#define DRIFT 1
#endif
#ifndef FAULTS
#define FAULTS 2
#endif
#ifdef M7
#undef G
#define G T
#undef K
#define K T
#endif
#if defined(M4)
#define WAIT 0
#elif defined(M15)
#define WAIT (T + 1)
#else
#define WAIT T
#endif
#define NONE 2

/* The authority. `match`: the record's incarnation is the one in its owner's tmpfs. */
byte owner = NONE;
bool match;

/* What dies with a keeper. known: 0 nothing, 1 the current revision, 2 one that is not current. */
bool hold[2], sent[2], fresh[2], done[2], leaving[2];
byte known[2], wait[2], age[2], pend[2];

/* Abandoned swaps that can still succeed: one that takes or renews, one that releases. `mine`: the
 * first bears the incarnation that is stored now. */
bool ghost[2], mine[2], parting[2];

/* The machine. */
bool signer[2], frozen[2], paused[2];
byte left[2];

/* Drift spent since the send that the gate counts from, the outstanding send, the wait's begin. */
bool slow[2], slowpend[2], fast[2];
byte faults;

#ifdef FLOOR
#ifndef HEIGHTS
#define HEIGHTS 3
#endif
byte chain, tip[2], top[2], bottom[2], floor[2];
/* 0, or one more than the tip at which a signer ended: in the record, as this holder is about to tell
 * it, and as the taker found it in the record that its swap replaced. */
byte ended, last[2], before[2];
#define PAST_FLOOR(i) (tip[i] >= floor[i])
#else
#define PAST_FLOOR(i) true
#endif

#define usable(i) (signer[i] && left[i] > 0 && !paused[i])
#define up(i) (!frozen[i] && !paused[i])
#define own(i) (owner == i && match)

#ifdef LIVE
/* Prompt: one renewal a tick, and an answer that is there is read. */
#define MAY_PASS timeout
#define DUE(i) (age[i] >= 1)
#define UNKNOWN(i) (!done[i] && pend[i] >= 2)
#else
#define MAY_PASS skip
#define DUE(i) true
#define UNKNOWN(i) (pend[i] >= 1)
#endif

#ifdef LIVE
ltl live { []<> (usable(0) || usable(1)) }
#define CHECK
#elif defined(PAUSE) && !defined(M8)
byte over[2];
#ifndef BOUND
#define BOUND G
#endif
#define CHECK assert(over[0] <= BOUND && over[1] <= BOUND)
#else
#define CHECK assert((!usable(0) || owner == 0) && (!usable(1) || owner == 1))
#endif

inline shut(i) { left[i] = 0; slow[i] = false }

#ifdef FLOOR
#ifdef M16
#define HEIR(i) before[i] = (owner != i || !match -> ended : before[i])
#define CLEAR skip
#else
#define HEIR(i) before[i] = (owner == NONE -> ended : 0)
#define CLEAR ended = 0
#endif
#define TAKEN(i) HEIR(i); CLEAR
#define RELEASED(i) ended = last[i]; last[i] = 0
#else
#define TAKEN(i) skip
#define RELEASED(i) skip
#endif

/* Any write: what the others know, have sent or were promised is not current any more. */
inline commit(i) {
	ghost[0] = false; ghost[1] = false; mine[0] = false; mine[1] = false;
	parting[0] = false; parting[1] = false;
	fresh[0] = false; fresh[1] = false;
	if :: known[0] == 1 -> known[0] = 2 :: else fi;
	if :: known[1] == 1 -> known[1] = 2 :: else fi
}

inline forget(i) {
	if :: sent[i] && !done[i] && fresh[i] -> ghost[i] = true; mine[i] = true :: else fi;
	sent[i] = false; done[i] = false; fresh[i] = false; pend[i] = 0; slowpend[i] = false
}

inline lose(i) {
#ifdef FLOOR
	floor[i] = 0; bottom[i] = 0; before[i] = 0;
#endif
	signer[i] = false; shut(i); hold[i] = false; leaving[i] = false; age[i] = 0
}

inline grow(counter, most) { if :: counter < most -> counter++ :: else fi }

inline local_tick(i) {
#ifndef M2
	if :: left[i] > 0 -> left[i]--; if :: left[i] == 0 -> slow[i] = false :: else fi :: else fi;
#endif
	if :: hold[i] -> grow(age[i], K) :: else fi;
	if :: sent[i] -> grow(pend[i], K) :: else fi;
	if :: !hold[i] && known[i] > 0 -> grow(wait[i], T) :: else fi
}

inline tick(i) {
	if
	:: paused[i]
	:: !paused[i] ->
		if
#ifdef M5
		:: true -> skip
#else
		:: DRIFT > 0 && (left[i] > 0 || sent[i]) && !slow[i] && !(sent[i] && slowpend[i]) ->
			if :: left[i] > 0 -> slow[i] = true :: else fi;
			if :: sent[i] -> slowpend[i] = true :: else fi
#endif
		:: true -> local_tick(i)
		:: DRIFT > 0 && !hold[i] && known[i] > 0 && !fast[i] && !signer[i] && !sent[i] ->
			fast[i] = true; grow(wait[i], T); local_tick(i)
		fi
	fi
}

active proctype Clock()
{
end:	do
	:: atomic {
		MAY_PASS;
		tick(0); tick(1);
#if defined(PAUSE) && !defined(M8)
		if :: usable(0) && owner != 0 -> over[0]++ :: else -> over[0] = 0 fi;
		if :: usable(1) && owner != 1 -> over[1]++ :: else -> over[1] = 0 fi;
#endif
		CHECK }
	od
}

/* An answer that grants: the lease counts from the send. */
inline granted_answer(i) {
#ifdef M1
	age[i] = 0; left[i] = G; slow[i] = false;
#else
	age[i] = pend[i];
#ifdef M3
	left[i] = (pend[i] < G -> G - pend[i] : 1); slow[i] = slowpend[i];
#else
	left[i] = (pend[i] < G -> G - pend[i] : 0); slow[i] = (pend[i] < G -> slowpend[i] : false);
#endif
#endif
	/* fresh: nobody wrote since. */
	known[i] = (fresh[i] -> 1 : 2);
#ifdef FLOOR
	if
	:: !hold[i] && !signer[i] ->
#ifdef M12
		floor[i] = 0
#else
#ifdef M13
		floor[i] = tip[i] + 1
#else
#ifdef M14
		floor[i] = chain
#else
		floor[i] = (before[i] > 0 -> before[i] : chain + 1)
#endif
#endif
#endif
	:: else
	fi;
#endif
	hold[i] = true;
	wait[i] = 0; fast[i] = false;
	if
#if !defined(M1) && !defined(M3)
	:: age[i] >= K -> lose(i)
#endif
	:: else
	fi
}

proctype Keeper(byte i)
{
end:	do
	/* Read. A revision that is new to this keeper starts its wait anew. */
	:: atomic { up(i) && !sent[i] && !leaving[i] && known[i] != 1 ->
		known[i] = 1;
#ifndef M10
		wait[i] = 0; fast[i] = false;
#endif
		if
		:: hold[i] && !own(i) -> lose(i)
#ifdef M9
		:: hold[i] && own(i) -> age[i] = 0; left[i] = G; slow[i] = false
#endif
#ifdef M11
		:: !hold[i] && own(i) && signer[i] -> left[i] = G; slow[i] = false
#endif
		:: else
		fi; CHECK }
	/* Renew. */
	:: atomic { up(i) && !sent[i] && !leaving[i] && hold[i] && known[i] > 0 && DUE(i) ->
		sent[i] = true; fresh[i] = (known[i] == 1); pend[i] = 0; slowpend[i] = false }
	/* Take: what is its own at once, what is released at once, what is foreign after T. A signer of
	 * an older tenure has to be dead first. */
	:: atomic { up(i) && !sent[i] && !hold[i] && known[i] == 1 &&
		    (own(i) || (!signer[i] && (owner == NONE || wait[i] >= WAIT))) ->
		if
		:: own(i)
		:: else ->	/* a new incarnation is stored before it is sent */
			mine[i] = false;
			if :: owner == i -> match = false :: else fi
		fi;
		sent[i] = true; fresh[i] = true; pend[i] = 0; slowpend[i] = false }
	/* Answer: granted, or refused because somebody else wrote since. */
	:: atomic { up(i) && sent[i] && (done[i] || !fresh[i]) ->
		if
		:: done[i] -> granted_answer(i)
		:: else -> known[i] = 2	/* a ghost of ours, perhaps: what is read next decides */
		fi;
		sent[i] = false; done[i] = false; fresh[i] = false; pend[i] = 0; slowpend[i] = false;
		CHECK }
	/* Give up waiting for the answer: unknown. */
	:: atomic { up(i) && sent[i] && UNKNOWN(i) ->
		forget(i); known[i] = 2 }
	/* The agent starts the signer, behind the gate. */
	:: atomic { up(i) && hold[i] && !leaving[i] && !signer[i] && left[i] > 0 && PAST_FLOOR(i) ->
		signer[i] = true;
#ifdef FLOOR
		bottom[i] = top[i]; floor[i] = 0; before[i] = 0; last[i] = 0;
#endif
		CHECK }
	/* The hard bound. */
	:: atomic { up(i) && hold[i] && age[i] >= K -> lose(i) }
#ifdef M2
	:: atomic { up(i) && hold[i] && age[i] >= G -> shut(i) }
#endif
	/* What was found here and is not of this tenure. */
	:: atomic { up(i) && !hold[i] && signer[i] && known[i] == 1 && !own(i) -> signer[i] = false; shut(i) }
	/* Planned release, in two steps that can be cut apart. */
#ifndef LIVE
#ifdef M6
	:: atomic { up(i) && hold[i] && signer[i] && !leaving[i] && !sent[i] && known[i] == 1 ->
		leaving[i] = true; parting[i] = true }
	:: atomic { up(i) && leaving[i] -> lose(i); known[i] = 2 }
#else
#ifdef M17
	/* Its head is asked while it signs on. */
	:: atomic { up(i) && hold[i] && usable(i) && !leaving[i] && last[i] == 0 -> last[i] = tip[i] + 1 }
#endif
	:: atomic { up(i) && hold[i] && !leaving[i] && !sent[i] && known[i] == 1 ->
#if defined(FLOOR) && !defined(M17)
		last[i] = (signer[i] -> tip[i] + 1 : 0);
#endif
		signer[i] = false; shut(i); leaving[i] = true }
	:: atomic { up(i) && leaving[i] ->
		if :: known[i] == 1 -> parting[i] = true :: else fi;
		lose(i); known[i] = 2; wait[i] = 0 }
#endif
#endif
	od
}

proctype Etcd(byte i)
{
	bool was;
end:	do
	:: atomic { sent[i] && !done[i] && fresh[i] ->
		TAKEN(i); commit(i); owner = i; match = true; done[i] = true; fresh[i] = true; CHECK }
	:: atomic { ghost[i] -> was = mine[i]; TAKEN(i); commit(i); owner = i; match = was; was = false; CHECK }
	:: atomic { parting[i] -> commit(i); owner = NONE; match = false; RELEASED(i); CHECK }
	od
}

active proctype Fault()
{
	byte i;
end:	do
	:: atomic { faults < FAULTS ->
		faults++;
		/* The first may as well be on machine 0: they are alike. */
		if :: i = 0 :: faults > 1 -> i = 1 fi;
		if
#ifdef FREEZE
		:: frozen[i] = true
#endif
#ifdef PAUSE
		:: paused[i] = true
#endif
#ifdef RESTART
		:: true -> forget(i); hold[i] = false; leaving[i] = false; known[i] = 0; wait[i] = 0;
		   age[i] = 0; fast[i] = false
#endif
#ifdef REBOOT
		:: true -> forget(i); lose(i); known[i] = 0; wait[i] = 0; fast[i] = false; mine[i] = false;
		   if :: owner == i -> match = false :: else fi
#endif
		:: skip
		fi;
		i = 0; CHECK }
#ifndef FOREVER
	:: atomic { frozen[0] || paused[0] -> frozen[0] = false; paused[0] = false; CHECK }
	:: atomic { frozen[1] || paused[1] -> frozen[1] = false; paused[1] = false; CHECK }
#endif
	od
}

#ifdef FLOOR
/* The other validators go on; a node follows as it likes; a usable signer signs when it likes. */
proctype Chain(byte i)
{
end:	do
	:: atomic { i == 0 && chain < HEIGHTS -> chain++ }
	:: atomic { tip[i] < chain -> tip[i]++ }
	:: atomic { usable(i) && top[i] <= tip[i] ->
		assert(tip[i] + 1 > top[1 - i] && tip[i] + 1 > bottom[i]);
		top[i] = tip[i] + 1 }
	od
}
#endif

init {
	atomic {
		run Keeper(0); run Keeper(1); run Etcd(0); run Etcd(1);
#ifdef FLOOR
		run Chain(0); run Chain(1)
#endif
	}
}
