#!/bin/sh
# Installs requirements/NAME.lock into a virtual environment of its own, once, and says what it is: apart.sh NAME VENV WHAT.
# The pip is that of .venv: the Python it was made of may come without one (Debian's, where python3-venv is missing).
set -eu
lock=requirements/$1.lock venv=$2
if ! cmp -s "$lock" "$venv/lock"; then
    echo "Installing $3 into $venv (once)" >&2
    rm -rf "$venv"
    .venv/bin/python -m venv --without-pip "$venv"
    .venv/bin/pip --python "$venv/bin/python" install --quiet --disable-pip-version-check \
        --no-deps --require-hashes -r "$lock"
    cp "$lock" "$venv/lock"
fi
