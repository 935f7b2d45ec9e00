# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starts the double and the metadata services, and runs agents as if on their instances."""
import os
import pathlib
import select
import subprocess
import sys
import time

from ec2.imds import ask

HERE = pathlib.Path(__file__).parent
METADATA = "169.254.169.254"
OUR_AGENT = "/usr/lib/ocf/resource.d/validator/elastic-ip"
AWSEIP = "/usr/lib/ocf/resource.d/heartbeat/awseip"
POLICY = {"Version": "2012-10-17",
          "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}


def venv():
    """The folder of the Python that has moto; made if need be."""
    made = subprocess.run([HERE.parent / "venv"], check=True, stdout=subprocess.PIPE, text=True)
    return pathlib.Path(made.stdout.strip())


def first_line(process, seconds):
    """What a server prints when it is ready."""
    ready, _, _ = select.select([process.stdout], [], [], seconds)
    line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        raise RuntimeError(f"{process.args} did not start within {seconds} s")
    return line.strip()


class Cloud:
    """One EC2. Close it."""

    def __init__(self, folder, listen="127.0.0.1:0", hooks=(), inside=()):
        self.folder = pathlib.Path(folder)
        self.control = str(self.folder / "control")
        self.processes = []
        words = ["setpriv", "--pdeathsig", "KILL", *inside, venv() / "bin/python", HERE / "double.py", "--control", self.control,
                 "--listen", listen, *hooks]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True,
                                        stderr=open(self.folder / "double.log", "w"))
        self.port = int(first_line(self.process, 60))
        self.url = f"http://{listen.rsplit(':', 1)[0]}:{self.port}"

    def __getattr__(self, name):
        return lambda **question: ask(self.control, do=name, **question)

    def metadata_service(self, instance, listen, inside=(), options=()):
        """Starts the metadata service of an instance; returns its port."""
        process = subprocess.Popen([*inside, sys.executable, HERE / "imds.py", "--control",
                                    self.control, "--instance", instance, "--listen", listen, *options],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.processes.append(process)
        return process, int(first_line(process, 10))

    def reset(self):
        self.faults(faults={})
        self.set(lag=0, metadata_lag=0, clock_offset=0, page=0)
        self.log(clear=True)
        while self.processes:
            self.stop(self.processes.pop())

    @staticmethod
    def stop(process):
        process.terminate()
        process.wait(10)
        process.stdout.close()

    def actions(self, name=None):
        """The calls that the API has had."""
        return [entry["action"] for entry in ask(self.control, do="log")
                if name in (None, entry["action"])]

    def close(self):
        self.reset()
        self.stop(self.process)


class Answer:
    def __init__(self, done, seconds):
        self.rc, self.out, self.err, self.seconds = done.returncode, done.stdout, done.stderr, seconds
        reasons = [line.removeprefix("ocf-exit-reason:") for line in done.stderr.splitlines()
                   if line.startswith("ocf-exit-reason:")]
        self.reason = reasons[-1] if reasons else ""

    def __repr__(self):
        return f"rc {self.rc}, {self.seconds:.2f} s, out {self.out!r}, err {self.err!r}"


class Machine:
    """An instance, and what an agent on it sees."""

    def __init__(self, cloud, facts, home, listen="127.0.0.1:0"):
        self.cloud, self.home = cloud, pathlib.Path(home)
        self.instance, self.interface = facts["instance"], facts["interface"]
        self.service, port = cloud.metadata_service(self.instance, listen)
        host = listen.rsplit(":", 1)[0]
        self.environment = {
            "HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C", "OCF_ROOT": "/usr/lib/ocf",
            "OCF_RESOURCE_INSTANCE": f"eip-{self.instance}", "OCF_RESKEY_crm_feature_set": "3.16.2",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://{host}:{port}",
            "AWS_ENDPOINT_URL": cloud.url,
            **{name: value for name, value in os.environ.items() if name == "ASAN_OPTIONS"},
        }

    def run(self, action, params, timeout_s=8, interval_s=10, level=0, agent=OUR_AGENT, **more):
        environment = {**self.environment, "OCF_RESKEY_CRM_meta_timeout": str(timeout_s * 1000)}
        environment["OCF_RESOURCE_TYPE"] = pathlib.Path(agent).name
        environment["OCF_RESOURCE_PROVIDER"] = pathlib.Path(agent).parent.name
        if interval_s and action == "monitor":
            environment["OCF_RESKEY_CRM_meta_interval"] = str(interval_s * 1000)
        if level:
            environment["OCF_CHECK_LEVEL"] = str(level)
        environment.update({f"OCF_RESKEY_{name}": value for name, value in params.items()})
        environment.update(more)
        environment = {name: value for name, value in environment.items() if value is not None}
        began = time.monotonic()
        done = subprocess.run([agent, action], env=environment, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=120, cwd="/", check=False)
        return Answer(done, time.monotonic() - began)

    def deaf(self):
        """The metadata service is gone."""
        self.cloud.processes.remove(self.service)
        self.cloud.stop(self.service)
