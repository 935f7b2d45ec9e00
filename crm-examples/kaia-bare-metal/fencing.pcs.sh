#!/bin/sh
# The fence devices for pcs 0.11: the same as fencing.crm, which says why; run before cluster.pcs.sh.
# Change: the addresses of the management boards (BMC), the user, and the file with the password.
set -e
pcs stonith create fence-cn1 fence_ipmilan \
    ip=203.0.113.1 username=cluster password_script=/etc/validator-agents/bmc-password lanplus=1 \
    pcmk_host_list=cn1 \
    op monitor interval=600s
pcs stonith create fence-cn2 fence_ipmilan \
    ip=203.0.113.2 username=cluster password_script=/etc/validator-agents/bmc-password lanplus=1 \
    pcmk_host_list=cn2 pcmk_delay_base=3s \
    op monitor interval=600s
pcs constraint location fence-cn1 avoids cn1
pcs constraint location fence-cn2 avoids cn2
