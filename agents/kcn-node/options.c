/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/options.h"

#include <errno.h>
#include <string.h>

#include "own.h"
#include "text.h"

#define KEY "overrides the key that the seat gives"
#define DIRECTORY "moves what the node keeps out of DATA_DIR, where its key is judged"
#define SOCKET "takes away DATA_DIR/klay.ipc, at which the node is asked whose key it has loaded"
#define ELSEWHERE "has kcn read options in a file that is not judged"
#define BACK "lets kcn come back behind Pacemaker's back"

static const struct option {
        const char *names[3];
        const char *variable; /* behind KLAYTN_ or KAIA_; NULL: none */
        const char *does;
} options[] = {
        {{"nodekey", "p2p.node-key"}, "NODEKEY", KEY},
        {{"nodekeyhex", "p2p.node-key-hex"}, "NODEKEYHEX", KEY},
        {{"bls-nodekey", "p2p.bls-node-key"}, "BLS_NODEKEY", KEY},
        {{"bls-nodekeyhex", "p2p.bls-node-key-hex"}, "BLS_NODEKEYHEX", KEY},
        {{"datadir", "common.datadir", "migration.src.datadir"}, "DATADIR", DIRECTORY},
        {{"chaindatadir", "common.chaindatadir"}, "CHAINDATADIR", DIRECTORY},
        {{"ipcpath", "ipc.path"}, "IPCPATH", SOCKET},
        {{"ipcdisable", "ipc.disable"}, "IPCDISABLE", SOCKET},
        {{"conf"}, NULL, ELSEWHERE},
        {{"config"}, "CONFIG", ELSEWHERE},
        {{"autorestart.enable"}, "AUTORESTART_ENABLE", BACK},
        {{"autorestart.timeout"}, "AUTORESTART_TIMEOUT", BACK},
        {{"autorestart.daemon.path", "autorestart.daemon-path"}, "AUTORESTART_DAEMON_PATH", BACK},
};

#define OPTIONS (sizeof options / sizeof *options)
#define NAMES (sizeof options->names / sizeof *options->names)

/* Whether the `length` bytes of `text` are the name, no more and no less. */
static bool is_name(const char *text, size_t length, const char *name)
{
        return name && strlen(name) == length && memcmp(text, name, length) == 0;
}

static const struct option *option_find(const char *name, size_t length)
{
        for (size_t i = 0; i < OPTIONS; i++)
                for (size_t k = 0; k < NAMES; k++)
                        if (is_name(name, length, options[i].names[k]))
                                return &options[i];
        return NULL;
}

static const struct option *variable_find(const char *name, size_t length)
{
        static const char *const prefixes[] = {"KLAYTN_", "KAIA_"};

        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
                size_t ahead = strlen(prefixes[i]);

                if (length <= ahead || strncmp(name, prefixes[i], ahead) != 0)
                        continue;
                for (size_t k = 0; k < OPTIONS; k++)
                        if (is_name(name + ahead, length - ahead, options[k].variable))
                                return &options[k];
        }
        return NULL;
}

static int word_check(const char *whose, const char *word, struct ocf_error *err)
{
        const size_t dashes = strspn(word, "-");
        const size_t length = strcspn(word, "=");
        const struct option *option = NULL;

        if (dashes == 1 || dashes == 2)
                option = option_find(word + dashes, length - dashes);
        if (!option)
                return 0;
        return ocf_fail(err, -EINVAL, "%s holds %.*s, which %s; remove it", whose, (int)length,
                        word, option->does);
}

int options_check(const char *whose, const char *value, struct ocf_error *err)
{
        OWN(text_list_release) struct text_list words = {0};
        int r = 0;

        text_list_split(&words, value, " \t\n");
        for (size_t i = 0; r >= 0 && i < words.count; i++)
                r = word_check(whose, words.items[i], err);
        return r;
}

int options_check_variable(const char *whose, const char *variable, struct ocf_error *err)
{
        const size_t length = strcspn(variable, "=");
        const struct option *option = variable_find(variable, length);

        if (!option)
                return 0;
        return ocf_fail(err, -EINVAL, "%s sets %.*s, which %s; remove it", whose, (int)length,
                        variable, option->does);
}

/* How long a path is without the slashes at its end. */
static size_t path_length(const char *path)
{
        size_t length = strlen(path);

        while (length > 1 && path[length - 1] == '/')
                length--;
        return length;
}

/* Whether the two words say nothing else than kcnd.conf does. */
static bool is_data_dir(const char *option, const char *value, const char *data_dir)
{
        const char *name = option + strspn(option, "-");
        const size_t length = path_length(data_dir);

        return (text_equal(name, "datadir") || text_equal(name, "common.datadir")) &&
               path_length(value) == length && memcmp(value, data_dir, length) == 0;
}

int options_check_text(const char *whose, const char *text, const char *data_dir,
                       struct ocf_error *err)
{
        OWN(text_list_release) struct text_list words = {0};
        int r = 0;

        text_list_split(&words, text, " \t\r\n\"'\\=");
        for (size_t i = 0; r >= 0 && i < words.count; i++) {
                if (i + 1 < words.count &&
                    is_data_dir(words.items[i], words.items[i + 1], data_dir))
                        continue;
                r = word_check(whose, words.items[i], err);
                if (r >= 0)
                        r = options_check_variable(whose, words.items[i], err);
        }
        return r;
}
