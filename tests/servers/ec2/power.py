# SPDX-License-Identifier: LGPL-2.1-or-later
"""StopInstances and StartInstances that switch a machine off and on, put into moto."""
from moto.ec2.models import instances as model

on_change = None     # called with (instance id, "stopped" or "running") before the API answers

old_stop = model.Instance.stop
old_start = model.Instance.start


def stop(self):
    previous = old_stop(self)
    if on_change:
        on_change(self.id, "stopped")
    return previous


def start(self):
    previous = old_start(self)
    if on_change:
        on_change(self.id, "running")
    return previous


def install():
    model.Instance.stop = stop
    model.Instance.start = start
