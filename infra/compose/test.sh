#!/bin/sh
# `make compose-test`: builds the images, starts everything with replicas under a project name of its own, runs
# tests/compose against it, takes all of it down again.
#
# Uses the Docker that answers. Where none does and we are root, one of our own is started for this time with its data in
# /var/tmp/synergyos-docker (Debian's packages are installed when missing, with starting forbidden). Where that one cannot
# reach the registry of the official images, stand-ins are made in it of Debian's packages (infra/compose/debian); never in
# a Docker that was there, for they bear the official names.
set -eu
cd "$(dirname "$0")/../.."
home=/var/tmp/synergyos-docker
own=""

finish() {
    if [ -n "$own" ] && kill "$own" 2>/dev/null; then
        while kill -0 "$own" 2>/dev/null; do sleep 0.2; done
        umount "$run"/exec/netns/* 2>/dev/null || true # dockerd leaves its network mounted
        rm -rf "$run"
        echo "Stopped our own dockerd; its images stay in $home for the next time."
    fi
}
trap finish EXIT
trap 'exit 130' INT TERM

if ! docker info >/dev/null 2>&1; then
    if [ "$(id -u)" -ne 0 ]; then
        echo "Docker does not answer. Start it, or be root: then one is started for the test." >&2
        exit 1
    fi
    if ! command -v dockerd >/dev/null || ! command -v iptables >/dev/null || ! command -v docker-compose >/dev/null; then
        echo "Installing docker.io and docker-compose"
        mkdir -p "$home"
        "${PYTHON:-python3}" -I infra/local/synergy_local/apt.py docker.io docker-compose debootstrap iptables \
            >"$home/apt.log" 2>&1 || { tail -n 20 "$home/apt.log" >&2; exit 1; }
    fi
    mkdir -p "$home"
    run=$(mktemp -d /tmp/synergyos-docker.XXXXXX)
    dockerd --data-root "$home/data" --exec-root "$run/exec" --pidfile "$run/pid" --host "unix://$run/docker.sock" \
        >"$home/dockerd.log" 2>&1 &
    own=$!
    export DOCKER_HOST="unix://$run/docker.sock"
    until docker info >/dev/null 2>&1; do
        kill -0 "$own" 2>/dev/null || { tail -n 20 "$home/dockerd.log" >&2; exit 1; }
        sleep 0.2
    done
    echo "Started a dockerd of our own (process $own)"
fi

for image in python:3.11-slim-bookworm $(sed -n 's/^ *image: \([a-z]*:.*\)$/\1/p' infra/compose.yaml); do
    if ! docker image inspect "$image" >/dev/null 2>&1 && ! docker pull --quiet "$image" 2>/dev/null; then
        if [ -z "$own" ]; then
            echo "$image cannot be pulled by the Docker that runs here. Let it reach the registry, or bring the image by" >&2
            echo "\`docker load\`. (As root with no Docker running, the test starts its own, with stand-ins.)" >&2
            exit 1
        fi
        echo "$image cannot be pulled here: making stand-ins of Debian's packages"
        sh infra/compose/debian/make-images.sh "$home/roots"
        break
    fi
done

# The limit of open files cannot be above our own where we may not raise it.
limit=$(ulimit -Hn)
case $limit in unlimited) limit=65536 ;; esac
[ "$limit" -gt 65536 ] && limit=65536
COMPOSE_TEST=1 OPEN_FILES=$limit .venv/bin/python -m pytest tests/compose tests/integration/nginx \
    -p no:cacheprovider --timeout 1800 "$@"
