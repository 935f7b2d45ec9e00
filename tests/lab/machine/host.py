"""What this host must allow before a lab can run, and the commands that the lab runs on it."""

import os
import shutil
import subprocess
import tempfile


class HostError(RuntimeError):
    """The host refuses something; the text is one sentence for a person."""


TOOLS = {
    "systemd-nspawn": "systemd-container",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "corosync": "corosync",
    "pacemakerd": "pacemaker",
    "nft": "nftables",
}

# Directories that must be on the root file system itself, since the nodes see an overlay of that one.
ROOT_DIRECTORIES = ("/etc", "/usr", "/var", "/var/lib")


def run(*command, check=True, stdin=None, timeout_s=30):
    """Runs a command of the host; returns the CompletedProcess; HostError with its stderr if it fails and check is set."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout_s)
    if check and done.returncode != 0:
        raise HostError(f"'{' '.join(command)}' failed with {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done


def process_start(pid):
    """Start time of a process in clock ticks since boot, None if it is gone or a zombie: with the pid, its identity."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def check():
    """Proves by doing it that a lab can run here; HostError names the first thing that is missing."""
    if os.geteuid() != 0:
        raise HostError("the lab needs root: run it with sudo")
    for tool, package in TOOLS.items():
        if not shutil.which(tool):
            raise HostError(f"'{tool}' is missing: run scripts/install.sh lab (package {package})")
    root = os.stat("/").st_dev
    for path in ROOT_DIRECTORIES:
        if os.stat(path).st_dev != root:
            raise HostError(f"{path} is a file system of its own; the nodes are overlays of / and would not see it")
    check_overlay()
    check_namespaces()


def check_overlay():
    """A tmpfs and an overlay of / can be mounted (needs CAP_SYS_ADMIN, and a security profile that lets mount pass)."""
    with tempfile.TemporaryDirectory(prefix="validator-lab-check.") as top:
        script = (
            'mount -t tmpfs tmpfs "$0" || exit 2; mkdir "$0/u" "$0/w" "$0/r" && '
            'mount -t overlay overlay -o "lowerdir=/,upperdir=$0/u,workdir=$0/w" "$0/r" || exit 3'
        )
        done = run("unshare", "--mount", "sh", "-c", script, top, check=False)
    if done.returncode == 3:
        raise HostError(f"this host refuses an overlay mount of /: {done.stderr.strip()}")
    if done.returncode != 0:
        raise HostError(f"the right to mount (CAP_SYS_ADMIN) is missing here: {done.stderr.strip()}")


def check_namespaces():
    """A network namespace with a veth pair can be made (needs CAP_NET_ADMIN)."""
    script = "ip link add vl-check0 type veth peer name vl-check1"
    done = run("unshare", "--net", "sh", "-c", script, check=False)
    if done.returncode != 0:
        raise HostError(f"the right to make network namespaces and veth pairs (CAP_NET_ADMIN) is missing here: "
                        f"{done.stderr.strip()}")
