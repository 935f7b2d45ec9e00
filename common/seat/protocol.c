/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seat/protocol.h"

#include <errno.h>
#include <string.h>

int seat_identity_check(const char *identity, struct ocf_error *err)
{
        static const char letters[] =
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
        size_t length = strlen(identity);

        if (length == 0 || length > SEAT_IDENTITY_MAX || strspn(identity, letters) != length)
                return ocf_fail(err, -EINVAL,
                                "the identity's name '%.40s' must be 1 to %d of a-z, A-Z, 0-9 "
                                "and _; with a '-' systemd would put its slice into another "
                                "identity's",
                                identity, SEAT_IDENTITY_MAX);
        return 0;
}

void seat_request(struct lines *request, const char *name)
{
        lines_clear(request);
        (void)lines_put(request, "version", "%d", SEAT_PROTOCOL_VERSION);
        (void)lines_put(request, "request", "%s", name);
}

void seat_answer(struct lines *answer, const char *result, const char *reason)
{
        lines_clear(answer);
        (void)lines_put(answer, "version", "%d", SEAT_PROTOCOL_VERSION);
        (void)lines_put(answer, "result", "%s", result);
        if (reason)
                (void)lines_put(answer, "reason", "%s", reason);
}

int seat_version_check(const struct lines *message, struct ocf_error *err)
{
        char version[16];

        (void)lines_get(message, "version", version, sizeof version);
        if (lines_get_u64(message, "version", 0) == SEAT_PROTOCOL_VERSION)
                return 0;
        return ocf_fail(err, -EPROTONOSUPPORT,
                        "the keeper's protocol here is version %d, but the other side speaks "
                        "version '%s': agents and keeper must be of one release",
                        SEAT_PROTOCOL_VERSION, version);
}
