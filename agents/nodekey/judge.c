/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/nodekey/judge.h"

#include <stddef.h>

/* With authority=fencing nothing but Pacemaker's fencing keeps a second machine from signing. */
static const char *fencing_refusal(const struct nodekey_facts *facts)
{
        if (facts->by_fencing == TRI_NO || facts->accepted_risk)
                return NULL;
        if (facts->fences == TRI_UNKNOWN || facts->quorate == TRI_UNKNOWN)
                return "cannot tell whether this cluster fences, and nothing else keeps a second "
                       "machine from signing (authority=fencing)";
        if (facts->fences == TRI_NO)
                return "stonith-enabled is false, so two machines may sign; set it to true, or "
                       "accept_risk=yes in the keeper's configuration";
        if (facts->quorate == TRI_NO)
                return "no-quorum-policy is ignore, so two machines may sign; set it to stop, or "
                       "accept_risk=yes in the keeper's configuration";
        return NULL;
}

enum ocf_rc nodekey_start_judge(const struct nodekey_facts *facts, const char **ret_sentence)
{
        *ret_sentence = NULL;
        if (facts->answers != TRI_YES)
                return OCF_ERR_GENERIC;
        if (facts->address_matches == TRI_NO) {
                *ret_sentence = "the parameter address and the keeper's configuration name "
                                "different addresses";
                return OCF_ERR_INSTALLED; /* the keeper's configuration is this machine's */
        }
        if (facts->address_matches != TRI_YES) {
                *ret_sentence = "cannot tell whether the keeper keeps the parameter's address";
                return OCF_ERR_GENERIC;
        }
        *ret_sentence = fencing_refusal(facts);
        return *ret_sentence ? OCF_ERR_GENERIC : OCF_SUCCESS;
}

const char *nodekey_promise(const struct nodekey_facts *facts)
{
        const bool fenced = facts->fences == TRI_YES && facts->quorate == TRI_YES;

        if (facts->by_fencing == TRI_NO && facts->gated == TRI_YES)
                return "promised: no packet of an old lease leaves a machine once a newer one is "
                       "in force, whatever stonith-enabled and no-quorum-policy say; only a "
                       "paused virtual machine whose clock stands may send for as long as its "
                       "gate was open";
        if (facts->by_fencing == TRI_NO)
                return "promised: at most one machine holds the lease; but no gate stands here, "
                       "so that a keeper that is frozen cannot keep its signer from signing on";
        if (facts->by_fencing == TRI_YES && fenced)
                return "promised: one signer for as long as fencing works, since a machine that "
                       "went silent is cut off before another one signs; without fencing it would "
                       "not be taken over";
        return "promised: nothing, since accept_risk=yes stands in the place of what would keep a "
               "second machine from signing";
}

enum ocf_rc nodekey_monitor_judge(const struct nodekey_facts *facts, bool probe,
                                  const char **ret_sentence)
{
        *ret_sentence = NULL;
        if (facts->answers != TRI_YES)
                return probe && facts->left_over == TRI_NO ? OCF_NOT_RUNNING : OCF_ERR_GENERIC;
        if (facts->held == TRI_UNKNOWN) {
                *ret_sentence = "the keeper does not say whether the seat is held";
                return OCF_ERR_GENERIC;
        }
        if (facts->held == TRI_NO && facts->left_over != TRI_NO) {
                *ret_sentence = "the seat is not held, but files of the identity, or a signer, are "
                                "left on this machine";
                return OCF_ERR_GENERIC;
        }
        if (facts->held == TRI_NO)
                return OCF_NOT_RUNNING;
        if (facts->right != TRI_YES) /* the keeper's sentence says why */
                return OCF_ERR_GENERIC;
        if (facts->address_matches != TRI_YES) {
                *ret_sentence = "the seat that is held is another address's than the parameter's";
                return OCF_ERR_GENERIC;
        }
        if (!probe && facts->started_epoch && facts->started_epoch != facts->epoch) {
                *ret_sentence =
                        "the seat is held under another epoch than the one that start took: "
                        "somebody else took it anew";
                return OCF_ERR_GENERIC;
        }
        return OCF_SUCCESS;
}

enum ocf_rc nodekey_stop_judge(const struct nodekey_facts *facts, const char **ret_sentence)
{
        *ret_sentence = NULL;
        if (facts->answers == TRI_YES)
                return OCF_SUCCESS; /* the keeper proves it */
        return facts->left_over == TRI_NO ? OCF_SUCCESS : OCF_ERR_GENERIC;
}
