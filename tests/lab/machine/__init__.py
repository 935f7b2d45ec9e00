"""Real machines in miniature: systemd-nspawn over an overlay of this host's root, a network namespace each."""
