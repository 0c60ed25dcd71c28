#!/bin/sh
# The running system against its OpenAPI document, by schemathesis, which is installed apart: schemathesis.sh [option …].
set -eu
cd "$(dirname "$0")/.."
venv=.venv-schemathesis
stamp=$venv/lock
if ! cmp -s requirements/schemathesis.lock "$stamp"; then
    echo "Installing schemathesis (once)" >&2
    rm -rf "$venv"
    .venv/bin/python -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/schemathesis.lock
    cp requirements/schemathesis.lock "$stamp"
fi
PYTHONPATH=tests exec .venv/bin/python -m conformance "$@"
