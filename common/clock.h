/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VALIDATOR_CLOCK_H
#define VALIDATOR_CLOCK_H

/* One clock and one deadline. Durations are measured on CLOCK_BOOTTIME, which also counts a
 * suspended machine's time; nothing here depends on the wall clock. A call that can wait takes a
 * deadline. */

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of CLOCK_BOOTTIME. */
int64_t clock_now_ms(void);

/* Nanoseconds of the same clock, as the kernel's gate counts them. */
uint64_t clock_now_ns(void);

/* Seconds since the epoch, for comparing with a block's timestamp and for file names only. */
int64_t clock_wall_s(void);

/* The same in milliseconds, for noticing that the wall clock was set. */
int64_t clock_wall_ms(void);

/* Gives the calling thread a place before all ordinary ones, so that a busy machine does not make
 * it late. What it starts does not inherit that. Without the right nothing happens. */
void clock_hurry(void);

struct deadline {
        int64_t at_ms; /* on clock_now_ms */
};

/* A deadline that many milliseconds from now; more than the clock can count is never. */
struct deadline deadline_in(int64_t ms);

/* The earlier of `deadline` and `ms` from now: a bound for one step of a longer operation. */
struct deadline deadline_cap(const struct deadline *deadline, int64_t ms);

/* Milliseconds left, 0 when it has passed; never more than INT32_MAX, so that it fits poll(2). */
int deadline_left_ms(const struct deadline *deadline);

bool deadline_passed(const struct deadline *deadline);

/* Waits until `fd` is readable (or hung up), at most `ms` and never beyond the deadline. Give -1 as
 * `fd` to wait for the time alone, where no event exists that could be waited for. Returns true
 * when the descriptor woke it, false when the time did. */
bool clock_wait_fd(const struct deadline *deadline, int fd, int ms);

#endif
