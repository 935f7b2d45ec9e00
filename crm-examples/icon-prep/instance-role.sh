#!/bin/sh
# A role for both nodes instead of access keys on their disks. On the operator's own machine, with the AWS command line.
# usage: instance-role.sh POLICY-FILE INSTANCE-ID...
# POLICY-FILE: docs/iam/elastic-ip.json with region, account and allocation put in; for the safe form
# docs/iam/fence-aws.json too: run it again as `POLICY=fence-aws instance-role.sh FILE`, without instances.
# What is there already is left as it is, so that it can be run again.
set -eu
role=PRep-node policy=${POLICY:-elastic-ip} file=$1
shift

fail() {
        printf '%s\n' "$1" >&2
        exit 1
}

made() {
        told=$("$@" 2>&1 >/dev/null) || case $told in
        *EntityAlreadyExists* | *LimitExceeded*) ;;
        *) fail "$told" ;;
        esac
}

# EC2 knows a new profile some seconds later than IAM does.
attach() {
        for wait in 5 5 5 5 5 5 5 5 5 5 5 0; do
                told=$(aws ec2 associate-iam-instance-profile --instance-id "$1" --iam-instance-profile "Name=$role" 2>&1) && return 0
                case $told in
                *"Invalid IAM Instance Profile"*) sleep "$wait" ;;
                *"existing association"*) break ;;
                *) fail "$told" ;;
                esac
        done
        has=$(aws ec2 describe-iam-instance-profile-associations --filters "Name=instance-id,Values=$1" \
                --query 'IamInstanceProfileAssociations[].IamInstanceProfile.Arn' --output text)
        case $has in */"$role") ;; *) fail "$1 has another instance profile, '$has': $told" ;; esac
}

if [ $# -gt 0 ]; then
        made aws iam create-role --role-name "$role" --assume-role-policy-document \
                '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
        made aws iam create-instance-profile --instance-profile-name "$role"
        made aws iam add-role-to-instance-profile --instance-profile-name "$role" --role-name "$role"
fi
aws iam put-role-policy --role-name "$role" --policy-name "$policy" --policy-document "file://$file"
for instance; do
        attach "$instance"
        # Version 2 of the metadata service only: what the agent speaks.
        aws ec2 modify-instance-metadata-options --instance-id "$instance" --http-tokens required \
                --http-put-response-hop-limit 1
done
