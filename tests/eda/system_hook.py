# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GitLab's system hooks, with the headers and bodies that GitLab 18.9 was recorded to send."""

from __future__ import annotations

import http.client
import json
import uuid
from dataclasses import dataclass
from typing import Any

SECRET = "Hk7-system-hook-secret-Vw3Qz9Lm5Xr1"


@dataclass(frozen=True)
class SystemHook:
    """A system hook on its way to a port of this machine."""

    port: int
    secret: str | None = SECRET

    def created(self, project: int, path: str) -> int:
        return self.send(_about_project("project_create", project, path))

    def renamed(self, project: int, path: str, old_path: str) -> int:
        return self.send({**_about_project("project_rename", project, path), "old_path_with_namespace": old_path})

    def transferred(self, project: int, path: str, old_path: str) -> int:
        return self.send({**_about_project("project_transfer", project, path), "old_path_with_namespace": old_path})

    def scheduled_for_deletion(self, project: int, path: str) -> int:
        """Send what comes of a deletion: a project is renamed."""
        return self.renamed(project, f"{path}-deletion_scheduled-{project}", path)

    def destroyed(self, project: int, path: str) -> int:
        return self.send(_about_project("project_destroy", project, path))

    def group_created(self, group: int, path: str) -> int:
        moment = "2026-11-25T22:29:11Z"
        name = path.rpartition("/")[2]
        return self.send(
            {
                "created_at": moment,
                "updated_at": moment,
                "event_name": "group_create",
                "name": name,
                "path": name,
                "full_path": path,
                "group_id": group,
            }
        )

    def send(self, body: object) -> int:
        """Send an object as JSON, or bytes as they are, and return the status of the answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/", content, self._headers())
            return connection.getresponse().status
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "GitLab/18.9.0-pre",
            "Idempotency-Key": str(uuid.uuid4()),
            "X-Gitlab-Event": "System Hook",
            "X-Gitlab-Webhook-Uuid": str(uuid.uuid4()),
            "X-Gitlab-Instance": "https://gitlab.example.com",
            "X-Gitlab-Event-Uuid": str(uuid.uuid4()),
        }
        return headers if self.secret is None else {**headers, "X-Gitlab-Token": self.secret}


def _about_project(event: str, project: int, path: str) -> dict[str, Any]:
    name = path.rpartition("/")[2]
    return {
        "event_name": event,
        "created_at": "2026-11-25T22:29:04Z",
        "updated_at": "2026-11-25T22:29:04Z",
        "name": name,
        "path": name,
        "path_with_namespace": path,
        "project_id": project,
        "project_namespace_id": 3,
        "owners": [{"name": "Olivia", "email": "[REDACTED]"}],
        "project_visibility": "private",
        "owner_name": "Acme",
        "owner_email": "",
    }
