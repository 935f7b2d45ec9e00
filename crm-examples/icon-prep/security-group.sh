#!/bin/sh
# The security group of both nodes: usage: security-group.sh GROUP-ID. Needs the AWS command line, once,
# on the operator's own machine.
set -eu
group=$1

open_to_all() {
        aws ec2 authorize-security-group-ingress --group-id "$group" --ip-permissions \
                "IpProtocol=tcp,FromPort=$1,ToPort=$1,IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]"
}

open_to_all 7100 # gRPC between nodes
open_to_all 9000 # JSON-RPC
open_to_all 22   # SSH: better only from the operator's own addresses

# Corosync (knet uses UDP 5405; 5404 to 5406 as the tutorial has it), between members of the group only.
aws ec2 authorize-security-group-ingress --group-id "$group" --ip-permissions \
        "IpProtocol=udp,FromPort=5404,ToPort=5406,UserIdGroupPairs=[{GroupId=$group}]"
