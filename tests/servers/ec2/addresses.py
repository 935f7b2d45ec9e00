# SPDX-License-Identifier: LGPL-2.1-or-later
"""Elastic IPs as EC2 has them, put into moto.

moto forgets the private address of an association, keeps showing an address at its old instance,
and shows every change at once. Here the private address counts, the old interface loses the
address, and a look-up may lag behind.
"""
import time

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import elastic_ip_addresses as model
from moto.ec2.responses import elastic_ip_addresses as response

lag_s = 0.0          # how long DescribeAddresses shows the old state
on_change = None     # called with (public address, private address or None)


class View:
    """What a look-up shows of an address: its state as it was `lag_s` ago."""

    def __init__(self, address):
        past = time.monotonic() - lag_s
        states = [state for at, state in address.history if at <= past] or [address.history[0][1]]
        self.allocation_id, self.public_ip = address.allocation_id, address.public_ip
        self.domain, self.id = address.domain, address.id
        self.tags, self.get_tags = getattr(address, "tags", None), address.get_tags
        (self.instance_id, self.network_interface_id, self.private_ip_address,
         self.association_id) = states[-1]
        self.network_interface_owner_id = "123456789012" if self.association_id else None


def remember(address):
    instance = address.eni.instance if address.eni else None
    address.history.append((time.monotonic(), (
        instance.id if instance else "", address.eni.id if address.eni else "",
        address.private if address.eni else None, address.association_id)))
    if on_change:
        on_change(address.public_ip, address.private if address.eni else None)


old_init = model.ElasticAddress.__init__


def init(self, *arguments, **named):
    old_init(self, *arguments, **named)
    self.private = None
    self.history = [(0.0, ("", "", None, None))]


def privates(eni):
    """The private addresses of an interface, the primary first."""
    listed = [item["PrivateIpAddress"] for item in eni.private_ip_addresses or []]
    return [eni.private_ip_address] + [item for item in listed if item != eni.private_ip_address]


def interface_of(backend, parameters):
    if "NetworkInterfaceId" in parameters:
        return backend.get_network_interface(parameters["NetworkInterfaceId"])
    instance = backend.get_instance(parameters["InstanceId"])
    interfaces = list(instance.nics.values())
    if len(interfaces) > 1:
        raise EC2ClientError("InvalidInstanceID",
                             f"There are multiple interfaces attached to instance '{instance.id}'. "
                             "Please specify an interface ID for the operation instead.")
    return interfaces[0]


def associate(self):
    """EC2's AssociateAddress; reassociation is allowed unless the caller forbids it."""
    parameters = self._get_params()
    eni = interface_of(self.ec2_backend, parameters)
    address = self.ec2_backend.address_by_allocation([parameters.get("AllocationId")])[0]
    private = parameters.get("PrivateIpAddress") or eni.private_ip_address
    if private not in privates(eni):
        raise EC2ClientError("InvalidParameterValue",
                             f"Address {private} does not fall within the interface {eni.id}")
    self.error_on_dryrun()
    if address.eni and (address.eni is not eni or address.private != private):
        if str(parameters.get("AllowReassociation", "true")).lower() == "false":
            raise EC2ClientError("Resource.AlreadyAssociated",
                                 f"resource {address.allocation_id} is already associated with "
                                 f"associate-id {address.association_id}")
    if address.eni is not eni or address.private != private:
        release(address)
        address.eni, address.private, address.instance = eni, private, eni.instance
        address.association_id = model.random_eip_association_id()
        eni.public_ip = address.public_ip
        remember(address)
    return response.ActionResult({"AssociationId": address.association_id})


def release(address):
    if address.eni and address.eni.public_ip == address.public_ip:
        address.eni.public_ip = None
    address.eni = address.private = address.instance = address.association_id = None


def disassociate(self, address=None, association_id=None):
    found = (self.address_by_ip([address]) if address
             else self.address_by_association([association_id]))[0]
    release(found)
    remember(found)


old_describe = model.ElasticAddressBackend.describe_addresses


def describe(self, allocation_ids=None, public_ips=None, filters=None):
    return [View(address) for address in old_describe(self, allocation_ids, public_ips, filters)]


def install():
    model.ElasticAddress.__init__ = init
    model.ElasticAddressBackend.disassociate_address = disassociate
    model.ElasticAddressBackend.describe_addresses = describe
    response.ElasticIPAddresses.associate_address = associate
