# SPDX-License-Identifier: LGPL-2.1-or-later
"""Volumes and snapshots that take their time and refuse what EC2 refuses, put into moto."""
import threading
import time

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import elastic_block_store as model

snapshot_s = 3.0   # pending for so long
volume_s = 1.0     # creating
attach_s = 1.0     # attaching
rate_s = 0.0       # least time between two snapshots of a volume
LOCAL = threading.local()
LAST = {}


def timed(kind):
    """Notes when an object was made."""
    old = kind.__init__

    def init(self, *arguments, **named):
        self.made = time.monotonic()
        self.from_image = bool(named.get("from_ami"))
        old(self, *arguments, **named)
    kind.__init__ = init


def age(thing):
    return time.monotonic() - thing.made


def snapshot_status(self):
    return "completed" if self.from_image or age(self) > snapshot_s else "pending"


def snapshot_progress(self):
    return "100%" if snapshot_status(self) == "completed" else f"{int(100 * age(self) / snapshot_s)}%"


def volume_status(self):
    if self.attachment:
        return "in-use"
    return "creating" if age(self) < volume_s else "available"


def attachment_status(self):
    told = self.__dict__.get("told")
    return "attaching" if told == "attached" and age(self) < attach_s else told


def ignore(self, value):
    pass


def keep(self, value):
    self.__dict__["told"] = value


old_attach = model.EBSBackend.attach_volume
old_create = model.EBSBackend.create_volume
old_snapshot = model.EBSBackend.create_snapshot


def zone_of(instance):
    placement = instance.placement
    if isinstance(placement, dict):
        return placement.get("AvailabilityZone")
    return getattr(placement, "zone", placement)


def attach(self, volume_id, instance_id, device_path, delete_on_termination=False):
    if getattr(LOCAL, "action", "") != "RunInstances":
        volume, instance = self.get_volume(volume_id), self.get_instance(instance_id)
        if volume.attachment:
            raise EC2ClientError("VolumeInUse", f"{volume_id} is already attached to an instance")
        if volume.status != "available":
            raise EC2ClientError("IncorrectState", f"Volume '{volume_id}' is '{volume.status}'")
        if volume.zone and volume.zone.name != zone_of(instance):
            raise EC2ClientError("InvalidVolume.ZoneMismatch",
                                 f"The volume '{volume_id}' is not in the same availability zone "
                                 f"as instance '{instance_id}'")
        if device_path in instance.block_device_mapping:
            raise EC2ClientError("InvalidParameterValue",
                                 f"Attachment point {device_path} is already in use")
    return old_attach(self, volume_id, instance_id, device_path, delete_on_termination)


def snapshot(self, volume_id, description, owner_id=None, from_ami=None):
    if not from_ami:
        if time.monotonic() - LAST.get(volume_id, -1e9) < rate_s:
            raise EC2ClientError("SnapshotCreationPerVolumeRateExceeded",
                                 "The maximum per volume CreateSnapshot request rate has been "
                                 "exceeded.")
        pending = [one for one in self.snapshots.values()
                   if one.volume.id == volume_id and one.status == "pending"]
        if len(pending) >= 5:
            raise EC2ClientError("ConcurrentSnapshotLimitExceeded", "too many pending snapshots")
    made = old_snapshot(self, volume_id, description, owner_id, from_ami)
    LAST[volume_id] = time.monotonic()
    return made


def create(self, *arguments, **named):
    wanted = named.get("snapshot_id")
    if wanted and self.get_snapshot(wanted).status != "completed":
        raise EC2ClientError("IncorrectState", f"Snapshot {wanted} is in invalid state - pending")
    return old_create(self, *arguments, **named)


def install():
    for kind in (model.Snapshot, model.Volume, model.VolumeAttachment):
        timed(kind)
    model.Snapshot.status = property(snapshot_status, ignore)
    model.Snapshot.progress = property(snapshot_progress)
    model.Volume.status = property(volume_status)
    model.VolumeAttachment.status = property(attachment_status, keep)
    model.EBSBackend.attach_volume = attach
    model.EBSBackend.create_snapshot = snapshot
    model.EBSBackend.create_volume = create
