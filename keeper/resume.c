/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/resume.h"

#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "ocf/log.h"
#include "parse.h"
#include "process/cgroup.h"
#include "text.h"

/* Of each control group's id, 20 digits and a comma. */
enum { LEAVES_TEXT_MAX = BARRIER_LEAVES_MAX * 21 + 1 };

int resume_note(const struct seat *seat, struct ocf_error *err)
{
        char incarnation[2 * LEASE_INCARNATION_SIZE + 1], leaves[LEAVES_TEXT_MAX];
        struct lines note;

        barrier_leaves_format(&seat->barrier, leaves, sizeof leaves);
        format_hex(seat->lease.incarnation, LEASE_INCARNATION_SIZE, incarnation);
        lines_clear(&note);
        (void)lines_put(&note, "incarnation", "%s", incarnation);
        (void)lines_put(&note, "epoch", "%" PRIu64, seat->lease.epoch);
        (void)lines_put(&note, "leaves", "%s", leaves);
        if (seat->barrier.unseen)
                (void)lines_put(&note, "unseen", "yes");
        return lines_write(&note, seat->note_path, false, err);
}

/* An earlier keeper had a longer profile, and its gate would outlast the wait that the first swap
 * of this one grants to the others. Returns what is left of it, negative when it cannot be cut. */
static int64_t gate_cut(struct seat *seat)
{
        const int64_t now_ms = clock_now_ms();
        int64_t left_ms, until_ms;

        (void)barrier_state(&seat->barrier, &left_ms);
        until_ms = lease_gate_cut(&seat->lease, now_ms + left_ms, now_ms);
        if (until_ms == now_ms + left_ms)
                return left_ms;
        ocf_log_info(
                "the gate was open for longer than the present times allow: it is cut to them");
        barrier_open_until(&seat->barrier, until_ms);
        (void)barrier_state(&seat->barrier, &left_ms);
        return left_ms <= until_ms - now_ms ? left_ms : -1;
}

/* Returns whether there is a note. */
static bool tenure_resume(struct seat *seat)
{
        char text[2 * LEASE_INCARNATION_SIZE + 1], leaves[LEAVES_TEXT_MAX];
        uint8_t incarnation[LEASE_INCARNATION_SIZE] = {0};
        struct lines note;
        int64_t left_ms;

        if (lines_read(&note, seat->note_path) < 0 ||
            !lines_get(&note, "incarnation", text, sizeof text) ||
            parse_hex_bytes(text, strlen(text), incarnation, sizeof incarnation) < 0)
                return false;
        (void)lines_get(&note, "leaves", leaves, sizeof leaves);
        seat->barrier.unseen = lines_is(&note, "unseen", "yes");
        barrier_leaves_parse(&seat->barrier, leaves);
        left_ms = gate_cut(seat);
        if (left_ms < 0)
                return true; /* what is not resumed is foreign: killed, and waited for */
        lease_resume(&seat->lease, incarnation, lines_get_u64(&note, "epoch", 0),
                     left_ms > 0 ? clock_now_ms() + left_ms : 0);
        seat->wanted = seat->custody->held;
        return true;
}

/* A standby runs behind a gate that is open for it. One that is open for a lease, or shut without
 * a note that tells why, has a signer behind it if it has anything. */
static bool stray_is_possible(const struct seat *seat, bool noted)
{
        bool populated = true;
        int64_t left_ms;
        const char *gate = barrier_state(&seat->barrier, &left_ms);

        if (seat->signer->armed || seat->custody->held)
                return false;
        if (custody_has_files(seat->custody))
                return true;
        if (!text_equal(gate, "leased") && (noted || !text_equal(gate, "closed")))
                return false;
        return cgroup_populated(seat->barrier.cgroup, &populated, NULL) < 0 || populated;
}

void resume_seat(struct seat *seat)
{
        const bool noted = tenure_resume(seat);

        seat->stray = stray_is_possible(seat, noted);
        if (!seat->stray)
                return;
        barrier_shut(&seat->barrier);
        ocf_log_warning("no note tells of it, but a key or a signer was left here: all that runs "
                        "in %s is killed and the key wiped",
                        seat->barrier.slice);
}
