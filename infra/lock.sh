#!/bin/sh
# Renews requirements/*.lock from what each package itself declares. Needs uv (in .venv after `make setup`).
# Locks hold versions and hashes, and no index address.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
for name in auth projects webhooks gateway operator build dev load bench original schemathesis; do
    echo "locking $name"
    "$uv" pip compile "requirements/$name.in" --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate \
        --python-version 3.11 --universal --no-emit-package synergy-contracts --no-emit-package synergy-chassis \
        --no-emit-package synergy-auth --no-emit-package synergy-projects --no-emit-package synergy-webhooks \
        --no-emit-package synergy-gateway --no-emit-package synergy-client --no-emit-package synergy-cli \
        --no-emit-package synergy-local --no-emit-package synergy-operator \
        --constraint requirements/constraints.txt \
        --output-file "requirements/$name.lock" "$@"
done
