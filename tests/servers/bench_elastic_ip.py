#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What elastic-ip and heartbeat:awseip cost, against one EC2 on this machine, in turns.

usage: bench_elastic_ip.py LAUNCH [COUNT]     prints rows for docs/benchmarks.md
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from conftest import ADDRESS, METADATA, Site  # noqa: E402
from ec2.cloud import AWSEIP, OUR_AGENT, POLICY, Cloud, venv  # noqa: E402

HEAD = """| | exit code | wall ms min/median/max | CPU ms min/median/max | peak MiB | programs run |
| --- | ---: | ---: | ---: | ---: | ---: |"""


class Row:
    def __init__(self, label, site, launch, agent, action, level=0):
        self.label, self.launch, self.words, self.runs = label, launch, [agent, action], []
        self.env = dict(site.one.environment, OCF_RESKEY_CRM_meta_timeout="60000",
                        OCF_RESOURCE_TYPE=pathlib.Path(agent).name, AWS_DEFAULT_REGION="ap-northeast-2",
                        OCF_RESOURCE_PROVIDER=pathlib.Path(agent).parent.name,
                        PCMK_logfacility="daemon", OCF_RESKEY_awscli=f"{venv()}/bin/aws",
                        OCF_RESKEY_api_interval="0",
                        **{f"OCF_RESKEY_{name}": value for name, value in site.params.items()})
        if action == "monitor":
            self.env["OCF_RESKEY_CRM_meta_interval"] = "10000"
        if level:
            self.env["OCF_CHECK_LEVEL"] = str(level)

    def run(self):
        line = subprocess.run([self.launch, *self.words], env=self.env, check=True, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL).stdout
        self.runs.append([int(field) for field in line.split()])

    def execs(self):
        with tempfile.NamedTemporaryFile("r") as trace:
            subprocess.run(["strace", "-f", "-qq", "-e", "trace=execve", "-o", trace.name, *self.words],
                           env=self.env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            return sum(line.rstrip().endswith("= 0") for line in trace)

    def markdown(self, execs):
        codes, wall, cpu, memory = zip(*self.runs)
        def spread(values):
            return "/".join(f"{f(values) / 1000:.1f}" for f in (min, statistics.median, max))
        return (f"| {self.label} | {', '.join(map(str, sorted(set(codes))))} | {spread(wall)} "
                f"| {spread(cpu)} | {statistics.median(memory) / 1024:.1f} | {execs} |")


def main(launch, count="20"):
    subprocess.run(["ip", "address", "replace", f"{METADATA}/32", "dev", "lo"], check=True)
    with tempfile.TemporaryDirectory() as folder:
        cloud = Cloud(folder)
        site = Site(cloud, folder, POLICY)
        key = cloud.key(policies=[POLICY])
        os.mkdir(f"{folder}/.aws", 0o700)
        path = pathlib.Path(folder, ".aws/credentials")
        path.touch(0o600)
        path.write_text(f"[default]\naws_access_key_id = {key['access_id']}\n"
                        f"aws_secret_access_key = {key['secret']}\n")
        rows = [Row("elastic-ip start", site, launch, OUR_AGENT, "start"),
                Row("elastic-ip monitor", site, launch, OUR_AGENT, "monitor"),
                Row("elastic-ip monitor, API asked", site, launch, OUR_AGENT, "monitor", 10),
                Row("elastic-ip stop", site, launch, OUR_AGENT, "stop"),
                Row("awseip start", site, launch, AWSEIP, "start"),
                Row("awseip monitor", site, launch, AWSEIP, "monitor"),
                Row("awseip stop", site, launch, AWSEIP, "stop")]
        execs = [row.execs() for row in rows]
        for row in rows:
            row.run()
            row.runs.clear()
        for _ in range(int(count)):
            for row in rows:
                row.run()
        cloud.close()
    print(HEAD)
    for row, programs in zip(rows, execs):
        print(row.markdown(programs))
    print(f"\n{count} runs each, in turns, for {ADDRESS}; CPU with children.")


main(*sys.argv[1:])
