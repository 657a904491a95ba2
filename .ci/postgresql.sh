#!/usr/bin/env bash
# Print the address of a PostgreSQL database in which tests may make databases of their own; start and fill it if need be.
set -euo pipefail

if [ -n "${DATABASE_URL:-}" ]; then
    echo "$DATABASE_URL"
    exit
fi

as_postgres() { (cd / && runuser -u postgres -- "$@"); }
{
    version=$(ls /usr/lib/postgresql | sort -V | tail -n 1)
    pg_lsclusters -h | awk '{ print $1, $2 }' | grep -qx "$version main" || pg_createcluster "$version" main
    pg_lsclusters -h | awk '$2 == "main" { print $4 }' | grep -q online || pg_ctlcluster "$version" main start
    for _ in $(seq 60); do
        as_postgres pg_isready -q && break
        sleep 0.5
    done
    as_postgres psql -qtAc "SELECT 1 FROM pg_roles WHERE rolname = 'accord'" | grep -q 1 ||
        as_postgres psql -qc "CREATE ROLE accord LOGIN CREATEDB PASSWORD 'accord'"
    as_postgres psql -qtAc "SELECT 1 FROM pg_database WHERE datname = 'accord'" | grep -q 1 ||
        as_postgres createdb --owner accord accord
    port=$(pg_lsclusters -h | awk '$2 == "main" { print $3; exit }')
} >&2
echo "postgres://accord:accord@127.0.0.1:$port/accord"
