#!/bin/sh
# A role for both nodes instead of access keys on their disks. On the operator's own machine, with the AWS command line.
# usage: instance-role.sh POLICY-FILE INSTANCE-ID...
# POLICY-FILE: docs/iam/elastic-ip.json with region, account and allocation put in; for the safe form
# docs/iam/fence-aws.json too: run it again as `POLICY=fence-aws instance-role.sh FILE`, without instances.
set -eu
role=PRep-node policy=${POLICY:-elastic-ip} file=$1
shift

if [ $# -gt 0 ]; then
        aws iam create-role --role-name "$role" --assume-role-policy-document \
                '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
        aws iam create-instance-profile --instance-profile-name "$role"
        aws iam add-role-to-instance-profile --instance-profile-name "$role" --role-name "$role"
fi
aws iam put-role-policy --role-name "$role" --policy-name "$policy" --policy-document "file://$file"
for instance; do
        aws ec2 associate-iam-instance-profile --instance-id "$instance" --iam-instance-profile "Name=$role"
        # Version 2 of the metadata service only: what the agent speaks.
        aws ec2 modify-instance-metadata-options --instance-id "$instance" --http-tokens required \
                --http-put-response-hop-limit 1
done
