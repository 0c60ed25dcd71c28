#!/bin/sh
# Measures the event store on a private PostgreSQL, beside the eventsourcing library, which it installs apart:
# bench-store.sh [part …] [--events 100000] [--json] [--check] [--quick]; --help tells the rest.
set -eu
cd "$(dirname "$0")/.."
venv=.venv-bench
stamp=$venv/lock
if ! cmp -s requirements/bench.lock "$stamp"; then
    echo "Installing the eventsourcing library (once)" >&2
    rm -rf "$venv"
    .venv/bin/python -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bench.lock
    cp requirements/bench.lock "$stamp"
fi
exec .venv/bin/python -m bench.store "$@"
