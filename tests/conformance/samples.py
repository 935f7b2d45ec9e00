# SPDX-License-Identifier: LGPL-2.1-or-later
"""For each agent parameters that are well formed, of things that do not exist on this host.

{dir} is an empty directory of the test's own.
"""

PARAMETERS = {
    "probe-agent": {"state": "{dir}/state"},
}


def parameters(name, folder):
    return {key: value.format(dir=folder) for key, value in PARAMETERS[name].items()}
