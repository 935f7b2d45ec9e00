/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/elastic-ip/judge.h"

#include <stdarg.h>

#define WRONG_ADDRESS "allocation_id belongs to the address '%s', not to elastic_ip"

bool address_needs_api(enum address_local local)
{
        return local != LOCAL_HERE;
}

/* Puts the sentence and gives `rc` back. */
static enum ocf_rc answer_say(struct ocf_error *err, enum ocf_rc rc, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

static enum ocf_rc answer_say(struct ocf_error *err, enum ocf_rc rc, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        (void)ocf_vfail(err, 0, format, args);
        va_end(args);
        return rc;
}

/* The API gave no answer. What the metadata says, then what was known last, must do. */
static enum ocf_rc judge_without_api(const struct address_facts *facts,
                                     const struct address_monitor_rules *rules,
                                     struct ocf_error *err)
{
        /* A proof from the future is one of another boot. */
        bool fresh = facts->memory == MEMORY_OURS && facts->proof_age_ms >= 0 &&
                     facts->proof_age_ms <= rules->grace_ms;

        if (facts->local == LOCAL_HERE && !rules->api_wanted)
                return OCF_SUCCESS;
        if (facts->local == LOCAL_MISPLACED)
                return answer_say(err, OCF_ERR_GENERIC,
                                  "the address is at another interface or private address of "
                                  "this instance than the parameters say");
        /* A probe asks what is there. The metadata is late by seconds only, so its "no" counts
         * where no earlier action of this boot says otherwise. */
        if (facts->local == LOCAL_ABSENT &&
            (facts->memory == MEMORY_NONE || facts->memory == MEMORY_NOT_OURS))
                return answer_say(err, OCF_NOT_RUNNING,
                                  "this instance's metadata does not have the address");
        if (fresh)
                return OCF_SUCCESS;
        return answer_say(err, OCF_ERR_GENERIC,
                          "it is not known who has the address: the EC2 API does not answer");
}

enum ocf_rc address_judge_monitor(const struct address_facts *facts,
                                  const struct address_monitor_rules *rules, struct ocf_error *err)
{
        switch (facts->remote) {
        case REMOTE_HERE:
                return OCF_SUCCESS;
        case REMOTE_FREE:
                return answer_say(err, OCF_NOT_RUNNING, "no instance has the address");
        case REMOTE_OTHER:
                return answer_say(err, OCF_NOT_RUNNING, "the address is held by '%s'",
                                  facts->holder);
        case REMOTE_MISPLACED:
                return answer_say(err, OCF_ERR_GENERIC,
                                  "the address is at another interface or private address of "
                                  "this instance than the parameters say");
        case REMOTE_NO_ADDRESS:
                return answer_say(err, OCF_NOT_RUNNING,
                                  "the allocation does not exist in this region and account: "
                                  "check allocation_id and region");
        case REMOTE_WRONG_ADDRESS:
                return answer_say(err, rules->probe ? OCF_NOT_RUNNING : OCF_ERR_CONFIGURED,
                                  WRONG_ADDRESS, facts->public_ip);
        case REMOTE_NOT_ASKED:
        case REMOTE_UNKNOWN:
        case REMOTE_DENIED:
                break;
        }
        return judge_without_api(facts, rules, err);
}

enum address_step address_judge_start(const struct address_facts *facts,
                                      const struct address_progress *progress, enum ocf_rc *ret_rc,
                                      struct ocf_error *err)
{
        switch (facts->remote) {
        case REMOTE_HERE:
                return facts->local == LOCAL_HERE ? STEP_DONE : STEP_WAIT;
        case REMOTE_FREE:
        case REMOTE_OTHER:
        case REMOTE_MISPLACED:
                /* Once is enough: each association may be billed, and a look-up may be late. */
                return progress->asked ? STEP_WAIT : STEP_ASSOCIATE;
        case REMOTE_NO_ADDRESS:
                *ret_rc = OCF_ERR_ARGS;
                return STEP_FAIL;
        case REMOTE_WRONG_ADDRESS:
                *ret_rc = answer_say(err, OCF_ERR_CONFIGURED, WRONG_ADDRESS, facts->public_ip);
                return STEP_FAIL;
        case REMOTE_DENIED:
                *ret_rc = OCF_ERR_PERM;
                return STEP_FAIL;
        case REMOTE_NOT_ASKED:
        case REMOTE_UNKNOWN:
                break;
        }
        return STEP_WAIT;
}

enum address_step address_judge_stop(const struct address_facts *facts,
                                     const struct address_progress *progress)
{
        switch (facts->remote) {
        case REMOTE_FREE:
        case REMOTE_OTHER:
                /* Soon after a start a look-up may show what was before it. */
                return facts->local == LOCAL_HERE && progress->patient ? STEP_WAIT : STEP_DONE;
        case REMOTE_NO_ADDRESS:
        case REMOTE_WRONG_ADDRESS:
                return STEP_DONE;
        case REMOTE_HERE:
        case REMOTE_MISPLACED:
                return progress->asked ? STEP_WAIT : STEP_DISASSOCIATE;
        case REMOTE_NOT_ASKED:
        case REMOTE_UNKNOWN:
        case REMOTE_DENIED:
                break;
        }
        /* An association that was asked for and never seen may still come true after the metadata
         * was looked at; else "no" from the instance itself is proof. */
        if (facts->local == LOCAL_ABSENT && facts->memory != MEMORY_PENDING)
                return STEP_DONE;
        return STEP_WAIT;
}
