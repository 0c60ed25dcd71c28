#!/bin/sh
# Measures everything over HTTP, beside floors and the twin of the original, which it installs apart with what draws the
# figures: bench.sh MODULE [argument …]. The modules are bench.http, bench.page and the like; --help tells the rest.
set -eu
cd "$(dirname "$0")/.."
sh infra/apart.sh bench .venv-bench "the rival and what draws the figures"
sh infra/apart.sh original .venv-bench-original "the twin of the original"
sh infra/apart.sh load .venv-load "the load generator"
ulimit -n "$(ulimit -Hn)"
module=$1
shift
exec .venv/bin/python -m "$module" "$@"
