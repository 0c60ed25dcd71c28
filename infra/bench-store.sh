#!/bin/sh
# Measures the event store on a private PostgreSQL, beside the eventsourcing library, which it installs apart:
# bench-store.sh [part …] [--events 100000] [--json] [--check] [--quick]; --help tells the rest.
set -eu
cd "$(dirname "$0")/.."
sh infra/apart.sh bench .venv-bench "the eventsourcing library"
exec .venv/bin/python -m bench.store "$@"
