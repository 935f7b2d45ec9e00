#!/bin/sh
# sh etcd-certificates.sh DIRECTORY NAME=ADDRESS[,ADDRESS...]...: an authority, and a certificate for each machine, which
# etcd and the keeper there use. Keep ca.key offline; each machine gets ca.pem and its own pair. An etcd refuses a member
# that comes from an address which its certificate does not name: name the one that moves, too.
set -eu
umask 077
mkdir -p "$1"
cd "$1"
shift
request() {
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "$@"
}
[ -e ca.key ] || request -x509 -days 3650 -subj "/CN=authority of the seats" -keyout ca.key -out ca.pem
for machine; do
        name=${machine%%=*}
        addresses=$(echo "${machine#*=}" | sed 's/,/,IP:/g')
        request -subj "/CN=$name" -addext "subjectAltName=IP:$addresses,IP:127.0.0.1" \
                -keyout "$name.key" -out "$name.csr"
        openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 \
                -copy_extensions copy -out "$name.pem"
        rm "$name.csr"
done
