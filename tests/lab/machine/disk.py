"""A node's disk: an overlay of the host's root. What the host itself has configured or logged is hidden from it."""

import os
import shutil

from machine.host import run

# Directories of the host that a node does not see; in it they begin empty, or with what a layer above puts there.
HIDDEN = (
    "etc/corosync", "etc/pacemaker", "etc/systemd/system", "etc/validator-agents", "etc/kcnd", "etc/kpnd",
    "var/lib/pacemaker/cib", "var/lib/pacemaker/pengine", "var/lib/pacemaker/blackbox", "var/lib/pacemaker/cores",
    "var/lib/corosync", "var/lib/pcsd", "var/lib/etcd", "var/log/corosync", "var/log/pacemaker", "var/log/journal",
    "var/log/pcsd", "var/kcnd", "var/kpnd", "run", "tmp", "var/tmp", "root", "home",
)


def make_base_layer(path):
    """The layer right above the host's root that does the hiding; every node of a lab has it."""
    for name in HIDDEN:
        here = path
        for part in name.split("/"):
            here += "/" + part
            if not os.path.isdir(here):
                os.mkdir(here)
                copy_status("/" + os.path.relpath(here, path), here)
        os.setxattr(here, "trusted.overlay.opaque", b"y")


def copy_status(source, target):
    """Mode and owner of a directory, if the source is there."""
    if os.path.isdir(source):
        status = os.stat(source)
        os.chown(target, status.st_uid, status.st_gid)
        shutil.copymode(source, target)


class Disk:
    """Overlay with an upper layer that outlives power cuts, as a disk does. Layers: uppermost first."""

    def __init__(self, directory, layers):
        self.directory = directory
        self.root = f"{directory}/root"
        self.layers = [*layers, "/"]

    def create(self):
        """Makes and mounts it."""
        for name in ("root", "upper", "work"):
            os.makedirs(f"{self.directory}/{name}")
        run("mount", "-t", "overlay", "overlay", "-o",
            f"lowerdir={':'.join(self.layers)},upperdir={self.directory}/upper,workdir={self.directory}/work", self.root)

    def add_volume(self, path, size_mb):
        """A real, small file system (ext4) of its own at a directory; before the boot. Power cuts leave it as it was."""
        image = f"{self.directory}/volume{path.replace('/', '-')}"
        target = f"{self.root}/{path.lstrip('/')}"
        os.makedirs(target, exist_ok=True)
        with open(image, "wb") as file:
            file.truncate(size_mb << 20)
        run("mkfs.ext4", "-q", "-m", "0", image)
        run("mount", "-o", "loop", image, target)

    def remove(self):
        """Unmounts it; the files go with the lab's directory."""
        run("umount", "--recursive", "--lazy", self.root, check=False)
