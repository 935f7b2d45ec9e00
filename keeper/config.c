/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keeper/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "text.h"

static const char *const chains[] = {[KEEPER_KAIA] = "kaia", NULL};

static const char *const authorities[] = {[AUTHORITY_FENCING] = "fencing",
                                          [AUTHORITY_ETCD] = "etcd",
                                          [AUTHORITY_QUORUM] = "quorum",
                                          NULL};

static const char *const gates[] = {[KEEPER_GATE_REQUIRED] = "required",
                                    [KEEPER_GATE_PREFERRED] = "preferred",
                                    [KEEPER_GATE_OFF] = "off",
                                    NULL};

#define ROW(field) .into = OCF_INTO(struct keeper_config, field)

const struct ocf_param keeper_config_keys[] = {
        {.name = "chain",
         .type = OCF_SELECT,
         .choices = chains,
         .def = "kaia",
         ROW(chain),
         .brief = "the chain whose identity is kept",
         .help = "Decides which files make the identity: for kaia, nodekey and bls-nodekey."},
        {.name = "address",
         .type = OCF_STRING,
         .required = true,
         ROW(address),
         .brief = "the identity's public address, for example 0x and 40 hex digits for Kaia",
         .help = "The address that the files in the source must give. A seat whose files give "
                 "another one is refused."},
        {.name = "source",
         .type = OCF_STRING,
         ROW(source),
         .brief = "directory that holds the identity's files",
         .help = "A directory of root's, mode 0700, with the files in it at mode 0600. Without "
                 "this key it is /etc/validator-agents/keys/IDENTITY. Made from a running node by "
                 "validator-keeper --backup."},
        {.name = "authority",
         .type = OCF_SELECT,
         .choices = authorities,
         .def = "fencing",
         ROW(authority),
         .brief = "who grants the seat",
         .help = "fencing: Pacemaker alone, which then must fence (stonith-enabled=true, and a "
                 "no-quorum-policy other than ignore). etcd: a lease in an etcd cluster, which the "
                 "kernel enforces, so that two machines do not sign whatever the cluster is "
                 "configured to. quorum, the same by a majority of keepers, is not in this release "
                 "and is refused."},
        {.name = "accept_risk",
         .type = OCF_BOOLEAN,
         .def = "no",
         ROW(accept_risk),
         .brief = "sign although nothing excludes a second signer",
         .help = "With authority fencing and a cluster that does not fence, a partition makes two "
                 "signers. yes is the operator's signature under that; the status shows it for "
                 "ever."},
        {.name = "etcd_endpoints",
         .type = OCF_STRING,
         ROW(etcd_endpoints),
         .brief = "with authority=etcd: https://HOST:PORT, separated by commas",
         .help = "The client URLs of the etcd cluster, of version 3.4 or later. Not on the two "
                 "machines alone: the third voice has to survive either of them."},
        {.name = "etcd_ca",
         .type = OCF_STRING,
         ROW(etcd_ca),
         .brief = "PEM file of the authority that signed etcd's certificates",
         .help = "Required with authority=etcd."},
        {.name = "etcd_certificate",
         .type = OCF_STRING,
         ROW(etcd_certificate),
         .brief = "PEM file of this machine's certificate for etcd",
         .help = "Required with authority=etcd."},
        {.name = "etcd_key",
         .type = OCF_STRING,
         ROW(etcd_key),
         .brief = "PEM file of that certificate's key",
         .help = "Required with authority=etcd. Mode 0600."},
        {.name = "profile",
         .type = OCF_STRING,
         .def = "cloud",
         ROW(profile),
         .brief = "the lease's times: lan, cloud or wan",
         .help = "lan: takeover 2 s after the last renewal, for an etcd with heartbeat 50 ms and "
                 "election 250 ms. cloud: 4.5 s, for etcd's defaults. wan: 9 s. Each rides over a "
                 "change of etcd's leader. The same on all machines of the identity."},
        {.name = "renew_ms",
         .type = OCF_INTEGER,
         .min = 1,
         .max = LEASE_TIME_MAX_MS,
         ROW(renew_ms),
         .brief = "milliseconds from one renewal to the next",
         .help = "In the place of the profile's: lan 200, cloud 500, wan 1000."},
        {.name = "request_ms",
         .type = OCF_INTEGER,
         .min = 1,
         .max = LEASE_TIME_MAX_MS,
         ROW(request_ms),
         .brief = "milliseconds that one request to etcd may take",
         .help = "In the place of the profile's: 250, 1000, 2000. At least renew_ms."},
        {.name = "gate_ms",
         .type = OCF_INTEGER,
         .min = 1,
         .max = LEASE_TIME_MAX_MS,
         ROW(gate_ms),
         .brief = "milliseconds after the last renewal at which the gate shuts",
         .help = "In the place of the profile's: 800, 2500, 5000. At least three times renew_ms."},
        {.name = "kill_ms",
         .type = OCF_INTEGER,
         .min = 1,
         .max = LEASE_TIME_MAX_MS,
         ROW(kill_ms),
         .brief = "milliseconds after the last renewal at which the signer is killed",
         .help = "In the place of the profile's: 1500, 3000, 6000. Between gate_ms and "
                 "takeover_ms."},
        {.name = "takeover_ms",
         .type = OCF_INTEGER,
         .min = 1,
         .max = LEASE_TIME_MAX_MS,
         ROW(takeover_ms),
         .brief = "milliseconds without a renewal after which another machine may take the seat",
         .help = "In the place of the profile's: 2000, 4500, 9000. Refused unless takeover_ms less "
                 "what a clock may be wrong by is longer than gate_ms and that."},
        {.name = "clock_error_percent",
         .type = OCF_INTEGER,
         .def = "10",
         .max = LEASE_RHO_MAX_PERCENT,
         ROW(clock_error_percent),
         .brief = "by how much a running clock may be too fast or too slow",
         .help = "The default covers what chrony's slewing does (8.3 percent)."},
        {.name = "node",
         .type = OCF_STRING,
         ROW(node),
         .brief = "this machine's name in the seat's record",
         .help = "Without this key it is the host's name. Different on each machine."},
        {.name = "slice",
         .type = OCF_STRING,
         ROW(slice),
         .brief = "the slice in which the signer runs, behind the gate",
         .help = "Without this key it is validator-IDENTITY.slice; the signer's unit needs the "
                 "same in Slice=."},
        {.name = "gate",
         .type = OCF_SELECT,
         .choices = gates,
         .def = "required",
         ROW(gate),
         .brief = "the kernel's filter on what the signer sends",
         .help = "required: no seat without it. preferred: with it where the kernel lets us. off: "
                 "never. Without the gate a keeper that is frozen cannot keep the signer from "
                 "signing on, and the status says so."},
        {0},
};

