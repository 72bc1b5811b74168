# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh

# What ./demo and ./check have in common: a room of their own with a virtual environment in it.

fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# What the caller's shell holds for its own Python, Ansible or GitLab must not colour what is run here.
# Takes the beginnings of the names of variables to forget, apart from Python's.
forget_environment() {
    for prefix in "$@"; do
        for name in $(env | cut -d= -f1 | grep -E "^${prefix}[A-Z0-9_]*$" || :); do
            unset "$name"
        done
    done
    unset PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV
}

# Takes the room's folder and a requirements file, and puts the environment's commands first on the PATH.
make_room() {
    command -v python3 >/dev/null || fail 'needs python3, version 3.11 or newer; none is on the PATH.'
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "needs python3 3.11 or newer; this one is $(python3 -V 2>&1)."
    python3 -c 'import ensurepip, venv' 2>/dev/null ||
        fail 'needs the venv module of python3 (on Debian and Ubuntu: apt install python3-venv).'

    # The stamp tells what the environment was made of; whatever differs, or a broken one, is made anew.
    wanted=$(printf '%s\n' "$1" && python3 -V && cat "$2")
    if [ "$(cat "$1/stamp" 2>/dev/null)" != "$wanted" ] || ! "$1/venv/bin/ansible" --version >/dev/null 2>&1; then
        printf '%s: setting up %s/ (once)\n' "${0##*/}" "${1##*/}"
        rm -rf "$1"
        mkdir -p "$1"
        : >"$1/ansible.cfg"
        python3 -m venv "$1/venv" || fail 'cannot make a virtual environment (see above).'
        "$1/venv/bin/python" -m pip install -qq --disable-pip-version-check -r "$2" ||
            fail "cannot install $2: is a package index in reach?"
        printf '%s\n' "$wanted" >"$1/stamp"
    fi
    PATH=$1/venv/bin:$PATH
    ANSIBLE_CONFIG=$1/ansible.cfg
    export PATH ANSIBLE_CONFIG
}
