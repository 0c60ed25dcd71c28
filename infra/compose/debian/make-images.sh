#!/bin/sh
# Makes the base images that infra/compose.yaml and infra/service.Dockerfile name out of Debian's packages, for machines
# that reach Debian's archive but no image registry. Needs root, debootstrap and a running Docker. An image that is there
# is left alone. The versions are Debian's: PostgreSQL 17, RabbitMQ 4.0 and Redis 8 of trixie, nginx of forky.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${1:?usage: make-images.sh FOLDER FOR THE ROOTS}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

root() { # suite
    docker image inspect "synergyos-debian:$1" >/dev/null 2>&1 && return
    echo "bootstrapping $1"
    mkdir -p "$work"
    script=/usr/share/debootstrap/scripts/$1
    [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
    [ -e "$work/$1/bin/sh" ] ||
        nice -n 10 debootstrap --variant=minbase --include=ca-certificates,netbase "$1" "$work/$1" "$mirror" "$script" \
            >"$work/$1.log"
    # Whoever this machine trusts (a mirror of PyPI under its own authority, say) the builds trust too.
    cp /etc/ssl/certs/ca-certificates.crt "$work/$1/etc/ssl/certs/ca-certificates.crt"
    tar -C "$work/$1" -c . | docker import - "synergyos-debian:$1" >/dev/null
}

image() { # name suite target
    docker image inspect "$1" >/dev/null 2>&1 && return
    root "$2"
    echo "building $1"
    docker build --quiet --tag "$1" --target "$3" --file "$here/Dockerfile" "$here" >/dev/null
}

image python:3.11-slim-bookworm bookworm python
image postgres:16-alpine trixie postgres
image rabbitmq:4.2-alpine trixie rabbitmq
image redis:7-alpine trixie redis
image nginx:1.30-alpine forky nginx
