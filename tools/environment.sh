# Makes the project's own environment in .venv, once, and brings it up to date when the lock changes.
# Sourced by ./start and ./test with the lock to install; leaves $python set. POSIX sh.

say() { printf '%s\n' "$*" >&2; }

# A name on the PATH may be a shim without an interpreter behind it, so each candidate is run.
find_python() {
    for candidate in "${PARKLEDGER_PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
        [ -n "$candidate" ] || continue
        "$candidate" -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 15) else 1)' >/dev/null 2>&1 &&
            { printf '%s' "$candidate"; return 0; }
    done
    return 1
}

prepare() {
    lock=$1
    python=$PWD/.venv/bin/python
    stamp=.venv/.$(basename "$lock").installed
    if [ -x "$python" ] && [ -f "$stamp" ] && cmp -s "$lock" "$stamp"; then
        return 0
    fi
    base=$(find_python) || {
        say "Parkledger needs Python 3.11 or newer, and none was found on the PATH."
        say "Install one (Debian: python3 and python3-venv), or name it: PARKLEDGER_PYTHON=/path/to/python3.11 $0"
        exit 1
    }
    say "preparing the environment in .venv (once; a minute or two) ..."
    if command -v uv >/dev/null 2>&1; then
        [ -x "$python" ] || uv venv --quiet --python "$(command -v "$base")" .venv || exit 1
        uv pip install --quiet --python "$python" --require-hashes -r "$lock" || exit 1
        uv pip install --quiet --python "$python" --no-deps --no-build-isolation -e . || exit 1
    else
        [ -x "$python" ] || "$base" -m venv .venv || {
            say "$base has no venv module that works. On Debian and Ubuntu install python3-venv; or install uv."
            rm -rf .venv
            exit 1
        }
        "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" || exit 1
        "$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . || exit 1
    fi
    cp "$lock" "$stamp"
}

# The GraphQL editor is built from npm where Node is; where it is not, the service runs all the same and says so.
build_editor() {
    built=api/static/editor/index.html
    if [ -e "$built" ] && [ -z "$(find web -path web/node_modules -prune -o -newer "$built" -type f -print)" ]; then
        return 0
    fi
    command -v npm >/dev/null 2>&1 || return 0
    say "building the GraphQL editor (once) ..."
    (cd web && npm ci --silent --no-audit --no-fund && npm run --silent build) >/dev/null 2>.venv/editor.log ||
        say "the editor could not be built (see .venv/editor.log); the service runs without it"
}
