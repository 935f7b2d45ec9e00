/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/kcn-node/standby_nodes.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "key/store.h"
#include "own.h"
#include "path.h"
#include "rpc/json_rpc.h"

bool standby_nodes_in_use(const struct layout *layout)
{
        return layout_link_leads(layout->nodes_link, layout->standby_nodes) == TRI_YES;
}

static bool exists(const char *path)
{
        struct stat st;

        return lstat(path, &st) == 0 || errno != ENOENT;
}

static int list_write(const char *path, const char *text, struct ocf_error *err)
{
        OWN_TEXT char *dir = text_copy(path);
        int r;

        *strrchr(dir, '/') = '\0';
        r = path_make_dir(dir, err);
        return r < 0 ? r : path_replace(path, text, strlen(text), false, err);
}

static char *list_text(const struct text_list *pn)
{
        OWN_JSON json_t *list = json_array();

        for (size_t i = 0; i < pn->count; i++)
                (void)json_array_append_new(list, json_string(pn->items[i]));
        return json_dumps(list, JSON_INDENT(2));
}

int standby_nodes_place(const struct layout *layout, const struct text_list *pn,
                        struct ocf_error *err)
{
        OWN_TEXT char *text = NULL;
        int r;

        if (pn->count == 0)
                return standby_nodes_remove(layout, err);
        if (exists(layout->nodes_link) && !standby_nodes_in_use(layout))
                return 0;
        text = list_text(pn);
        if (!text)
                return ocf_fail(err, -EINVAL, "the parameter pn holds a text that JSON cannot");
        r = list_write(layout->standby_nodes, text, err);
        return r < 0 ? r : key_file_link(layout->nodes_link, layout->standby_nodes, err);
}

int standby_nodes_remove(const struct layout *layout, struct ocf_error *err)
{
        switch (layout_link_leads(layout->nodes_link, layout->standby_nodes)) {
        case TRI_NO:
                return 0;
        case TRI_UNKNOWN:
                return ocf_fail(err, -EIO,
                                "cannot tell whether '%s' is the standby's list: %s; a signer that "
                                "dials by it reaches no validator",
                                layout->nodes_link, strerror(errno));
        case TRI_YES:
                break;
        }
        if (unlink(layout->nodes_link) < 0 && errno != ENOENT)
                return ocf_fail(err, -errno, "cannot remove '%s': %s", layout->nodes_link,
                                strerror(errno));
        return 0;
}
