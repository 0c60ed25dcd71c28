#!/bin/sh
# Starts nginx with TLS when there is a certificate, else without; TRUSTED_PROXIES are networks, with commas.
set -eu
here=/etc/synergy/nginx
kind=plain
[ -s /etc/synergy/tls/certificate.pem ] && kind=tls
sed "s|@PUBLIC_URL@|${PUBLIC_URL:-}|g" "$here/$kind.conf" >/tmp/servers.conf
for network in $(echo "${TRUSTED_PROXIES:-}" | tr ',' ' '); do
    echo "set_real_ip_from $network;"
done >/tmp/trusted.conf
exec nginx -e /dev/stderr -c "$here/nginx.conf" -g "daemon off; worker_rlimit_nofile $(ulimit -Hn);"
