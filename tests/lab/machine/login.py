"""Logging in from one machine to another."""


def let_root_in(machines):
    """Root may log in from each machine to each by ssh, with a key."""
    key = public = None
    for machine in machines:
        if machine is machines[0]:
            machine.run("mkdir -p -m 700 /root/.ssh && ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519")
            key, public = machine.read("/root/.ssh/id_ed25519"), machine.read("/root/.ssh/id_ed25519.pub")
        machine.write("/root/.ssh/id_ed25519", key, 0o600)
        machine.write("/root/.ssh/authorized_keys", public, 0o600)
        machine.write("/root/.ssh/config", "StrictHostKeyChecking accept-new\n", 0o600)
        machine.run("mkdir -p /etc/dropbear && chmod 700 /root /root/.ssh && dropbear -R -s")
