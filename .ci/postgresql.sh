#!/usr/bin/env bash
# Print the address of a PostgreSQL database in which tests may make databases of their own; start and fill it if need be.
# The tests have a cluster to themselves: nothing in it need outlive a power cut, so it does not wait for the disk.
set -euo pipefail

if [ -n "${DATABASE_URL:-}" ]; then
    echo "$DATABASE_URL"
    exit
fi

cluster=accord_tests
as_postgres() { (cd / && runuser -u postgres -- "$@"); }
{
    version=$(ls /usr/lib/postgresql | sort -V | tail -n 1)
    pg_lsclusters -h | awk '{ print $1, $2 }' | grep -qx "$version $cluster" || pg_createcluster "$version" "$cluster" \
        -o fsync=off -o synchronous_commit=off -o full_page_writes=off -o shared_buffers=512MB -o max_wal_size=4GB
    port=$(pg_lsclusters -h | awk -v name="$cluster" '$2 == name { print $3; exit }')
    pg_lsclusters -h | awk -v name="$cluster" '$2 == name { print $4 }' | grep -q online || pg_ctlcluster "$version" "$cluster" start
    for _ in $(seq 60); do
        as_postgres pg_isready -q -p "$port" && break
        sleep 0.5
    done
    as_postgres psql -p "$port" -qtAc "SELECT 1 FROM pg_roles WHERE rolname = 'accord'" | grep -q 1 ||
        as_postgres psql -p "$port" -qc "CREATE ROLE accord LOGIN CREATEDB PASSWORD 'accord'"
    as_postgres psql -p "$port" -qtAc "SELECT 1 FROM pg_database WHERE datname = 'accord'" | grep -q 1 ||
        as_postgres createdb -p "$port" --owner accord accord
} >&2
echo "postgres://accord:accord@127.0.0.1:$port/accord"
