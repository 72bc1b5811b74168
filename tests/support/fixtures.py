# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What fixtures hand to tests, for their annotations."""

from __future__ import annotations

from typing import Callable

from ansible_collections.groupshare.gitlab.plugins.module_utils._gitlab.client import GitLab
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.client import HttpClient
from ansible_collections.groupshare.gitlab.tests.simulator.server import Simulator
from ansible_collections.groupshare.gitlab.tests.support.outcomes import Outcome

# With a company, starts a GitLab; further arguments go to the simulator.
StartGitLab = Callable[..., Simulator]
# With a GitLab, the user whose token is used and options, runs a module.
RunModule = Callable[..., Outcome]
# With a URL or a simulator and options of the connection, opens a client or GitLab's API.
OpenClient = Callable[..., HttpClient]
OpenGitLab = Callable[..., GitLab]
