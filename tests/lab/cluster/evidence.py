"""What is kept of a lab whose test failed: one directory, its path printed."""

import os
import shutil
import subprocess
import time

KEEP = os.environ.get("VALIDATOR_LAB_LOGS", "/var/tmp/validator-lab")
# Logs on a node's disk; the journal is read with the host's journalctl, so a dead node's is read too.
LOGS = ("var/log/pacemaker", "var/log/corosync", "var/log/kcnd", "var/log/kpnd", "var/lib/pacemaker/cib",
        "var/lib/pacemaker/pengine")


def keep(cluster, title, extra=()):
    """Copies logs, journals, cluster state, timeline and `extra` (paths on the host); returns the directory."""
    top = f"{KEEP}/{title}-{time.strftime('%H%M%S')}-{cluster.lab.id}"
    os.makedirs(top, exist_ok=True)
    with open(f"{top}/timeline", "w", encoding="utf-8") as timeline:
        timeline.writelines(f"{event}\n" for event in sorted(cluster.events.all, key=lambda e: e.time))
        timeline.writelines(f"power switch: {request}: {answer}\n" for request, answer in cluster.switch.log)
    for node in cluster.nodes:
        keep_node(node, f"{top}/{node.name}")
    for path in extra:
        if os.path.isdir(path):
            shutil.copytree(path, f"{top}/{os.path.basename(path)}", dirs_exist_ok=True, ignore_dangling_symlinks=True)
        elif os.path.exists(path):
            shutil.copy(path, f"{top}/{'-'.join(path.split('/')[-2:])}")
    return top


def keep_node(node, top):
    """Everything that one node can still say."""
    os.makedirs(top)
    for name in LOGS:
        if os.path.isdir(node.host_path(name)):
            shutil.copytree(node.host_path(name), f"{top}/{os.path.basename(name)}", ignore_dangling_symlinks=True)
    if os.path.exists(f"{node.directory}/console.log"):
        shutil.copy(f"{node.directory}/console.log", top)
    with open(f"{top}/journal", "wb") as journal:
        subprocess.run(("journalctl", "--no-pager", "--output=short-precise",
                        f"--directory={node.host_path('/var/log/journal')}"),
                       stdout=journal, stderr=subprocess.STDOUT, timeout=60, check=False)
    if node.leader is None:
        return
    for name, words in (("crm_mon", ("crm_mon", "-1rfA")), ("cib.xml", ("cibadmin", "--query"))):
        try:
            done = node.try_run(*words, timeout_s=10)
        except (subprocess.TimeoutExpired, RuntimeError) as error:
            done = subprocess.CompletedProcess(words, -1, "", str(error))
        with open(f"{top}/{name}", "w", encoding="utf-8") as file:
            file.write(done.stdout + done.stderr)
