/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/elastic-ip/observe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agents/elastic-ip/remote.h"
#include "own.h"
#include "path.h"
#include "text.h"

#define MACS "meta-data/network/interfaces/macs/"
#define NITRO_ASSET_TAG "/sys/devices/virtual/dmi/id/board_asset_tag"

void address_scene_open(struct address_scene *ret_scene, const struct address_params *params,
                        const char *resource, bool lenient)
{
        *ret_scene = (struct address_scene){.params = params, .resource = resource};
        ret_scene->aws.settings.any_mode = lenient;
        ret_scene->has_imds = imds_init(&ret_scene->imds, &ret_scene->local_error) >= 0;
        address_recall(resource, params->allocation_id, &ret_scene->record);
        ret_scene->facts.memory = ret_scene->record.memory;
}

static bool mac_is_valid(const char *mac)
{
        return *mac && strspn(mac, "0123456789abcdefABCDEF:") == strlen(mac);
}

/* The interfaces' MAC addresses, by which the metadata names them. */
static int macs_fetch(struct address_scene *scene, const struct deadline *deadline,
                      struct text_list *ret_macs, struct ocf_error *err)
{
        OWN_TEXT char *value = mem_zero(IMDS_VALUE_MAX);
        int r;

        if (!scene->has_imds)
                return ocf_fail(err, -ENODEV, "%s", scene->local_error.sentence);
        r = imds_fetch(&scene->imds, MACS, deadline, value, err);
        if (r < 0)
                return r == -ENOENT ? -EPROTO : r;
        text_list_split(ret_macs, value, "/\r\n");
        for (size_t i = 0; i < ret_macs->count; i++)
                if (!mac_is_valid(ret_macs->items[i]))
                        return ocf_fail(err, -EPROTO,
                                        "the metadata service gave no list of interfaces");
        return ret_macs->count ? 0
                               : ocf_fail(err, -EPROTO, "the metadata service knows no interface");
}

static int mac_fetch(struct address_scene *scene, const char *mac, const char *what,
                     const struct deadline *deadline, char value[static IMDS_VALUE_MAX])
{
        OWN_TEXT char *path = text_format(MACS "%s/%s", mac, what);

        return imds_fetch(&scene->imds, path, deadline, value, &scene->local_error);
}

/* Does this interface have the address? */
static enum address_local mac_observe(struct address_scene *scene, const char *mac,
                                      const struct deadline *deadline)
{
        const struct address_params *params = scene->params;
        OWN_TEXT char *what = text_format("ipv4-associations/%s", params->elastic_ip);
        OWN_TEXT char *value = mem_zero(IMDS_VALUE_MAX);
        int r = mac_fetch(scene, mac, what, deadline, value);

        if (r == -ENOENT) {
                ocf_error_clear(&scene->local_error);
                return LOCAL_ABSENT;
        }
        if (r < 0)
                return LOCAL_UNKNOWN;
        if (params->private_ip_address && !text_equal(value, params->private_ip_address))
                return LOCAL_MISPLACED;
        if (!params->network_interface)
                return LOCAL_HERE;
        if (mac_fetch(scene, mac, "interface-id", deadline, value) < 0)
                return LOCAL_UNKNOWN;
        return text_equal(value, params->network_interface) ? LOCAL_HERE : LOCAL_MISPLACED;
}

void address_observe_local(struct address_scene *scene, const struct deadline *deadline)
{
        OWN(text_list_release) struct text_list macs = {0};
        enum address_local local = LOCAL_ABSENT;

        if (scene->has_imds)
                ocf_error_clear(&scene->local_error);
        /* Where it was last seen it most often is: one question then, and not two. */
        if (scene->has_imds && mac_is_valid(scene->record.mac))
                local = mac_observe(scene, scene->record.mac, deadline);
        if (local == LOCAL_ABSENT && macs_fetch(scene, deadline, &macs, &scene->local_error) < 0)
                local = LOCAL_UNKNOWN;
        for (size_t i = 0; local == LOCAL_ABSENT && i < macs.count; i++) {
                local = mac_observe(scene, macs.items[i], deadline);
                if (local == LOCAL_HERE)
                        (void)snprintf(scene->record.mac, sizeof scene->record.mac, "%.23s",
                                       macs.items[i]);
        }
        scene->facts.local = local;
}

/* Which instance this is: as an earlier action found out, as the metadata says, or as Nitro's
 * firmware says. Empty when nobody says. */
static void identity_find(struct address_scene *scene, const struct deadline *deadline)
{
        OWN_TEXT char *value = mem_zero(IMDS_VALUE_MAX);
        size_t length = 0;

        if (scene->record.instance_id[0])
                return;
        if (scene->has_imds &&
            imds_fetch(&scene->imds, "meta-data/instance-id", deadline, value, NULL) < 0)
                *value = '\0';
        if (!text_starts(value, "i-") && path_read(NITRO_ASSET_TAG, value, 64, &length) >= 0)
                value[strcspn(value, "\n")] = '\0';
        if (text_starts(value, "i-"))
                (void)snprintf(scene->record.instance_id, sizeof scene->record.instance_id, "%.60s",
                               value);
}

