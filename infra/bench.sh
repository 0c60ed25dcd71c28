#!/bin/sh
# Measures everything over HTTP, beside floors and the twin of the original, which it installs apart with what draws the
# figures: bench.sh MODULE [argument …]. The modules are bench.http, bench.page and the like; --help tells the rest.
set -eu
cd "$(dirname "$0")/.."
for name in bench original load; do
    case $name in bench) venv=.venv-bench ;; original) venv=.venv-bench-original ;; load) venv=.venv-load ;; esac
    stamp=$venv/lock
    if ! cmp -s "requirements/$name.lock" "$stamp"; then
        echo "Installing requirements/$name.lock into $venv (once)" >&2
        rm -rf "$venv"
        .venv/bin/python -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r "requirements/$name.lock"
        cp "requirements/$name.lock" "$stamp"
    fi
done
ulimit -n "$(ulimit -Hn)"
module=$1
shift
exec .venv/bin/python -m "$module" "$@"
