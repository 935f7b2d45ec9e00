/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* validator-keeper: the resident program that keeps the seat of one identity on this machine. */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keeper/backup.h"
#include "keeper/clear.h"
#include "keeper/custody.h"
#include "keeper/identity.h"
#include "keeper/instance.h"
#include "keeper/keeper.h"
#include "keeper/manual.h"
#include "keeper/memory.h"
#include "keeper/server.h"
#include "keeper/status.h"
#include "ocf/log.h"
#include "own.h"
#include "text.h"
#include <config.h>

enum command {
        DO_RUN,
        DO_STATUS,
        DO_CHECK,
        DO_CLEAR,
        DO_BACKUP,
        DO_MANUAL,
        DO_MANUAL_CONFIG,
        DO_HELP,
        DO_VERSION
};

struct invocation {
        enum command command;
        const char *identity;
        const char *data_dir;
        bool json;
};

static int invocation_read(int argc, char **argv, struct invocation *ret)
{
        static const struct option options[] = {
                {"status", no_argument, NULL, DO_STATUS},
                {"check", no_argument, NULL, DO_CHECK},
                {"clear", no_argument, NULL, DO_CLEAR},
                {"backup", required_argument, NULL, DO_BACKUP},
                {"json", no_argument, NULL, 'j'},
                {"man", no_argument, NULL, DO_MANUAL},
                {"man-config", no_argument, NULL, DO_MANUAL_CONFIG},
                {"help", no_argument, NULL, DO_HELP},
                {"version", no_argument, NULL, DO_VERSION},
                {0},
        };
        int option;

        *ret = (struct invocation){.command = DO_RUN};
        while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
                if (option == '?')
                        return -EINVAL;
                if (option == 'j')
                        ret->json = true;
                else
                        ret->command = (enum command)option;
                if (option == DO_BACKUP)
                        ret->data_dir = optarg;
        }
        ret->identity = optind < argc ? argv[optind] : NULL;
        if (ret->command <= DO_BACKUP && (!ret->identity || optind + 1 != argc))
                return -EINVAL;
        return 0;
}

/* What the source may lack and an operator may have forgotten. */
static void absent_tell(const struct keeper_config *config)
{
        for (const struct identity_file *file = identity_files(config->chain); file->name; file++) {
                OWN_TEXT char *path = text_format("%s/%s", config->source, file->name);

                if (access(path, F_OK) < 0)
                        (void)printf("no %s in %s: %s\n", file->name, config->source,
                                     file->without);
        }
}

static int keeper_check(const char *identity, struct ocf_error *err)
{
        struct keeper_config config;
        int r = keeper_config_read(&config, identity, NULL, err);

        if (r >= 0)
                r = custody_check_source(&config, err);
        if (r >= 0)
                (void)printf("%s and the files in %s are right: %s, authority %s\n", config.path,
                             config.source, config.address,
                             keeper_authority_name(config.authority));
        if (r >= 0)
                absent_tell(&config);
        keeper_config_release(&config);
        return r;
}

static int keeper_run(const char *identity, struct ocf_error *err)
{
        struct keeper keeper = {0};
        OWN_FD int claim = instance_claim(identity, err);
        int r = claim;

        if (r < 0)
                return r;
        memory_protect();
        ocf_log_open("validator-keeper", NULL, false);
        r = keeper_config_read(&keeper.config, identity, NULL, err);
        if (r >= 0)
                r = server_run(&keeper, err);
        keeper_config_release(&keeper.config);
        ocf_log_close();
        return r;
}

static int invocation_run(const struct invocation *invocation, struct ocf_error *err)
{
        switch (invocation->command) {
        case DO_RUN:
                return keeper_run(invocation->identity, err);
        case DO_STATUS:
                return status_print(invocation->identity, invocation->json, err);
        case DO_CHECK:
                return keeper_check(invocation->identity, err);
        case DO_CLEAR:
                memory_protect();
                return clear_remains(invocation->identity, err);
        case DO_BACKUP:
                memory_protect();
                return backup_make(invocation->identity, invocation->data_dir, NULL, err);
        case DO_MANUAL:
                keeper_manual_print();
                return 0;
        case DO_MANUAL_CONFIG:
                keeper_manual_config_print();
                return 0;
        case DO_VERSION:
                (void)puts(PACKAGE_STRING);
                return 0;
        case DO_HELP:
                break;
        }
        keeper_usage_print(stdout);
        return 0;
}

int main(int argc, char **argv)
{
        struct invocation invocation;
        struct ocf_error err = {0};
        int r = invocation_read(argc, argv, &invocation);

        if (r < 0) {
                keeper_usage_print(stderr);
                return 2;
        }
        r = invocation_run(&invocation, &err);
        if (r < 0)
                (void)fprintf(stderr, "validator-keeper: %s\n",
                              *err.sentence ? err.sentence : strerror(-r));
        return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
