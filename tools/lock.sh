#!/bin/sh
# Writes the hash-locked requirements of pyproject.toml anew, for every platform and Python 3.11 to 3.14. Needs uv.
set -eu
cd "$(dirname "$0")/.."
for pair in build:requirements.lock dev:requirements-dev.lock; do
    uv pip compile pyproject.toml --universal --python-version 3.11 --only-binary :all: --generate-hashes \
        --no-header --no-annotate --quiet --group "${pair%%:*}" --output-file "${pair#*:}"
done
