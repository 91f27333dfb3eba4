#!/bin/sh
# Installs exchange for you alone, without a network, from the files beside this script.
# Another folder than ~/csp-exchange: sh install.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-"$HOME/csp-exchange"}
python=${PYTHON:-pythonPYTHON_VERSION}
command -v "$python" >/dev/null || { echo "Python PYTHON_VERSION is needed: ask IT for it" >&2; exit 1; }
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --no-compile --disable-pip-version-check --no-index \
    --find-links "$here/wheels" --require-hashes -r "$here/requirements.txt"
"$target/bin/exchange" --version
echo "Installed in $target. Start it with: $target/bin/exchange --help"
