/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The input is a keeper's configuration. One that is taken has an address, an authority of this
 * release and, under a lease, times that keep two machines from signing; one that is refused has a
 * sentence that names the file. */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "own.h"
#include "path.h"

/* the file itself: the keeper is no library */
#include "keeper/config.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void holds(bool condition)
{
        if (!condition)
                __builtin_trap();
}

static void config_is_sound(const struct keeper_config *config)
{
        holds(config->address && strlen(config->address) == 42 && config->source);
        holds(config->authority == AUTHORITY_FENCING || config->authority == AUTHORITY_ETCD);
        if (config->authority == AUTHORITY_FENCING)
                return;
        holds(config->etcd_endpoints && config->etcd_ca && config->etcd_certificate &&
              config->etcd_key);
        holds(lease_timers_check(&config->timers, NULL) == 0);
        holds(config->timers.takeover_ms > config->timers.gate_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char folder[] = "/dev/shm/fuzz-config.XXXXXX";
        struct keeper_config config;
        struct ocf_error err = {0};
        int r;

        holds(mkdtemp(folder) != NULL);

        OWN_TEXT char *path = text_format("%s/cell1.conf", folder);

        holds(path_replace(path, (const char *)data, size, false, NULL) >= 0);
        r = keeper_config_read(&config, "cell1", folder, &err);
        holds(ocf_error_set(&err) == (r < 0));
        if (r >= 0)
                config_is_sound(&config);
        else
                holds(strstr(err.sentence, "cell1.conf") || strstr(err.sentence, "key"));
        keeper_config_release(&config);
        holds(unlink(path) == 0 && rmdir(folder) == 0);
        return 0;
}
