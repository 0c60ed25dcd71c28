#!/bin/sh
# The official image's entry point in short: makes the cluster the first time, as the user it is started as.
set -eu
umask 077
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    password=$(mktemp)
    printf '%s' "${POSTGRES_PASSWORD:?}" >"$password"
    # shellcheck disable=SC2086 # the arguments are several words
    initdb --username="${POSTGRES_USER:-postgres}" --pwfile="$password" ${POSTGRES_INITDB_ARGS:-}
    rm "$password"
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
fi
exec "$@"
