#!/usr/bin/env bash
# Install what the tests need of the system and is not there: Python's venv, make, Chromium, PostgreSQL, Dovecot.
set -euo pipefail

missing=()
command -v make > /dev/null || missing+=(make)
command -v chromium > /dev/null || command -v google-chrome > /dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || missing+=(postgresql)
command -v dovecot > /dev/null || missing+=(dovecot-imapd)
python=$(command -v python3.11 || command -v python3 || true)
if [ -z "$python" ]; then
    missing+=(python3 python3-venv)
elif ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
    missing+=(python3-venv)
fi

if [ "${#missing[@]}" -eq 0 ]; then
    echo "Nothing is missing."
    exit
fi
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
