# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for the get-pip.py that ansible-test downloads, where its host is out of reach.

Lies in ansible-test's cache under the name of the download; takes the same arguments. Python's own
ensurepip brings pip, and pip's own configuration tells where packages come from.
"""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: ensurepip puts pip's configuration out of force for the one it runs in.
subprocess.run([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL, check=True)
packages = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", *packages]))
