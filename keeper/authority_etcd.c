/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One key per identity in an etcd cluster; no etcd lease is attached to it, since their expiry is
 * neither prompt nor safe. */
#include <ctype.h>
#include <errno.h>

#include "clock.h"
#include "etcd/kv.h"
#include "keeper/authority.h"
#include "keeper/errand.h"
#include "keeper/transport.h"
#include "lease/store.h"
#include "own.h"
#include "path.h"
#include "text.h"

#define ETCD_KEY_PREFIX "/validator-agents/seat/"

/* A restart forgets at most this many revisions of the guard: some minutes of one seat. */
enum { GUARD_EVERY = 1000 };

struct etcd_authority {
        struct etcd etcd;
        char *key;
        char *guard_path;
        struct lease_guard guard;
        struct errand *writer; /* an fsync on a busy disk takes longer than a lease */
        bool writes;
        struct lease_guard written; /* the writer's own while it writes */
};

static void guard_put(void *data)
{
        struct etcd_authority *authority = data;

        (void)guard_write(&authority->written, authority->guard_path, NULL);
}

static void guard_follow(struct etcd_authority *authority)
{
        if (authority->writes && errand_done(authority->writer)) {
                authority->writes = false;
                authority->guard.kept = authority->written.kept;
        }
        if (authority->writes || !guard_is_due(&authority->guard, GUARD_EVERY))
                return;
        authority->written = authority->guard;
        authority->writes = true;
        errand_begin(authority->writer);
}

static void etcd_authority_close(void *state)
{
        struct etcd_authority *authority = state;

        errand_free(authority->writer);
        etcd_release(&authority->etcd);
        free(authority->key);
        free(authority->guard_path);
        free(authority);
}

/* By the address, not by the identity's name: an old set-up that was given another name signs with
 * the same key. The caller frees. */
static char *key_name(const char *address)
{
        char *name = text_format("%s%s", ETCD_KEY_PREFIX, address);

        for (char *at = name; *at; at++)
                *at = (char)tolower((unsigned char)*at);
        return name;
}

static void *etcd_authority_open(const struct keeper_config *config, struct ocf_error *err)
{
        const struct http_tls tls = {.ca = config->etcd_ca,
                                     .certificate = config->etcd_certificate,
                                     .key = config->etcd_key};
        OWN_TEXT char *dir = text_format("%s/%s", SEAT_STATE_DIR, config->identity);
        struct etcd_authority *authority = mem_zero(sizeof *authority);
        const struct http_transport *http;
        int r = path_make_dir(dir, err);

        authority->key = key_name(config->address);
        authority->guard_path = text_format("%s/guard", dir);
        if (r >= 0)
                r = guard_read(authority->guard_path, &authority->guard, err);
        if (r >= 0)
                r = keeper_transport(&http, err);
        if (r >= 0)
                r = etcd_init(&authority->etcd, config->etcd_endpoints, &tls, http, err);
        if (r >= 0)
                r = errand_new(guard_put, authority, false, &authority->writer, err);
        if (r >= 0)
                return authority;
        etcd_authority_close(authority);
        return NULL;
}

/* What etcd showed, as a lease sees it. */
static int shown_take(const struct etcd_answer *shown, struct lease_answer *answer,
                      struct ocf_error *err)
{
        struct lines lines;

        answer->exists = shown->exists;
        answer->revision = shown->key_revision;
        if (!shown->exists)
                return 0;
        if (shown->value_size > LINES_MAX ||
            lines_parse(&lines, shown->value, shown->value_size) < 0)
                return ocf_fail(err, -EBADMSG, "the seat's record in etcd is malformed");
        return lease_record_parse(&lines, &answer->record, err);
}

static void etcd_authority_ask(void *state, const struct authority_request *request,
                               struct lease_answer *ret_answer, struct ocf_error *err)
{
        static const enum lease_result results[] = {[ETCD_UNKNOWN] = LEASE_UNKNOWN,
                                                    [ETCD_DONE] = LEASE_GRANTED,
                                                    [ETCD_DIFFERS] = LEASE_REFUSED,
                                                    [ETCD_SHOWN] = LEASE_SHOWN};
        const struct deadline deadline = deadline_in(request->at_most_ms);
        struct etcd_authority *authority = state;
        struct etcd_request ask = {.key = authority->key, .compare = request->compare};
        struct etcd_answer shown;
        struct lines value;

        *ret_answer = (struct lease_answer){.result = LEASE_UNKNOWN};
        if (request->kind != LEASE_READ) {
                lease_record_format(&request->put, &value);
                ask.swap = true;
                ask.value = value.text;
                ask.value_size = value.length;
        }
        etcd_ask(&authority->etcd, &ask, &deadline, &shown, err);
        if (shown.outcome == ETCD_UNKNOWN ||
            guard_check(&authority->guard, shown.cluster, shown.revision, err) < 0 ||
            shown_take(&shown, ret_answer, err) < 0) {
                *ret_answer = (struct lease_answer){.result = LEASE_UNKNOWN};
                return;
        }
        ret_answer->result = results[shown.outcome];
        guard_follow(authority);
}

const struct authority_driver authority_etcd = {
        .open = etcd_authority_open, .close = etcd_authority_close, .ask = etcd_authority_ask};
