/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agents/elastic-ip/remote.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "agents/elastic-ip/observe.h"
#include "aws/ec2.h"
#include "own.h"
#include "text.h"

/* Keeps why it is not known what the API says. */
static void remote_say(struct address_scene *scene, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static void remote_say(struct address_scene *scene, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        (void)ocf_vfail(&scene->remote_error, 0, format, args);
        va_end(args);
}

static int session_open(struct address_scene *scene, const struct deadline *deadline,
                        struct ocf_error *err)
{
        const struct address_params *params = scene->params;
        struct aws_settings settings = {
                .auth = (enum aws_auth)params->auth_type,
                .profile = params->profile,
                .region = params->region,
                .endpoint = params->endpoint,
                .credentials_file = params->credentials_file,
                .proxy = params->proxy,
                .ca_bundle = params->ca_bundle,
                .any_mode = scene->aws.settings.any_mode,
        };
        int r;

        if (scene->has_aws)
                return 0;
        r = aws_session_open(&scene->aws, &settings, scene->has_imds ? &scene->imds : NULL,
                             deadline, err);
        scene->has_aws = r >= 0;
        if (r < 0) {
                aws_session_release(&scene->aws);
                scene->aws.settings.any_mode = settings.any_mode;
        }
        return r;
}

static void field_take(char *field, size_t size, const char *text)
{
        (void)snprintf(field, size, "%s", text ? text : "");
        text_tame(field);
}

/* An association: is it with this instance, and where it should be? */
static enum address_remote holder_judge(struct address_scene *scene, const struct aws_node *item)
{
        const struct address_params *params = scene->params;
        const char *instance = aws_node_text(item, "instanceId");
        const char *interface = aws_node_text(item, "networkInterfaceId");
        const char *private = aws_node_text(item, "privateIpAddress");

        field_take(scene->facts.holder, sizeof scene->facts.holder,
                   instance ? instance : interface);
        if (!scene->record.instance_id[0]) {
                remote_say(scene,
                           "the address is held by '%s', but it is not known which instance "
                           "this is: %s",
                           scene->facts.holder, scene->local_error.sentence);
                return REMOTE_UNKNOWN;
        }
        if (!text_equal(instance, scene->record.instance_id))
                return REMOTE_OTHER;
        if (params->network_interface && !text_equal(interface, params->network_interface))
                return REMOTE_MISPLACED;
        if (params->private_ip_address && !text_equal(private, params->private_ip_address))
                return REMOTE_MISPLACED;
        return REMOTE_HERE;
}

/* One <item> of DescribeAddresses; `context` is the scene. */
static int address_item(const struct aws_node *item, void *context)
{
        struct address_scene *scene = context;
        struct address_facts *facts = &scene->facts;
        const char *association = aws_node_text(item, "associationId");

        if (!text_equal(aws_node_text(item, "allocationId"), scene->params->allocation_id))
                return 0;
        field_take(facts->public_ip, sizeof facts->public_ip, aws_node_text(item, "publicIp"));
        field_take(facts->association_id, sizeof facts->association_id, association);
        if (!text_equal(facts->public_ip, scene->params->elastic_ip))
                facts->remote = REMOTE_WRONG_ADDRESS;
        else if (!association)
                facts->remote = REMOTE_FREE;
        else
                facts->remote = holder_judge(scene, item);
        return 0;
}

/* EC2's own word, by its code: another service on the way, or a proxy, finds other things not. */
static bool allocation_is_unknown(const struct aws_fault *fault)
{
        return text_equal(fault->code, "InvalidAllocationID.NotFound") ||
               text_equal(fault->code, "InvalidAddress.NotFound");
}

static enum address_remote remote_failed(struct address_scene *scene, int r)
{
        if (!allocation_is_unknown(&scene->aws.fault))
                return r == -EACCES ? REMOTE_DENIED : REMOTE_UNKNOWN;
        ocf_error_clear(&scene->remote_error);
        remote_say(scene,
                   "the allocation '%s' does not exist in the region '%s' of this account: "
                   "check allocation_id and region",
                   scene->params->allocation_id, scene->aws.region);
        return REMOTE_NO_ADDRESS;
}

static void remote_observe(struct address_scene *scene, const struct deadline *deadline)
{
        OWN_AWS_FORM struct aws_form form = {0};
        struct ec2_action describe = {
                .name = "DescribeAddresses", .effect = EC2_LOOKUP, .params = &form};
        struct ec2_walk walk = {.set = "addressesSet", .item = address_item, .context = scene};
        int r;

        aws_form_add(&form, scene->params->allocation_id, "AllocationId.1");
        r = session_open(scene, deadline, &scene->remote_error);
        if (r >= 0)
                r = ec2_each(&scene->aws, &describe, &walk, deadline, &scene->remote_error);
        if (r < 0)
                scene->facts.remote = remote_failed(scene, r);
        else if (scene->facts.remote == REMOTE_UNKNOWN)
                remote_say(scene, "EC2 DescribeAddresses answered without the allocation '%s'",
                           scene->params->allocation_id);
}

static int remote_change(struct address_scene *scene, const struct address_change *change,
                         const struct deadline *deadline, struct ocf_error *err)
{
        OWN_AWS_FORM struct aws_form form = {0};
        OWN_AWS_REPLY struct aws_reply reply = {0};
        struct ec2_action action = {.effect = EC2_CHANGE, .params = &form};

        if (change->interface) {
                action.name = "AssociateAddress";
                aws_form_add(&form, scene->params->allocation_id, "AllocationId");
                aws_form_add(&form, change->interface, "NetworkInterfaceId");
                aws_form_add(&form, scene->params->private_ip_address, "PrivateIpAddress");
                aws_form_add(&form, "true", "AllowReassociation");
        } else {
                action.name = "DisassociateAddress";
                aws_form_add(&form, scene->facts.association_id, "AssociationId");
        }
        if (change->dry)
                return ec2_dry_run(&scene->aws, &action, deadline, err);
        return ec2_call(&scene->aws, &action, deadline, &reply, err);
}

static void remote_release(struct address_scene *scene)
{
        aws_session_release(&scene->aws);
}

const struct address_api elastic_ip_api = {
        .observe = remote_observe,
        .change = remote_change,
        .release = remote_release,
};
