# SPDX-License-Identifier: LGPL-2.1-or-later
"""For each agent parameters that are well formed, of things that do not exist on this host.

{dir} is an empty directory of the test's own.
"""

PARAMETERS = {
    "elastic-ip": {"elastic_ip": "192.0.2.10", "allocation_id": "eipalloc-0123456789abcdef0",
                   "region": "ap-northeast-2", "endpoint": "http://127.0.0.1:9"},
    "kcn-node": {"identity": "probe", "unit": "probe-kcnd.service", "config": "{dir}/kcnd.conf",
                 "reference": "http://192.0.2.9:9"},
    "nodekey": {"identity": "probe", "address": "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"},
    "probe-agent": {"state": "{dir}/state"},
}


def parameters(name, folder):
    return {key: value.format(dir=folder) for key, value in PARAMETERS[name].items()}