const char *keeper_authority_name(int authority)
{
        return authorities[authority];
}

static const char *config_find(const void *data, const char *name)
{
        const struct assignments *lines = data;
        const char *value = NULL;

        (void)assignments_get(lines, name, &value, NULL);
        return value;
}

static bool key_is_known(const char *name)
{
        for (const struct ocf_param *key = keeper_config_keys; key->name; key++)
                if (strcmp(key->name, name) == 0)
                        return true;
        return false;
}

/* A misspelt key would silently leave its default in force, and a value that a shell works out
 * would silently be missing. */
static int keys_check(const struct assignments *lines, struct ocf_error *err)
{
        for (size_t i = 0; i < lines->count; i++) {
                const struct assignment *item = &lines->items[i];
                const char *value;

                if (!key_is_known(item->name))
                        return ocf_fail(err, -EINVAL,
                                        "%s, line %zu: the key '%s' is not known; see "
                                        "validator-keeper.conf(5)",
                                        lines->path, item->line, item->name);
                if (assignments_get(lines, item->name, &value, err) < 0)
                        return -EINVAL;
        }
        return 0;
}

static int address_check(const struct keeper_config *config, struct ocf_error *err)
{
        uint8_t bytes[20];
        const char *text = config->address;

        if (text_starts(text, "0x") &&
            parse_hex_bytes(text + 2, strlen(text + 2), bytes, sizeof bytes) >= 0)
                return 0;
        return ocf_fail(err, -EINVAL, "%s: address is '%.60s', but must be 0x and 40 hex digits",
                        config->path, text);
}

/* The service's ProtectHome= and PrivateTmp= hide these, also from one who is root. */
static int path_check(const struct keeper_config *config, const char *name, const char *path,
                      struct ocf_error *err)
{
        static const char *const hidden[] = {"/root/", "/home/", "/run/user/", "/tmp/",
                                             "/var/tmp/"};

        if (path && *path != '/')
                return ocf_fail(err, -EINVAL, "%s: %s is '%.200s', but must begin with /",
                                config->path, name, path);
        for (size_t i = 0; path && i < sizeof hidden / sizeof *hidden; i++)
                if (text_starts(path, hidden[i]))
                        return ocf_fail(err, -EINVAL,
                                        "%s: %s is '%.200s', but the keeper's service sees nothing "
                                        "of %s; put it below " KEEPER_CONFIG_DIR,
                                        config->path, name, path, hidden[i]);
        return 0;
}

/* Written as the kernel writes it, so that it can be compared: no empty part, no dots. */
static bool is_plain_path(const char *path)
{
        for (const char *part = path; part; part = strchr(part + 1, '/')) {
                size_t length = strcspn(part + 1, "/");

                if (length == 0 || (length <= 2 && strspn(part + 1, ".") == length))
                        return false;
        }
        return true;
}

