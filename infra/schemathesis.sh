#!/bin/sh
# The running system against its OpenAPI document, by schemathesis, which is installed apart: schemathesis.sh [option …].
set -eu
cd "$(dirname "$0")/.."
sh infra/apart.sh schemathesis .venv-schemathesis "schemathesis"
PYTHONPATH=tests exec .venv/bin/python -m conformance "$@"
