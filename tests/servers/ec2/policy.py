# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who may do what: IAM policies over the resources that a request names.

Only what the project's own policies use: Allow and Deny, wildcards, resources, and StringEquals on
a resource's tags. Anything else is refused loudly, so that a test cannot pass by not being read.
"""
import fnmatch
import re

ACCOUNT = "123456789012"

# The kind of ARN for an id's prefix, and whether the ARN names the account.
KINDS = {
    "eipalloc": ("elastic-ip", True), "i": ("instance", True), "eni": ("network-interface", True),
    "vol": ("volume", True), "snap": ("snapshot", False), "ami": ("image", False),
    "subnet": ("subnet", True), "sg": ("security-group", True), "lt": ("launch-template", True),
}
ID = re.compile(r"^(eipalloc|eni|i|vol|snap|ami|subnet|sg|lt)-[0-9a-f]{8,17}$")


def arns(ids, region):
    """The ARNs of the things that a request touches."""
    for name in ids:
        found = ID.match(name)
        if found:
            kind, owned = KINDS[found.group(1)]
            yield f"arn:aws:ec2:{region}:{ACCOUNT if owned else ''}:{kind}/{name}"


def as_list(value):
    return value if isinstance(value, list) else [value]


def statement_fits(statement, action, arn, tags):
    unknown = set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}
    if unknown:
        raise ValueError(f"the double does not know {unknown} in a policy")
    if not any(fnmatch.fnmatchcase(action.lower(), pattern.lower())
               for pattern in as_list(statement["Action"])):
        return False
    if not any(fnmatch.fnmatchcase(arn, pattern) for pattern in as_list(statement["Resource"])):
        return False
    for operator, wants in statement.get("Condition", {}).items():
        if operator != "StringEquals":
            raise ValueError(f"the double does not know the condition {operator}")
        for key, value in wants.items():
            if key.startswith("aws:ResourceTag/"):
                if tags.get(key.split("/", 1)[1]) not in as_list(value):
                    return False
            elif key != "ec2:CreateAction":
                raise ValueError(f"the double does not know the condition key {key}")
    return True


def allowed(policies, action, resources, tags_of=lambda arn: {}):
    """True when every resource is allowed and none denied. Look-ups have the one resource '*'."""
    for arn in resources or ["*"]:
        verdicts = [statement["Effect"]
                    for policy in policies for statement in as_list(policy["Statement"])
                    if statement_fits(statement, action, arn, tags_of(arn))]
        if "Deny" in verdicts or "Allow" not in verdicts:
            return False
    return True
