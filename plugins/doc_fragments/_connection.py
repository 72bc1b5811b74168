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
      - A path, as in V(https://example.com/gitlab), is kept; a trailing slash or C(/api/v4) is ignored.
      - If not given, the environment variables E(GITLAB_URL) and E(CI_SERVER_URL) are used, in this order.
    type: str
    required: true
  api_token:
    description:
      - A personal, group or project access token.
      - If not given, the environment variable E(GITLAB_TOKEN) is used.
        It is read where the module runs. With a local connection that is the environment of C(ansible-playbook),
        and the keyword C(environment) of the task or play adds to it. On another host it is the environment of the
        login there; to use the token from the control node, write
        V({{ lookup('ansible.builtin.env', 'GITLAB_TOKEN'\) }}).
      - Exactly one of O(api_token) and O(api_oauth_token) is required.
    type: str
  api_oauth_token:
    description:
      - An OAuth token, in place of O(api_token). E(GITLAB_TOKEN) is then ignored.
    type: str
  headers:
    description:
      - Additional headers of every request, for a gateway in front of GitLab that has a login of its own,
        such as C(CF-Access-Client-Id) and C(CF-Access-Client-Secret) for Cloudflare Access.
      - They are sent to the host of O(api_url) only.
      - Headers that the module sets itself are refused, such as C(PRIVATE-TOKEN), C(Content-Type) or C(Host).
      - All values are treated as secrets, so Ansible hides them wherever they occur in its output.
        A short value such as V(1) would hide parts of other texts.
    type: dict
    version_added: 2.0.0
  validate_certs:
    description:
      - Whether to verify GitLab's TLS certificate. Turn it off only on a network that you trust.
    type: bool
    default: true
  ca_path:
    description:
      - A file with the certificates of the authorities to trust, in PEM format.
      - Without it, the bundle in E(REQUESTS_CA_BUNDLE) is used, or else the one that comes with the requests library.
        The latter lacks authorities that were added to the system. To trust them, use the system's file, such as
        V(/etc/ssl/certs/ca-certificates.crt) on Debian and V(/etc/pki/tls/certs/ca-bundle.crt) on Red Hat.
    type: path
  client_cert:
    description:
      - A client certificate in PEM format, for a GitLab that asks for one.
      - The file may contain the private key as well.
    type: path
  client_key:
    description:
      - The private key of O(client_cert), in PEM format and without a passphrase.
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and for each piece of an answer.
    type: int
    default: 30
  retries:
    description:
      - How often a request is repeated when no answer came, when the status was 408 or 500 and above, when GitLab
        said that another request was changing the same thing, or when the answer to a write was not GitLab's.
      - The task fails at once if the host is unknown, if the certificate is not trusted, or if O(api_url) or a proxy
        has the wrong scheme.
      - Repeating is safe. GitLab creates a share only once, and after an unclear answer the module reads the project.
    type: int
    default: 5
  max_wait:
    description:
      - How many seconds one run may spend waiting in total, usually for GitLab's rate limits.
      - After that, the remaining projects are reported as C(not_attempted) and the task fails.
    type: int
    default: 900
  parallel_requests:
    description:
      - How many requests to send at once, from 1 to 16.
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
