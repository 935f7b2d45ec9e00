/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/keeper.h"

#include <string.h>

#include "keeper_rig.h"
#include "killed_at.h"
#include "suite.h"

static int act_acquire(const void *data)
{
        struct rig rig = *(const struct rig *)data;

        return acquired(&rig) ? 0 : -1;
}

static int act_lose(const void *data)
{
        struct rig rig = *(const struct rig *)data;

        return asked(&rig, "lose", NULL) ? 0 : -1;
}

/* Whatever point a keeper dies at: the next one never says that nothing is held and nothing left
 * while a key lies there, its lose clears all up, and no two holdings share an epoch. */
START_TEST(keeper_killed_while_it_takes_the_seat)
{
        OWN_RIG struct rig rig;
        uint64_t last = 0;
        int n = 0;

        rig_init(&rig);
        while (killed_at(n, act_acquire, &rig)) {
                uint64_t epoch;

                keeper_again(&rig);
                ck_assert(acquired(&rig));
                epoch = lines_get_u64(&rig.answer, "epoch", 0);
                ck_assert_uint_gt(epoch, last);
                last = epoch;
                ck_assert(asked(&rig, "status", NULL));
                ck_assert_ptr_null(strstr(rig.answer.text, "fault"));
                ck_assert(asked(&rig, "lose", NULL));
                ck_assert_int_eq(entries(), 0);
                n++;
        }
        ck_assert_int_gt(n, 50);
        keeper_again(&rig); /* the one that survived noted what it took */
        ck_assert(rig.keeper.custody.held);
}
END_TEST

START_TEST(keeper_killed_while_it_loses_the_seat)
{
        OWN_RIG struct rig rig;
        int n = 0;

        rig_init(&rig);
        ck_assert(acquired(&rig));
        while (killed_at(n, act_lose, &rig)) {
                keeper_again(&rig);
                /* half a seat is no seat that a monitor could take for whole */
                ck_assert(asked(&rig, "status", NULL));
                if (lines_is(&rig.answer, "held", "no"))
                        ck_assert_int_eq(entries(), 0);
                else if (entries() == 0)
                        ck_assert_ptr_nonnull(strstr(rig.answer.text, "fault="));
                ck_assert(asked(&rig, "lose", NULL));
                ck_assert_int_eq(entries(), 0);
                ck_assert(acquired(&rig));
                n++;
        }
        ck_assert_int_gt(n, 20);
        ck_assert_int_eq(entries(), 0);
}
END_TEST

SUITE_MAIN_WHERE("keeper_crash", rig_missing(), TEST(keeper_killed_while_it_takes_the_seat),
                 TEST(keeper_killed_while_it_loses_the_seat))
