"""The layer of files that every node of a lab has above the host's: alert agent, fence agent, a boot that is short."""

import os
import shutil

SOURCE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "guest")

# Units that a machine without hardware, users or a clock of its own has no need of.
MASKED = (
    "apt-daily.timer", "apt-daily-upgrade.timer", "console-getty.service", "cryptsetup.target", "dev-hugepages.mount",
    "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer", "getty.target",
    "integritysetup.target", "kmod-static-nodes.service", "ldconfig.service", "man-db.timer",
    "proc-sys-fs-binfmt_misc.automount", "sys-fs-fuse-connections.mount", "sys-kernel-config.mount",
    "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "systemd-ask-password-console.path",
    "systemd-ask-password-wall.path", "systemd-binfmt.service", "systemd-firstboot.service",
    "systemd-hwdb-update.service", "systemd-initctl.socket", "systemd-journald-audit.socket", "systemd-logind.service",
    "systemd-machine-id-commit.service", "systemd-modules-load.service", "systemd-networkd.service",
    "systemd-pcrphase.service", "systemd-pcrphase-sysinit.service", "systemd-random-seed.service",
    "systemd-repart.service", "systemd-resolved.service", "systemd-sysctl.service", "systemd-sysusers.service",
    "systemd-timesyncd.service", "systemd-tmpfiles-clean.timer", "systemd-udevd.service",
    "systemd-udevd-control.socket", "systemd-udevd-kernel.socket", "systemd-udev-trigger.service",
    "systemd-update-done.service", "systemd-update-utmp.service", "systemd-update-utmp-runlevel.service",
    "systemd-user-sessions.service", "veritysetup.target",
)


def make_guest_layer(path):
    """Copies guest/ as root's own, masks what only costs time, and makes multi-user.target the default."""
    copy_layer(SOURCE, path)
    units = f"{path}/etc/systemd/system"
    os.makedirs(units, exist_ok=True)
    for unit in MASKED:
        os.symlink("/dev/null", f"{units}/{unit}")
    os.symlink("/lib/systemd/system/multi-user.target", f"{units}/default.target")


def copy_layer(source, path):
    """Copies a tree as root's own; a layer must not lie below another one, so none can be used where it is."""
    shutil.copytree(source, path, symlinks=True)
    for top, directories, files in os.walk(path):
        for name in (*directories, *files):
            os.chown(f"{top}/{name}", 0, 0, follow_symlinks=False)


def enable(node, unit):
    """Enables a unit on the disk of a node that may be off."""
    wants = node.host_path("/etc/systemd/system/multi-user.target.wants")
    os.makedirs(wants, exist_ok=True)
    os.symlink(f"/lib/systemd/system/{unit}", f"{wants}/{unit}")