void address_observe_remote(struct address_scene *scene, const struct deadline *deadline)
{
        struct ocf_error before = scene->remote_error;

        ocf_error_clear(&scene->remote_error);
        scene->facts.remote = REMOTE_UNKNOWN;
        scene->facts.holder[0] = scene->facts.association_id[0] = '\0';
        identity_find(scene, deadline);
        if (address_api_load(&scene->api, &scene->remote_error) >= 0)
                scene->api->observe(scene, deadline);
        /* A look that was cut off says less than the one before it. */
        if (ocf_error_set(&before) && ocf_error_set(&scene->remote_error) &&
            deadline_passed(deadline))
                scene->remote_error = before;
}

/* True when the interface fits the parameters; its id goes to `ret_interface`. */
static bool mac_fits(struct address_scene *scene, const char *mac, const struct deadline *deadline,
                     char ret_interface[static 64])
{
        const struct address_params *params = scene->params;
        OWN_TEXT char *value = mem_zero(IMDS_VALUE_MAX);
        OWN(text_list_release) struct text_list privates = {0};

        if (params->private_ip_address) {
                if (mac_fetch(scene, mac, "local-ipv4s", deadline, value) < 0)
                        return false;
                text_list_split(&privates, value, "\r\n");
                if (!text_list_has(&privates, params->private_ip_address))
                        return false;
        }
        if (mac_fetch(scene, mac, "interface-id", deadline, value) < 0 ||
            !text_starts(value, "eni-"))
                return false;
        (void)snprintf(ret_interface, 64, "%.63s", value);
        return !params->network_interface || text_equal(value, params->network_interface);
}

static int target_missing(const struct address_params *params, struct ocf_error *err)
{
        if (params->network_interface && params->private_ip_address)
                return ocf_fail(err, -ENXIO,
                                "this instance has no interface '%s' with the private address '%s'",
                                params->network_interface, params->private_ip_address);
        if (params->network_interface)
                return ocf_fail(err, -ENXIO, "this instance has no network interface '%s'",
                                params->network_interface);
        return ocf_fail(err, -ENXIO, "no interface of this instance has the private address '%s'",
                        params->private_ip_address);
}

int address_target_find(struct address_scene *scene, const struct deadline *deadline,
                        char ret_interface[static 64], struct ocf_error *err)
{
        const struct address_params *params = scene->params;
        bool first = !params->network_interface && !params->private_ip_address;
        OWN(text_list_release) struct text_list macs = {0};
        OWN_TEXT char *value = mem_zero(IMDS_VALUE_MAX);
        int r = macs_fetch(scene, deadline, &macs, err);

        if (r >= 0 && first)
                r = imds_fetch(&scene->imds, "meta-data/mac", deadline, value, err);
        if (r < 0)
                return r == -ENOENT ? -EPROTO : r;
        ocf_error_clear(&scene->local_error);
        for (size_t i = 0; i < macs.count; i++)
                if ((!first || strcasecmp(value, macs.items[i]) == 0) &&
                    mac_fits(scene, macs.items[i], deadline, ret_interface))
                        return 0;
        if (first || (ocf_error_set(&scene->local_error) && deadline_passed(deadline)))
                return ocf_fail(err, -EPROTO,
                                "the instance's network interfaces cannot be read: %s",
                                scene->local_error.sentence);
        return target_missing(params, err);
}

static enum address_memory memory_of(const struct address_facts *facts)
{
        if (facts->remote == REMOTE_HERE || facts->remote == REMOTE_MISPLACED)
                return MEMORY_OURS;
        if (facts->remote == REMOTE_FREE || facts->remote == REMOTE_OTHER ||
            facts->remote == REMOTE_NO_ADDRESS)
                return MEMORY_NOT_OURS;
        return facts->local == LOCAL_HERE ? MEMORY_OURS : facts->memory;
}

void address_reach_remember(const struct address_scene *scene)
{
        bool bare = scene->facts.remote == REMOTE_FREE || scene->facts.remote == REMOTE_OTHER;

        if (bare && scene->facts.local != LOCAL_HERE)
                address_remember_reach(scene->params->allocation_id, scene->aws.ec2.host);
}

void address_scene_remember(struct address_scene *scene)
{
        struct address_record *record = &scene->record;
        const struct address_facts *facts = &scene->facts;
        int64_t now_ms = clock_now_ms();

        address_reach_remember(scene);
        record->memory = memory_of(facts);
        if (facts->local == LOCAL_HERE || facts->remote == REMOTE_HERE)
                record->proved_ms = now_ms;
        if (facts->remote == REMOTE_HERE)
                record->api_proved_ms = now_ms;
        if (facts->remote != REMOTE_NOT_ASKED)
                record->api_tried_ms = now_ms;
        (void)address_remember(scene->resource, scene->params->allocation_id, record, NULL);
}

void address_scene_release(struct address_scene *scene)
{
        if (scene->api)
                scene->api->release(scene);
}
