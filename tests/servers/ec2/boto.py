# SPDX-License-Identifier: LGPL-2.1-or-later
"""Amazon's own client against the double: a test's second opinion on what is an EC2.

    boto.py URL ACCESS SECRET       reads a JSON line {"do": "describe_addresses", ...} and answers with one

Runs in the Python that has boto3; the class below is for the tests.
"""
import json
import subprocess
import sys


class Boto:
    """One client. Close it."""

    def __init__(self, cloud, python, policies):
        key = cloud.key(policies=policies)
        self.process = subprocess.Popen([python, __file__, cloud.url, key["access_id"], key["secret"]], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def call(self, action, **arguments):
        """The answer, or the error's code as a str."""
        print(json.dumps({"do": action, **arguments}), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def main():
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError

    client = boto3.client("ec2", endpoint_url=sys.argv[1], region_name="ap-northeast-2", aws_access_key_id=sys.argv[2],
                          aws_secret_access_key=sys.argv[3], config=Config(retries={"max_attempts": 0}))
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = getattr(client, question.pop("do"))(**question)
        except ClientError as error:
            answer = error.response["Error"]["Code"]
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main()
