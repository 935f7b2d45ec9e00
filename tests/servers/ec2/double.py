#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An EC2 (and the one action of STS that is needed) over moto, as a server for tests.

    double.py --control SOCKET [--listen 127.0.0.1:0] [--on-address PROGRAM] [--on-instance PROGRAM]

Tests talk to it over the unix socket: one JSON object per connection, one JSON answer. The
operations are the methods of Control. The first line on stdout is the port of the API.

`--on-address PROGRAM` is run as `PROGRAM PUBLIC PRIVATE` (or `PUBLIC none`) when an address moves,
before the API answers, so that a lab can let the packets follow; `--on-instance PROGRAM` as `PROGRAM
INSTANCE stopped` (or `running`), so that a lab can switch its machine.
"""
import argparse
import hashlib
import io
import ipaddress
import json
import os
import re
import secrets
import socket
import socketserver
import subprocess
import sys
import threading
import time
import uuid
from urllib.parse import parse_qsl

os.environ.setdefault("MOTO_ENABLE_ISO_REGIONS", "true")

from moto.ec2.models import ec2_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

import addresses
import ebs
import policy
import power
import signature

ACCOUNT = policy.ACCOUNT
LOCK = threading.RLock()


def error_body(code, message, service="ec2"):
    head, tail = (("<Response><Errors>", "</Errors>") if service == "ec2"
                  else ("<ErrorResponse>", ""))
    request = uuid.uuid4()
    end = (f"{tail}<RequestID>{request}</RequestID></Response>" if service == "ec2"
           else f"<RequestId>{request}</RequestId></ErrorResponse>")
    return (f'<?xml version="1.0" encoding="UTF-8"?>{head}<Error><Code>{code}</Code>'
            f"<Message>{message}</Message></Error>{end}").encode()


class State:
    """Everything that a test can set."""

    def __init__(self):
        self.keys = {}          # access id -> {"secret", "token", "policies", "expires"}
        self.roles = {}         # ARN -> {"policies", "external_id"}
        self.faults = {}        # action or "*" -> list of faults
        self.log = []           # {"at", "action", "parameters", "status", "code"}
        self.clock_offset = 0.0  # this server's clock minus the machine's
        self.move = None        # (action, allocation, instance): moved once this is answered
        self.page = 0           # most items on a page; 0: what the caller asks for
        self.metadata_lag = 0.0
        self.instances = {}     # id -> {"region", "role", "mac"}
        self.tokens = {}        # (action, client token) -> (hash, answer)

    def now(self):
        return time.time() + self.clock_offset


STATE = State()


class Api:
    """The WSGI application: what the real front end does before and after moto."""

    def __init__(self):
        self.inner = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ, start):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        parameters = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        action = parameters.get("Action", "")
        entry = {"at": round(time.time(), 3), "action": action, "parameters": parameters}
        status, answer = self.answer(environ, body, parameters, action)
        entry["status"] = status
        found = re.search(rb"<Code>([^<]*)</Code>", answer[:2000])
        entry["code"] = found.group(1).decode() if found else ""
        with LOCK:
            STATE.log.append(entry)
        if status == 0:  # hang up without an answer
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError
        start(f"{status} X", [("Content-Type", "text/xml;charset=UTF-8"),
                              ("Content-Length", str(len(answer)))])
        return [answer]

    def answer(self, environ, body, parameters, action):
        fault = self.fault_take(action)
        if fault:
            time.sleep(fault.get("delay", 0))
            if not fault.get("after") and (fault.get("code") or "body" in fault
                                           or fault.get("hang_up")):
                return self.fault_answer(fault)
        try:
            key, region, service = self.check(environ, body, parameters)
        except signature.Refused as refused:
            service = "sts" if action == "AssumeRole" else "ec2"
            return refused.status, error_body(refused.code, refused.message, service)
        if service == "sts":
            return self.assume(key, parameters)
        status, answer = self.perform(environ, body, parameters, action)
        if STATE.move and STATE.move[0] == action:
            STATE.move, move = None, STATE.move
            Control.associate(move[1], move[2])
        if fault and fault.get("after"):
            return self.fault_answer(fault)
        return status, answer

    @staticmethod
    def fault_take(action):
        with LOCK:
            for name in (action, "*"):
                faults = STATE.faults.get(name)
                if faults:
                    fault = faults[0]
                    fault["times"] = fault.get("times", 1) - 1
                    if fault["times"] == 0:
                        faults.pop(0)
                    return dict(fault)
        return None

    @staticmethod
    def fault_answer(fault):
        if fault.get("hang_up"):
            return 0, b""
        if "body" in fault:
            return fault.get("status", 503), fault["body"].encode("latin-1")
        return fault.get("status", 503), error_body(fault["code"], fault.get("message", "injected"))

    @staticmethod
    def check(environ, body, parameters):
        headers = {"Authorization": environ.get("HTTP_AUTHORIZATION", ""),
                   "X-Amz-Date": environ.get("HTTP_X_AMZ_DATE", ""),
                   "Content-Type": environ.get("CONTENT_TYPE", "")}
        if "HTTP_X_AMZ_SECURITY_TOKEN" in environ:
            headers["X-Amz-Security-Token"] = environ["HTTP_X_AMZ_SECURITY_TOKEN"]
        url = f"http://{environ['HTTP_HOST']}{environ.get('RAW_URI', environ['PATH_INFO'])}"
        key, region, service = signature.check("POST", url, headers, body, STATE.keys, STATE.now)
        action = f"{service}:{parameters.get('Action', '')}"
        touched = list(policy.arns(parameters.values(), region))
        if service == "sts":
            touched = [parameters.get("RoleArn", "*")]
        elif parameters.get("Action", "").startswith("Describe"):
            touched = []
        touched += Api.implied(parameters, region)
        if not policy.allowed(key["policies"], action, touched):
            if service == "sts":
                raise signature.Refused("AccessDenied", f"not authorized to perform: {action}")
            raise signature.Refused("UnauthorizedOperation",
                                    "You are not authorized to perform this operation. "
                                    f"{action} on {touched or '*'}")
        return key, region, service

    @staticmethod
    def implied(parameters, region):
        """What an association id stands for."""
        if parameters.get("Action") != "DisassociateAddress":
            return []
        for address in ec2_backends[ACCOUNT][region].addresses:
            if address.association_id and address.association_id == parameters.get("AssociationId"):
                return list(policy.arns([address.allocation_id, address.eni.id], region))
        return [f"arn:aws:ec2:{region}:{ACCOUNT}:elastic-ip/*"] if "DryRun" not in parameters else []

    @staticmethod
    def assume(key, parameters):
        role = STATE.roles.get(parameters.get("RoleArn"))
        if not role or role.get("external_id") != parameters.get("ExternalId"):
            return 403, error_body("AccessDenied", "not authorized to perform: sts:AssumeRole",
                                   "sts")
        access = new_key(role["policies"], token=True)
        made = STATE.keys[access]
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(made["expires"]))
        return 200, (f"<AssumeRoleResponse><AssumeRoleResult><Credentials>"
                     f"<AccessKeyId>{access}</AccessKeyId>"
                     f"<SecretAccessKey>{made['secret']}</SecretAccessKey>"
                     f"<SessionToken>{made['token']}</SessionToken>"
                     f"<Expiration>{until}</Expiration></Credentials></AssumeRoleResult>"
                     f"</AssumeRoleResponse>").encode()

    def perform(self, environ, body, parameters, action):
        """moto, with client tokens and pages."""
        token = parameters.get("ClientToken")
        digest = hashlib.sha256(body).hexdigest()
        with LOCK:
            if token and (action, token) in STATE.tokens:
                known, answer = STATE.tokens[action, token]
                if known != digest:
                    return 400, error_body("IdempotentParameterMismatch", "arguments differ")
                return 200, answer
            if action.startswith("Describe") and ("MaxResults" in parameters or STATE.page):
                return self.paged(environ, parameters)
            status, answer = self.moto(environ, body)
            if token and status == 200:
                STATE.tokens[action, token] = (digest, answer)
        return status, answer

    def paged(self, environ, parameters):
        """Cuts the first set of the whole answer into pages."""
        size = int(parameters.pop("MaxResults", 0)) or STATE.page
        at = int(parameters.pop("NextToken", "page-0").removeprefix("page-"))
        body = "&".join(f"{name}={escape(value)}" for name, value in parameters.items()).encode()
        status, answer = self.moto(environ, body)
        found = re.search(rb"<(\w+Set)>(.*)</\1>", answer, re.S)
        if status != 200 or not found:
            return status, answer
        items = split_items(found.group(2))
        cut = b"".join(items[at:at + size])
        more = (f"<nextToken>page-{at + size}</nextToken>".encode()
                if at + size < len(items) else b"")
        name = found.group(1)
        return 200, (answer[:found.start()] + b"<" + name + b">" + cut + b"</" + name + b">" + more
                     + answer[found.end():])

    def moto(self, environ, body):
        environ = dict(environ, **{"wsgi.input": io.BytesIO(body),
                                   "CONTENT_LENGTH": str(len(body))})
        ebs.LOCAL.action = dict(parse_qsl(body.decode("utf-8", "replace"))).get("Action", "")
        kept = {}

        def start(status, headers, info=None):
            kept["status"] = int(status.split()[0])
            return lambda data: None

        answer = b"".join(self.inner(environ, start))
        if kept["status"] == 500 and b"<!doctype" in answer[:30].lower():
            return 400, error_body("InvalidAction", "the double does not know this action")
        return kept["status"], answer


def escape(value):
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 or chr(byte) in "-_.~"
                   else f"%{byte:02X}" for byte in value.encode())


def split_items(inside):
    """The <item> elements on the first level."""
    items, depth, begin = [], 0, 0
    for tag in re.finditer(rb"<(/?)item(/?)>", inside):
        if tag.group(2):
            continue
        if not tag.group(1):
            if depth == 0:
                begin = tag.start()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                items.append(inside[begin:tag.end()])
    return items


def new_key(policies, token=False, ttl=3600):
    access = ("ASIA" if token else "AKIA") + secrets.token_hex(8).upper()
    STATE.keys[access] = {"secret": secrets.token_urlsafe(30), "policies": policies,
                          "token": secrets.token_urlsafe(60) if token else None,
                          "expires": time.time() + ttl if token else None}
    return access


class Control:
    """What tests may ask; each method's arguments are the JSON object's other members."""

    @staticmethod
    def world(region="ap-northeast-2", instances=(), allocations=(), zone="a"):
        """Makes instances (each {"private": [addresses], "role": policies}) and addresses."""
        backend = ec2_backends[ACCOUNT][region]
        network = str(ipaddress.ip_network(instances[0]["private"][0] + "/16", strict=False))
        vpc = backend.create_vpc(network)
        subnet = backend.create_subnet(vpc.id, network, availability_zone=region + zone)
        ebs.LOCAL.action = "RunInstances"
        made, got = [], []
        for wanted in instances:
            reservation = backend.run_instances(
                "ami-12c6146b", 1, None, [], instance_type="m6i.4xlarge",
                is_instance_type_default=True, region_name=region, subnet_id=subnet.id,
                placement=region + zone, private_ip=wanted["private"][0], nics=[],
                key_name=None, ebs_optimized=False, instance_market_options={})
            instance = reservation.instances[0]
            eni = instance.nics[0]
            eni.private_ip_address = wanted["private"][0]
            eni.private_ip_addresses = [
                {"Primary": number == 0, "PrivateIpAddress": private}
                for number, private in enumerate(wanted["private"])]
            STATE.instances[instance.id] = {"region": region, "policies": wanted.get("role")}
            made.append({"instance": instance.id, "interface": eni.id, "mac": eni.mac_address})
        for public in allocations:
            address = backend.allocate_address("vpc", address=public)
            got.append({"address": public, "allocation": address.allocation_id})
        return {"region": region, "instances": made, "allocations": got}

    @staticmethod
    def interface(instance, private):
        """A second network interface for an instance."""
        region = STATE.instances[instance]["region"]
        backend = ec2_backends[ACCOUNT][region]
        first = backend.get_instance(instance).nics[0]
        eni = backend.create_network_interface(first.subnet, private[0])
        eni.private_ip_address = private[0]
        eni.private_ip_addresses = [{"Primary": number == 0, "PrivateIpAddress": address}
                                    for number, address in enumerate(private)]
        backend.attach_network_interface(eni.id, instance, len(backend.get_instance(instance).nics))
        return {"interface": eni.id, "mac": eni.mac_address}

    @staticmethod
    def key(policies, token=False, ttl=3600):
        access = new_key(policies, token, ttl)
        return dict(STATE.keys[access], access_id=access)

    @staticmethod
    def role(arn, policies, external_id=None):
        STATE.roles[arn] = {"policies": policies, "external_id": external_id}

    @staticmethod
    def instance_role(instance, policies):
        """Another role for an instance."""
        STATE.instances[instance]["policies"] = policies
        STATE.instances[instance].pop("access", None)

    @staticmethod
    def faults(faults):
        """{"DescribeAddresses": [{"code": ..., "status": 503, "times": 3, "delay": 0.5}]}; also
        "body" (instead of a code), "hang_up", "after" (when it took effect); times -1: for ever."""
        STATE.faults = faults

    @staticmethod
    def set(**values):
        for name, value in values.items():
            if name == "lag":
                addresses.lag_s = value
            elif name in ("snapshot_s", "volume_s", "attach_s", "rate_s"):
                setattr(ebs, name, value)
            elif name in ("clock_offset", "page", "metadata_lag"):
                setattr(STATE, name, value)
            else:
                raise ValueError(f"no such setting: {name}")

    @staticmethod
    def log(clear=False):
        entries = list(STATE.log)
        if clear:
            STATE.log.clear()
        return entries

    @staticmethod
    def associate(allocation, instance, private=None):
        """As another account's user would: past this API's log."""
        region = STATE.instances[instance]["region"]
        backend = ec2_backends[ACCOUNT][region]
        address = backend.address_by_allocation([allocation])[0]
        eni = backend.get_instance(instance).nics[0]
        addresses.release(address)
        address.eni, address.private = eni, private or eni.private_ip_address
        address.instance, eni.public_ip = eni.instance, address.public_ip
        address.association_id = addresses.model.random_eip_association_id()
        addresses.remember(address)

    @staticmethod
    def move_after(action, allocation, instance):
        """The address moves right after the next answer to this action."""
        STATE.move = (action, allocation, instance)

    @staticmethod
    def disassociate(allocation, region="ap-northeast-2"):
        address = ec2_backends[ACCOUNT][region].address_by_allocation([allocation])[0]
        addresses.release(address)
        addresses.remember(address)

    @staticmethod
    def settle(allocation, region="ap-northeast-2"):
        """Lets the present state be an old one, so that every look-up shows it."""
        address = ec2_backends[ACCOUNT][region].address_by_allocation([allocation])[0]
        address.history[:] = [(0.0, address.history[-1][1])]

    @staticmethod
    def holder(allocation, region="ap-northeast-2"):
        """Who has an address now, whatever a look-up shows."""
        address = ec2_backends[ACCOUNT][region].address_by_allocation([allocation])[0]
        instance = address.eni.instance if address.eni else None
        return {"instance": instance.id if instance else None, "private": address.private,
                "interface": address.eni.id if address.eni else None,
                "association": address.association_id}

    @staticmethod
    def metadata(instance):
        """What the metadata service of an instance says: path below /latest -> text."""
        facts = STATE.instances[instance]
        backend = ec2_backends[ACCOUNT][facts["region"]]
        nics = backend.get_instance(instance).nics
        base = "meta-data/network/interfaces/macs/"
        tree = {"meta-data/instance-id": instance,
                "meta-data/placement/region": facts["region"],
                "meta-data/placement/availability-zone": facts["region"] + "a",
                "meta-data/mac": nics[0].mac_address,
                "meta-data/local-ipv4": nics[0].private_ip_address}
        for number, eni in nics.items():
            mac = f"{base}{eni.mac_address}/"
            tree[mac + "interface-id"] = eni.id
            tree[mac + "device-number"] = str(number)
            tree[mac + "local-ipv4s"] = "\n".join(addresses.privates(eni))
            publics = []
            for address in backend.addresses:
                past = time.monotonic() - STATE.metadata_lag
                states = [state for at, state in address.history if at <= past]
                if states and states[-1][1] == eni.id:
                    tree[f"{mac}ipv4-associations/{address.public_ip}"] = states[-1][2]
                    publics.append(address.public_ip)
            if publics:
                tree[mac + "public-ipv4s"] = "\n".join(publics)
                tree.setdefault("meta-data/public-ipv4", publics[0])
        if facts.get("policies") is not None:
            if "access" not in facts or STATE.keys[facts["access"]]["expires"] < time.time() + 60:
                facts["access"] = new_key(facts["policies"], token=True)
            key = STATE.keys[facts["access"]]
            stamp = "%Y-%m-%dT%H:%M:%SZ"
            tree["meta-data/iam/security-credentials/"] = "node-role"
            tree["meta-data/iam/security-credentials/node-role"] = json.dumps({
                "Code": "Success", "Type": "AWS-HMAC",
                "LastUpdated": time.strftime(stamp, time.gmtime()),
                "AccessKeyId": facts["access"], "SecretAccessKey": key["secret"],
                "Token": key["token"],
                "Expiration": time.strftime(stamp, time.gmtime(key["expires"]))})
        return tree


class Talk(socketserver.StreamRequestHandler):
    """One question of a test."""

    def handle(self):
        line = self.rfile.readline()
        if not line:
            return
        question = json.loads(line)
        with LOCK:
            try:
                answer = {"ok": getattr(Control, question.pop("do"))(**question)}
            except Exception as error:  # pylint: disable=broad-except
                answer = {"error": f"{type(error).__name__}: {error}"}
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class Socket(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log(self, *arguments, **named):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(STATE.now() if timestamp is None else timestamp)


def hook(program):
    def changed(what, state):
        subprocess.run([program, what, state or "none"], check=False)
    return changed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--control", required=True)
    parser.add_argument("--listen", default="127.0.0.1:0")
    parser.add_argument("--on-address")
    parser.add_argument("--on-instance")
    options = parser.parse_args()
    addresses.install()
    ebs.install()
    power.install()
    if options.on_address:
        addresses.on_change = hook(options.on_address)
    if options.on_instance:
        power.on_change = hook(options.on_instance)
    host, port = options.listen.rsplit(":", 1)
    server = make_server(host, int(port), Api(), threaded=True, request_handler=Quiet)
    control = Socket(options.control, Talk)
    threading.Thread(target=control.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
