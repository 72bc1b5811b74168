# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that say how to reach GitLab."""

from __future__ import annotations


class ModuleDocFragment:
    """Options of the connection."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - The root of the GitLab instance, such as V(https://gitlab.example.com).
      - A path in front of GitLab is kept; a trailing slash or C(/api/v4) does no harm.
      - If not given, the environment variables E(GITLAB_URL) and E(CI_SERVER_URL) are used, in this order.
    type: str
    required: true
  api_token:
    description:
      - A personal, group or project access token.
      - If not given, the environment variable E(GITLAB_TOKEN) is used.
      - Exactly one of O(api_token) and O(api_oauth_token) is required.
    type: str
  api_oauth_token:
    description:
      - An OAuth token, in place of O(api_token). E(GITLAB_TOKEN) does not count beside it.
    type: str
  validate_certs:
    description:
      - Whether to verify GitLab's TLS certificate. Turn it off only on a network that you trust.
    type: bool
    default: true
  ca_path:
    description:
      - A file with the certificates of the authorities to trust, in PEM format.
      - Without it, the bundle in E(REQUESTS_CA_BUNDLE) or the one that comes with the requests library is used.
    type: path
  client_cert:
    description:
      - The certificate with which to present oneself, in PEM format, for a GitLab that asks for one.
      - It may hold the private key as well.
    type: path
  client_key:
    description:
      - The private key of O(client_cert), in PEM format and without a passphrase.
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and for GitLab to answer, in each request.
    type: int
    default: 30
  retries:
    description:
      - How often a request is repeated after an answer was lost or GitLab failed with 500, 502, 503 or 504.
      - Repeating is safe, because a share is made only once and a doubtful answer is settled by reading.
    type: int
    default: 5
  max_wait:
    description:
      - Seconds that one run may spend waiting in all, most of it for GitLab's rate limits.
      - When it is spent, what was not reached is reported as C(not_attempted) and the task fails.
    type: int
    default: 900
  parallel_requests:
    description:
      - How many requests may be under way at once, from 1 to 16.
    type: int
    default: 4
requirements:
  - requests >= 2.25
notes:
  - No C(.netrc) file is read, and the token is sent to the host of O(api_url) only.
    Proxies are taken from the environment variables E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY).
  - The module talks to GitLab from the host that it runs on, most often V(localhost). The Python interpreter there
    needs the requests library; C(ansible_python_interpreter) can be set to C({{ ansible_playbook_python }}).
"""
