# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh

# What ./demo and ./check have in common: a virtual environment in a folder of their own.

fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

# Keeps the caller's settings of Python, Ansible and GitLab away from what is run here.
# Takes prefixes of the variables to forget, apart from Python's.
forget_environment() {
    for prefix in "$@"; do
        for name in $(env | cut -d= -f1 | grep -E "^${prefix}[A-Z0-9_]*$" || :); do
            unset "$name"
        done
    done
    unset PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV
}

# Takes a folder and a requirements file, makes a virtual environment there if need be, and puts its commands first on
# the PATH. Of two at once, the second waits for the first.
set_up() {
    command -v python3 >/dev/null || fail 'needs python3, version 3.11 or newer; none is on the PATH.'
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "needs python3 3.11 or newer; this one is $(python3 -V 2>&1)."
    python3 -c 'import ensurepip, venv' 2>/dev/null ||
        fail 'needs the venv module of python3 (on Debian and Ubuntu: apt install python3-venv).'

    mkdir -p "$1"
    {
        # The lock belongs to the open file, so it lasts until the end of this block.
        python3 -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
        install_requirements "$1" "$2"
    } 9>"$1/lock"
    PATH=$1/venv/bin:$PATH
    ANSIBLE_CONFIG=$1/ansible.cfg
    export PATH ANSIBLE_CONFIG
}

# Takes what set_up takes. The stamp says what the environment was made of; another one, or a broken one, is made again.
install_requirements() {
    wanted=$(printf '%s\n' "$1" && python3 -V && cat "$2")
    if [ "$(cat "$1/stamp" 2>/dev/null)" = "$wanted" ] && "$1/venv/bin/ansible" --version >/dev/null 2>&1; then
        return
    fi
    printf '%s: setting up %s/ (once)\n' "${0##*/}" "${1##*/}"
    rm -rf "$1/venv" "$1/stamp"
    : >"$1/ansible.cfg"
    python3 -m venv "$1/venv" || fail 'cannot make a virtual environment (see above).'
    "$1/venv/bin/python" -m pip install -qq --disable-pip-version-check -r "$2" ||
        fail "cannot install $2: is a package index in reach?"
    printf '%s\n' "$wanted" >"$1/stamp"
}
