# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated GitLab that runs: faults, latency and the log around the application, on a socket."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from .answers import Answer, server_error
from .application import respond
from .connection import Delivery, HttpServer
from .faults import ENDINGS, UNREADABLE, WITHOUT_EFFECT, Fault, Faults, spoilt
from .identity import known_token, presented_token
from .latency import Workers
from .limits import Limiter
from .log import LogEntry, append_entry, token_sha, without_secrets
from .request import Request
from .site import Site
from .world import World

S = TypeVar("S", bound="Simulator")

# Faults that concern how an answer goes out.
DELIVERIES = {"reset_before": "reset", "reset_after": "reset", "cut_body": "cut", "endless_body": "endless"}


class Simulator:
    """A GitLab on a loopback port, for use in a with statement or with start and stop.

    certificate is a pair of files (certificate, key) and makes it speak TLS; client_ca then demands client
    certificates signed by that authority. Port 0 takes a free one. The log is kept in memory and, with
    log_path, written there line by line as JSON.
    """

    def __init__(
        self,
        world: World,
        *,
        log_path: str | Path | None = None,
        certificate: tuple[str, str] | None = None,
        client_ca: str | None = None,
        port: int = 0,
    ) -> None:
        self.world = world
        self.faults = Faults(world.faults)
        self.log: list[LogEntry] = []
        self._log_path = log_path
        self._log_lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._workers = Workers(world.latency)
        self._http = HttpServer(self.exchange, world, port, certificate, client_ca)
        self._site = Site(world, self.url, Limiter(world.limits))

    def start(self: S) -> S:
        self._http.start()
        return self

    def stop(self) -> None:
        """Ends at once: open connections are closed."""
        self._http.stop()

    def __enter__(self: S) -> S:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it listens, with the relative URL and without a slash at the end."""
        return self._http.address + self.world.settings.relative_url

    @property
    def port(self) -> int:
        return self._http.server_port

    @property
    def open_connections(self) -> int:
        """How many connections clients, or requests of theirs, still hold."""
        return self._http.open_connections

    @property
    def reads(self) -> list[LogEntry]:
        return [entry for entry in list(self.log) if entry.method in ("GET", "HEAD")]

    @property
    def writes(self) -> list[LogEntry]:
        return [entry for entry in list(self.log) if entry.method not in ("GET", "HEAD")]

    @property
    def served_ms(self) -> float:
        """Server time that all requests so far took, not scaled."""
        return self._workers.served_ms

    def clear_log(self) -> None:
        self.log.clear()

    def exchange(self, request: Request) -> Delivery:
        """What is sent for a request, after its faults; the log has it before the client."""
        started, number = time.time(), next(self._numbers)
        faults = self.faults.hitting(request)
        ending = next((fault for fault in faults if fault.do in ENDINGS), None)
        self._interfere(faults, "before")
        answer, effect, twin_effect = self._answer(request, ending)
        self._interfere(faults, "after")
        manner = DELIVERIES.get(ending.do, "whole") if ending else "whole"
        status = 0 if manner == "reset" else answer.status
        unreadable = ending is not None and ending.do in UNREADABLE
        self._record(request, number, started, status, effect, twin_effect, unreadable)
        return Delivery(answer, manner)

    def _answer(self, request: Request, ending: Fault | None) -> tuple[Answer, str, str]:
        """The answer as the client gets it, and what GitLab has changed: for this request, and for its twin."""
        if ending is not None and ending.do in WITHOUT_EFFECT:
            return ending.answer(), "", ""
        twin_effect = ""
        with self._workers.worker() as work:
            with self.world.lock:
                answer = respond(self._site, request)
                if ending is not None and ending.do == "twin":
                    twin_effect = answer.effect
                    answer = self._beside_twin(request, answer)
            work.cost = answer.cost
        return (spoilt(ending, answer, request.url) if ending else answer), answer.effect, twin_effect

    def _beside_twin(self, request: Request, first: Answer) -> Answer:
        """The answer to a request beside an equal one that was a moment faster (section 1.9)."""
        if request.method == "DELETE":
            return replace(first, effect="")
        if self.world.settings.rules.twins_fail and first.status == 201:
            return server_error().answer
        return respond(self._site, request)

    def _interfere(self, faults: list[Fault], when: str) -> None:
        for fault in faults:
            if fault.do == "change" and when == "before":
                self.world.change(fault.world)
            if fault.do == "delay" and when == fault.when:
                self._http.wait(fault.seconds)

    def _record(
        self,
        request: Request,
        number: int,
        started: float,
        status: int,
        effect: str,
        twin_effect: str,
        unreadable: bool,
    ) -> None:
        presented = presented_token(self._site, request)
        token = known_token(self._site, presented)
        entry = LogEntry(
            number=number,
            method=request.method,
            path=request.path,
            query=without_secrets(request.query),
            body=without_secrets(request.content),
            status=status,
            user=token.user.username if token else None,
            token_sha=token_sha(presented.text if presented else None),
            effect=effect,
            twin_effect=twin_effect,
            spoilt=unreadable,
            started=started,
            finished=time.time(),
            headers=tuple(name.lower() for name in request.headers),
            content_type=request.headers.get("Content-Type"),
            user_agent=request.headers.get("User-Agent"),
        )
        with self._log_lock:
            self.log.append(entry)
            if self._log_path is not None:
                append_entry(self._log_path, entry)
