#!/bin/sh
# The original's Locust script against a running SynergyOS: load.sh HOST USERS SECONDS RAMP. RAMP users come each second, and
# SECONDS count from when all are there. Exit 1 when a request failed. LOAD_VENV is where the load generator is kept.
set -eu
cd "$(dirname "$0")/.."
host=${1%/} users=$2 seconds=$3 ramp=$4
for number in "$users" "$seconds" "$ramp"; do
    case $number in
        '' | *[!0-9]* | 0*)
            echo "USERS, TIME (seconds) and RAMP (users a second) are whole numbers from 1 on; '$number' is none." >&2
            exit 1
            ;;
    esac
done
venv=${LOAD_VENV:-.venv-load}
sh infra/apart.sh load "$venv" "the load generator"
.venv/bin/python -m synergy_local ready-for-load "$host"
ulimit -n "$(ulimit -Hn)"
# Locust's run time begins with the first user.
coming=$(((users + ramp - 1) / ramp))
echo "$users users within $coming s, then $seconds s with all of them"
exec "$venv/bin/locust" --locustfile tests/load/locustfile.py --headless --only-summary --host "$host" \
    --users "$users" --spawn-rate "$ramp" --run-time "$((coming + seconds))s" --stop-timeout 15 --exit-code-on-error 1