/* Everything in the slice is shut off with the signer, and killed when the seat is lost. */
static int slice_setting_check(const struct keeper_config *config, struct ocf_error *err)
{
        static const char *const shared[] = {"",           "-.slice",       "system.slice",
                                             "user.slice", "machine.slice", "init.scope"};
        const char *slice = config->slice;

        for (size_t i = 0; slice && i < sizeof shared / sizeof *shared; i++)
                if (strcmp(slice + (*slice == '/'), shared[i]) == 0)
                        return ocf_fail(err, -EINVAL,
                                        "%s: slice is '%s', in which other services run, which "
                                        "the gate would cut off and a lost seat kill; it needs one "
                                        "of its own, as validator-%s.slice",
                                        config->path, slice, config->identity);
        if (slice && *slice == '/' ? !is_plain_path(slice) : slice && strchr(slice, '/'))
                return ocf_fail(err, -EINVAL,
                                "%s: slice is '%s', but must be the name of a slice, as "
                                "validator-%s.slice, or the path of a control group from the root, "
                                "without '//', '.', '..' and a '/' at its end",
                                config->path, slice, config->identity);
        return 0;
}

static int paths_check(const struct keeper_config *config, struct ocf_error *err)
{
        int r = path_check(config, "source", config->source, err);

        if (r >= 0)
                r = path_check(config, "etcd_ca", config->etcd_ca, err);
        if (r >= 0)
                r = path_check(config, "etcd_certificate", config->etcd_certificate, err);
        return r < 0 ? r : path_check(config, "etcd_key", config->etcd_key, err);
}

static int etcd_check(const struct keeper_config *config, struct ocf_error *err)
{
        const struct {
                const char *name, *value;
        } keys[] = {{"etcd_endpoints", config->etcd_endpoints},
                    {"etcd_ca", config->etcd_ca},
                    {"etcd_certificate", config->etcd_certificate},
                    {"etcd_key", config->etcd_key}};

        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
                if (!keys[i].value)
                        return ocf_fail(err, -EINVAL, "%s: authority=etcd needs the key '%s'",
                                        config->path, keys[i].name);
        return 0;
}

/* An explicit time goes before the profile's; all of them together have to keep two machines from
 * signing. */
static int timers_load(struct keeper_config *config, struct ocf_error *err)
{
        struct lease_timers *timers = &config->timers;
        const struct {
                int64_t *into;
                uint64_t value;
        } times[] = {{&timers->renew_ms, config->renew_ms},
                     {&timers->request_ms, config->request_ms},
                     {&timers->gate_ms, config->gate_ms},
                     {&timers->kill_ms, config->kill_ms},
                     {&timers->takeover_ms, config->takeover_ms}};
        struct ocf_error why = {0};
        int r = lease_timers_profile(config->profile, timers, &why);

        for (size_t i = 0; r >= 0 && i < sizeof times / sizeof *times; i++)
                if (times[i].value)
                        *times[i].into = (int64_t)times[i].value;
        timers->rho_percent = (int64_t)config->clock_error_percent;
        if (r >= 0)
                r = lease_timers_check(timers, &why);
        return r < 0 ? ocf_fail(err, r, "%s: %s", config->path, why.sentence) : 0;
}

static int authority_check(struct keeper_config *config, struct ocf_error *err)
{
        switch (config->authority) {
        case AUTHORITY_FENCING:
                return 0;
        case AUTHORITY_ETCD:
                return etcd_check(config, err) < 0 ? -EINVAL : timers_load(config, err);
        default:
                return ocf_fail(err, -EINVAL,
                                "%s: authority=%s is not in this release; use authority=etcd, or "
                                "authority=fencing with STONITH",
                                config->path, keeper_authority_name(config->authority));
        }
}

static int config_load(struct keeper_config *config, struct ocf_error *err)
{
        struct ocf_source source = {
                .word = config->path, .find = config_find, .data = &config->lines};
        int r = assignments_read(&config->lines, config->path, err);

        if (r >= 0)
                r = keys_check(&config->lines, err);
        if (r >= 0)
                r = ocf_params_load_from(keeper_config_keys, &source, config, err);
        if (r >= 0)
                r = address_check(config, err);
        if (r >= 0)
                r = slice_setting_check(config, err);
        if (r >= 0)
                r = authority_check(config, err);
        if (r >= 0 && !config->source)
                config->source = config->default_source;
        return r;
}

int keeper_config_read(struct keeper_config *ret_config, const char *identity, const char *dir,
                       struct ocf_error *err)
{
        const char *from = dir ? dir : KEEPER_CONFIG_DIR;
        int r = seat_identity_check(identity, err);

        *ret_config = (struct keeper_config){0};
        if (r < 0)
                return r;
        (void)snprintf(ret_config->identity, sizeof ret_config->identity, "%s", identity);
        ret_config->path = text_format("%s/%s.conf", from, identity);
        ret_config->default_source = text_format("%s/keys/%s", from, identity);
        r = config_load(ret_config, err);
        return r < 0 || dir ? r : paths_check(ret_config, err);
}

void keeper_config_release(struct keeper_config *config)
{
        assignments_release(&config->lines);
        free(config->default_source);
        free(config->path);
        *config = (struct keeper_config){0};
}
