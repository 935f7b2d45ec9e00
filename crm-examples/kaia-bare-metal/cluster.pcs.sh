#!/bin/sh
# The cluster for pcs 0.11: the same as cluster.crm, collected in a file and brought in at once, after fencing.pcs.sh.
# Change: address, pn, reference, ip, ipaddress, cidr_netmask. Why each line is as it is: docs/cluster.md.
set -e
pcs cluster cib cell1.cib
pcs -f cell1.cib property set stonith-enabled=true load-threshold=400%
pcs -f cell1.cib resource defaults update resource-stickiness=1000
pcs -f cell1.cib resource create kcn ocf:validator:kcn-node \
    identity=cell1 \
    pn="kni://79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8@192.0.2.20:32323?discport=0&ntype=pn kni://c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee51ae168fea63dc339a3c58419466ceaeef7f632653266d0e1236431a950cfe52a@192.0.2.21:32323?discport=0&ntype=pn" \
    reference="http://192.0.2.20:8551 http://192.0.2.21:8551" \
    op start timeout=90s op stop timeout=60s \
    op promote timeout=90s op demote timeout=90s \
    op monitor role=Promoted interval=9s timeout=20s \
    op monitor role=Unpromoted interval=10s timeout=20s \
    meta migration-threshold=1 failure-timeout=10s \
    promotable kcn-clone
pcs -f cell1.cib resource create seat ocf:validator:nodekey \
    identity=cell1 address=0x7e5f4552091a69125d5dfcb7b8c2659029395bdf \
    op start timeout=30s op stop timeout=30s \
    op monitor interval=10s timeout=20s \
    meta migration-threshold=1 failure-timeout=10s
pcs -f cell1.cib resource create ip ocf:heartbeat:IPaddr2 \
    ip=192.0.2.101 cidr_netmask=24 \
    op monitor interval=10s
pcs -f cell1.cib resource create source ocf:heartbeat:IPsrcaddr \
    ipaddress=192.0.2.101 cidr_netmask=24 \
    op start timeout=20s op stop timeout=20s on-fail=ignore \
    op monitor interval=60s timeout=20s \
    meta migration-threshold=3 failure-timeout=60s
pcs -f cell1.cib constraint colocation add Promoted kcn-clone with seat INFINITY id=signer-with-seat
pcs -f cell1.cib constraint colocation add seat with Promoted kcn-clone INFINITY id=seat-with-signer
pcs -f cell1.cib constraint colocation add ip with Promoted kcn-clone INFINITY id=ip-with-signer
pcs -f cell1.cib constraint colocation add source with ip INFINITY id=source-with-ip
pcs -f cell1.cib constraint order start ip then start source kind=Mandatory id=ip-then-source
pcs -f cell1.cib constraint order start seat then promote kcn-clone kind=Mandatory id=seat-then-sign
pcs -f cell1.cib constraint order start ip then promote kcn-clone kind=Optional id=ip-then-sign
pcs -f cell1.cib constraint order start source then promote kcn-clone kind=Optional symmetrical=false id=source-then-sign
pcs -f cell1.cib constraint order stop source then demote kcn-clone kind=Optional symmetrical=false id=unsource-then-demote
pcs cluster cib-push cell1.cib --config
rm -f cell1.cib
