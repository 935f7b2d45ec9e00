#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints tests/unit/data/sigv4.json: requests with odd contents and botocore's signatures of them.

The unit test holds common/aws/sigv4.c to these bytes. Run with the Python of tests/servers/venv; the
output is the same on every run, so that a test can compare it with the committed file.
"""
import calendar
import datetime
import json
import sys
from unittest import mock
from urllib.parse import quote

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCY=EXAMPLEKEY"
TOKEN = "FwoGZXIvYXdzE//////////wEaDPz+2=="
FORM = "application/x-www-form-urlencoded; charset=utf-8"

BODIES = {
    "no parameters": [],
    "an empty value": [("Action", "DescribeAddresses"), ("Filter.1.Value.1", "")],
    "blanks and tabs": [("Description", "a  b\tc ")],
    "bytes that escape": [("Description", "+&=%?/~!*()'\"#[]@:;,$\\^`{|}<>")],
    "Korean": [("Description", "한국어 노드 ①")],
    "line breaks": [("Description", "a\r\nb\n")],
    "emoji beyond the BMP": [("Tag.1.Value", "\U0001f511")],
    "percent signs twice": [("Tag.1.Value", "%2520%25")],
    "6 kB": [("UserData", "QUJD" * 1500)],
    "many parameters": [(f"AllocationId.{n}", f"eipalloc-{n:017x}") for n in range(1, 40)],
}

KEYS = {
    "plain": ("AKIAIOSFODNN7EXAMPLE", SECRET, None),
    "with token": ("ASIAIOSFODNN7EXAMPLE", SECRET, TOKEN),
    "2000 byte token": ("ASIAIOSFODNN7EXAMPLE", SECRET, "aB+/=" * 400),
    "secret with colon, slash and %2F": ("AKIA", "a:b/c%2Fd+e=f", None),
    "secret of 200 bytes": ("AKIA", "x" * 200, None),
    "secret of one byte": ("A", "s", None),
    "token with blanks inside": ("ASIA", SECRET, " a  b\tc "),
}

REGIONS = [
    "us-east-1", "ap-northeast-2", "cn-northwest-1", "us-gov-west-1", "us-iso-east-1",
    "eusc-de-east-1", "mx-central-1", "moon-base-42",
]

HOSTS = {
    "https://ec2.us-east-1.amazonaws.com": "ec2.us-east-1.amazonaws.com",
    "https://EC2.Us-East-1.AmazonAWS.com:443/": "ec2.us-east-1.amazonaws.com",
    "http://127.0.0.1:5000": "127.0.0.1:5000",
    "http://127.0.0.1:80/": "127.0.0.1",
    "https://127.0.0.1:80/": "127.0.0.1:80",
    "http://[fd00:ec2::254]:8443/": "[fd00:ec2::254]:8443",
    "https://vpce-0123-ab.ec2.eu-west-3.vpce.amazonaws.com/services/compute": None,
}

TIMES = {
    "now": "2026-11-21T04:00:00",
    "leap day": "2024-02-29T23:59:59",
    "new year": "2027-01-01T00:00:00",
    "epoch": "1970-01-01T00:00:00",
    "beyond 2038": "2040-06-01T12:34:56",
}


def escape(text):
    return quote(text, safe="-_.~")


def sign(url, ctype, body, region, service, key, at):
    """Authorization, Host and date as botocore has them."""
    request = AWSRequest("POST", url, headers={"Content-Type": ctype}, data=body)
    moment = datetime.datetime.fromisoformat(at)

    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: moment):
        botocore.auth.SigV4Auth(Credentials(*key), service, region).add_auth(request)
    return request.headers["Authorization"], botocore.auth._host_from_url(url), \
        request.headers["X-Amz-Date"]


def vectors():
    def row(name, params=None, key="plain", region="us-east-1", service="ec2",
            url="https://ec2.us-east-1.amazonaws.com", at="now", ctype=FORM):
        params = BODIES["an empty value"] if params is None else params
        body = "&".join(f"{escape(n)}={escape(v)}" for n, v in params)
        auth, host, date = sign(url, ctype, body.encode(), region, service, KEYS[key], TIMES[at])
        access, secret, token = KEYS[key]
        return {
            "name": name, "params": params, "body": body, "access_id": access, "secret": secret,
            "token": token, "region": region, "service": service, "url": url, "host": host,
            "content_type": ctype, "at_s": calendar.timegm(
                datetime.datetime.fromisoformat(TIMES[at]).timetuple()),
            "date": date, "authorization": auth,
        }

    for name, params in BODIES.items():
        for region in ("us-east-1", "ap-northeast-2", "cn-northwest-1", "us-gov-west-1"):
            yield row(f"{name}, {region}", params, region=region, key="with token")
    for name in KEYS:
        yield row(f"key: {name}", key=name)
    for region in REGIONS:
        yield row(f"region: {region}", region=region)
    for url in HOSTS:
        yield row(f"url: {url}", url=url)
    for at in TIMES:
        yield row(f"time: {at}", at=at)
    yield row("service: sts", service="sts", url="https://sts.amazonaws.com")
    yield row("content type with odd blanks", ctype=" application/x-www-form-urlencoded ;  q=1 ")


def main():
    json.dump({"botocore": botocore.__version__, "vectors": list(vectors())}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
