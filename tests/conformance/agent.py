# SPDX-License-Identifier: LGPL-2.1-or-later
"""An agent as Pacemaker sees it: a program, an environment, an exit code, one reason."""
import dataclasses
import os
import pathlib
import re
import subprocess
import time
import xml.etree.ElementTree as ElementTree

FOLDER = pathlib.Path("/usr/lib/ocf/resource.d/validator")
NOBODY = 65534
PREFIX = "ocf-exit-reason:"

OK, GENERIC, ARGS, UNIMPLEMENTED, PERM, INSTALLED, CONFIGURED, NOT_RUNNING, PROMOTED, FAILED_PROMOTED = range(10)
DEGRADED, DEGRADED_PROMOTED = 190, 191


@dataclasses.dataclass
class Answer:
    rc: int
    out: str
    err: str
    seconds: float

    @property
    def reasons(self):
        return [line[len(PREFIX):] for line in self.err.splitlines() if line.startswith(PREFIX)]

    @property
    def reason(self):
        return self.reasons[-1] if self.reasons else ""


class Agent:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.name = self.path.name
        self.xml = ElementTree.fromstring(self.run("meta-data", {}).out)

    def run(self, action, env, user=None, stdout=subprocess.PIPE, extra=()):
        """Runs one action with exactly this environment (and the sanitizer's options)."""
        env = {**{k: v for k, v in os.environ.items() if k == "ASAN_OPTIONS"}, **env}
        who = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        words = [self.path, *([action] if action is not None else []), *extra]
        began = time.monotonic()
        done = subprocess.run(words, env=env, stdin=subprocess.DEVNULL, stdout=stdout, text=True,
                              stderr=subprocess.PIPE, timeout=120, cwd="/", **who)
        return Answer(done.returncode, done.stdout or "", done.stderr, time.monotonic() - began)

    def act(self, action, params, timeout_s=5, interval_s=0, level=0, by_hand=False, **more):
        """As pacemaker-execd calls it; a probe has no interval at all (seen on 2.1.5). By hand nothing says where to log."""
        env = {
            "OCF_ROOT": "/usr/lib/ocf", "OCF_RESOURCE_INSTANCE": "probe", "LC_ALL": "C",
            "OCF_RESOURCE_TYPE": self.name, "OCF_RESOURCE_PROVIDER": "validator",
            "OCF_RA_VERSION_MAJOR": "1", "OCF_RA_VERSION_MINOR": "1",
            "OCF_EXIT_REASON_PREFIX": PREFIX, "OCF_OUTPUT_FORMAT": "text",
            "OCF_RESKEY_crm_feature_set": "3.16.2", "OCF_RESKEY_CRM_meta_on_node": "node1",
            "OCF_RESKEY_CRM_meta_timeout": str(timeout_s * 1000),
            "PCMK_logfacility": "daemon", "HA_logfacility": "daemon", "PATH": os.environ["PATH"],
        }
        if interval_s:
            env["OCF_RESKEY_CRM_meta_interval"] = str(interval_s * 1000)
        if by_hand:
            del env["PCMK_logfacility"], env["HA_logfacility"]
        if level:
            env["OCF_CHECK_LEVEL"] = str(level)
        env.update({f"OCF_RESKEY_{name}": value for name, value in params.items()})
        return self.run(action, env, **more)

    @property
    def actions(self):
        """Each action once, meta-data apart."""
        names = {action.get("name") for action in self.xml.findall("actions/action")}
        return sorted(names - {"meta-data"})

    @property
    def parameters(self):
        return self.xml.findall("parameters/parameter")

    @property
    def required(self):
        return [p.get("name") for p in self.parameters if p.get("required") == "1"]

    def bad_values(self):
        """(parameter, a value that its type cannot be) for each parameter with a type."""
        for parameter in self.parameters:
            content = parameter.find("content")
            # OCF 1.1 has no type for a time: it is a text whose default is one
            time_like = re.fullmatch(r"\d+(ms|s|m|min|h)?", content.get("default", ""))
            if content.get("type") != "string" or time_like:
                yield parameter.get("name"), "none-such"


def agents():
    return [Agent(path) for path in sorted(FOLDER.iterdir())]
