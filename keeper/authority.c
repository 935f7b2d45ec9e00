/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/authority.h"

#include <errno.h>
#include <stdlib.h>

#include "keeper/errand.h"
#include "own.h"
#include "text.h"

struct authority {
        const struct authority_driver *driver;
        void *state;
        struct errand *errand;
        struct authority_request request;
        struct lease_answer answer;
        struct ocf_error error;
};

static void request_run(void *data)
{
        struct authority *authority = data;
        const struct lease_answer none = {0};

        authority->answer = none;
        ocf_error_clear(&authority->error);
        authority->driver->ask(authority->state, &authority->request, &authority->answer,
                               &authority->error);
}

int authority_new(const struct keeper_config *config, struct authority **ret_authority,
                  struct ocf_error *err)
{
        OWN_TEXT struct authority *authority = mem_zero(sizeof *authority);
        int r;

        authority->driver = &authority_etcd;
        authority->state = authority->driver->open(config, err);
        if (!authority->state)
                return -EINVAL;
        r = errand_new(request_run, authority, true, &authority->errand, err);
        if (r < 0) {
                authority->driver->close(authority->state);
                return r;
        }
        *ret_authority = TAKE(authority);
        return 0;
}

void authority_free(struct authority *authority)
{
        if (!authority)
                return;
        errand_free(authority->errand);
        authority->driver->close(authority->state);
        free(authority);
}

int authority_fd(const struct authority *authority)
{
        return errand_fd(authority->errand);
}

void authority_ask(struct authority *authority, const struct authority_request *request)
{
        authority->request = *request;
        errand_begin(authority->errand);
}

bool authority_take(struct authority *authority, struct lease_answer *ret_answer,
                    struct ocf_error *ret_error)
{
        if (!errand_done(authority->errand))
                return false;
        *ret_answer = authority->answer;
        *ret_error = authority->error;
        return true;
}
