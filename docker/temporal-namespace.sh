#!/bin/sh
# Creates the namespace once the server answers; a namespace that exists is left as it is.
# The command line tool reads TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.
set -eu

TRIES=60
PAUSE_SECONDS=2

wait_until() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -ge "$TRIES" ]; then
            echo "given up after $tries tries: $*" >&2
            exit 1
        fi
        sleep "$PAUSE_SECONDS"
    done
}

wait_until temporal operator cluster health
# These two take the namespace from the flag only: without it they mean "default".
if ! temporal operator namespace describe --namespace "${TEMPORAL_NAMESPACE:?}" >/dev/null 2>&1; then
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" \
        --retention "${RETENTION:?how long closed cases stay, for example 90d}"
fi
# Every frontend learns of a new namespace a little later; whoever comes next must not be too early.
wait_until temporal workflow count
