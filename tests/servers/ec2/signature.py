# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks a request's Signature Version 4 with botocore as the judge: signs the same bytes again."""
import calendar
import datetime
import re
import time
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FORM = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$")
SKEW_S = 300


class Refused(Exception):
    """What the service answers instead: code, sentence, status."""

    def __init__(self, code, message, status=403):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def check(method, url, headers, body, keys, now=time.time):
    """The key's record, the region and the service of a request that is signed rightly.

    `keys` maps an access id to {"secret", "token", "expires", ...}. Raises Refused.
    """
    found = FORM.match(headers.get("Authorization", ""))
    if not found:
        raise Refused("MissingAuthenticationToken", "Request is missing Authentication Token")
    access, day, region, service, names, signature = found.groups()
    key = keys.get(access)
    if not key:
        raise Refused("AuthFailure", "AWS was not able to validate the provided access credentials",
                      401)
    date = headers.get("X-Amz-Date", "")
    try:
        signed_at = calendar.timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise Refused("IncompleteSignature", "Date must be in ISO-8601 basic format", 400) from None
    if abs(signed_at - now()) > SKEW_S:
        raise Refused("RequestExpired", "Request has expired.", 400)
    if headers.get("X-Amz-Security-Token") != key.get("token"):
        raise Refused("AuthFailure", "AWS was not able to validate the provided access credentials",
                      401)
    request = AWSRequest(method, url, data=body, headers={
        name: headers[name] for name in ("Content-Type",) if name in headers})
    moment = datetime.datetime.utcfromtimestamp(signed_at)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: moment):
        botocore.auth.SigV4Auth(Credentials(access, key["secret"], key.get("token")), service,
                                region).add_auth(request)
    again = FORM.match(request.headers["Authorization"])
    if (day, names, signature) != (again.group(2), again.group(5), again.group(6)):
        raise Refused("AuthFailure", "AWS was not able to validate the provided access credentials",
                      401)
    if key.get("expires") and key["expires"] < now():
        raise Refused("RequestExpired" if service == "ec2" else "ExpiredToken",
                      "The security token included in the request is expired", 400)
    return key, region, service
