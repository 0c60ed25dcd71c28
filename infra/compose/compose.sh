#!/bin/sh
# Docker Compose on infra/compose.yaml with the variables of this clone (or of SYNERGY_COMPOSE): compose.sh ps
set -eu
here=$(cd "$(dirname "$0")" && pwd)
room=${SYNERGY_COMPOSE:-$here/../../.synergy/compose}
if [ ! -e "$room/compose.env" ]; then
    echo "Nothing was prepared here yet: make up" >&2
    exit 1
fi
if docker compose version >/dev/null 2>&1; then
    exec docker compose --env-file "$room/compose.env" --file "$here/../compose.yaml" "$@"
elif command -v docker-compose >/dev/null; then
    exec docker-compose --env-file "$room/compose.env" --file "$here/../compose.yaml" "$@"
fi
echo "Docker Compose is missing. On Debian and Ubuntu: sudo apt-get install docker.io docker-compose" >&2
exit 1
