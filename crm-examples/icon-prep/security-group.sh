#!/bin/sh
# The security group of both nodes: usage: security-group.sh GROUP-ID. Needs the AWS command line, once,
# on the operator's own machine. A rule that is there already is left as it is.
set -eu
group=$1

open_to() {
        told=$(aws ec2 authorize-security-group-ingress --group-id "$group" --ip-permissions "$1" 2>&1) || {
                case $told in *InvalidPermission.Duplicate*) return 0 ;; esac
                printf '%s\n' "$told" >&2
                return 1
        }
}

open_to_all() {
        open_to "IpProtocol=tcp,FromPort=$1,ToPort=$1,IpRanges=[{CidrIp=0.0.0.0/0}]"
        open_to "IpProtocol=tcp,FromPort=$1,ToPort=$1,Ipv6Ranges=[{CidrIpv6=::/0}]"
}

open_to_all 7100 # gRPC between nodes
open_to_all 9000 # JSON-RPC
open_to_all 22   # SSH: better only from the operator's own addresses

# Corosync (knet uses UDP 5405; 5404 to 5406 as the tutorial has it), between members of the group only, by
# IPv4 and IPv6 alike.
open_to "IpProtocol=udp,FromPort=5404,ToPort=5406,UserIdGroupPairs=[{GroupId=$group}]"
# pcs's daemon, for who configures with pcs.
open_to "IpProtocol=tcp,FromPort=2224,ToPort=2224,UserIdGroupPairs=[{GroupId=$group}]"
# The safe form's third voice, corosync-qnetd, if it is in the same group.
open_to "IpProtocol=tcp,FromPort=5403,ToPort=5403,UserIdGroupPairs=[{GroupId=$group}]"
