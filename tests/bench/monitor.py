# SPDX-License-Identifier: LGPL-2.1-or-later
"""What one monitor costs: each agent beside Pacemaker's own Dummy and a program that does nothing.

The programs take turns, so that what else the machine does falls on all of them alike. Nothing that
the agents manage exists here: these are the costs of starting, of the parameters and of finding
that out.

usage: monitor.py LAUNCH NOP [COUNT]
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "conformance"))
import samples  # noqa: E402
from agent import FOLDER  # noqa: E402

# Its monitor is a question to an API; that is measured beside heartbeat:awseip, with an API to ask.
ASKS_AN_API = {"elastic-ip"}
DUMMY = pathlib.Path("/usr/lib/ocf/resource.d/pacemaker/Dummy")


def environment(name, params):
    env = {"OCF_ROOT": "/usr/lib/ocf", "OCF_RESOURCE_INSTANCE": name, "OCF_RESOURCE_TYPE": name,
           "OCF_RESOURCE_PROVIDER": "validator", "OCF_RESKEY_crm_feature_set": "3.16.2",
           "OCF_RESKEY_CRM_meta_timeout": "20000", "OCF_RESKEY_CRM_meta_interval": "10000",
           "PCMK_logfacility": "daemon", "PATH": os.environ["PATH"], "LC_ALL": "C"}
    env.update({f"OCF_RESKEY_{key}": value for key, value in params.items()})
    return env


class Row:
    def __init__(self, label, words, env, launch):
        self.label, self.words, self.env, self.launch = label, words, env, launch
        self.runs = []

    def run(self):
        line = subprocess.run([self.launch, *self.words], env=self.env, check=True, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL).stdout
        self.runs.append([int(field) for field in line.split()])

    def execs(self):
        with tempfile.NamedTemporaryFile("r") as trace:
            subprocess.run(["strace", "-f", "-qq", "-e", "trace=execve", "-o", trace.name, *self.words],
                           env=self.env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            return sum(line.rstrip().endswith("= 0") for line in trace)

    def markdown(self):
        codes, wall, cpu, memory = zip(*self.runs)
        spread = "/".join(f"{f(wall) / 1000:.2f}" for f in (min, statistics.median, max))
        return (f"| {self.label} | {codes[0]} | {spread} | {statistics.median(cpu) / 1000:.2f} "
                f"| {statistics.median(memory) / 1024:.1f} | {self.execs()} |")


def rows(launch, nop, folder):
    yield Row("a program that does nothing", [nop], {}, launch)
    yield Row("ocf:pacemaker:Dummy", [DUMMY, "monitor"],
              environment("Dummy", {"state": f"{folder}/dummy"}) | {"HA_RSCTMP": folder}, launch)
    for path in sorted(FOLDER.iterdir()):
        if path.name in samples.PARAMETERS.keys() - ASKS_AN_API:
            yield Row(f"ocf:validator:{path.name}", [path, "monitor"],
                      environment(path.name, samples.parameters(path.name, folder)), launch)


def main(launch, nop, count="100"):
    with tempfile.TemporaryDirectory() as folder:
        table = list(rows(launch, nop, folder))
        for row in table:  # once for warm caches
            row.run()
            row.runs.clear()
        for _ in range(int(count)):
            for row in table:
                row.run()
        print("| monitor of | exit code | wall ms min/median/max | CPU ms | peak MiB | execs |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for row in table:
            print(row.markdown())
        print(f"\n{count} runs each, in turns; CPU with children; medians where nothing else is said.")


main(*sys.argv[1:])
