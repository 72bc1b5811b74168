# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line of the simulated GitLab: serve a world, generate one, measure the speed, write the tables."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from .generate import LargeWorld
from .reading import WorldError
from .server import Simulator
from .speed import measure
from .tables import write_tables
from .world import World


def serve(arguments: argparse.Namespace) -> int:
    """Serves until SIGTERM or SIGINT."""
    world = World.load(arguments.world)
    if arguments.scale is not None:
        world.latency = replace(world.latency, scale=arguments.scale)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_unused: ended.set())
    with Simulator(world, port=arguments.port, log_path=arguments.log) as gitlab:
        if arguments.port_file:
            write_port(Path(arguments.port_file), gitlab.port)
        print(gitlab.url, flush=True)
        ended.wait()
    return 0


def write_port(path: Path, port: int) -> None:
    """Write the port in one step: no reader sees half of it."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_text(f"{port}\n", encoding="utf-8")
    unfinished.replace(path)


def generate(arguments: argparse.Namespace) -> int:
    """Writes a large world."""
    large = LargeWorld(
        projects=arguments.projects,
        groups=arguments.groups,
        shared=arguments.shared,
        wrong=arguments.wrong,
        seed=arguments.seed,
        scattered=arguments.scattered,
    )
    Path(arguments.output).write_text(json.dumps(large.world().to_dict(), indent=1) + "\n", encoding="utf-8")
    return 0


def speed(_unused: argparse.Namespace) -> int:
    pages, small = measure()
    print(f"{pages:.0f} full pages of 100 projects a second, {small:.0f} small answers a second")
    return 0


def tables(_unused: argparse.Namespace) -> int:
    """Writes the tables of keys into README.md."""
    write_tables()
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="simulator", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("serve", help="serve a world on a loopback port")
    command.add_argument("--world", required=True, help="JSON file, see README.md")
    command.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    command.add_argument("--port-file", help="gets the port number once the server listens")
    command.add_argument("--log", help="JSON Lines file that gets one line per request")
    command.add_argument("--scale", type=float, help="latency.scale in place of the world's own")
    command.set_defaults(run=serve)

    command = commands.add_parser("generate", help="write a large world")
    command.add_argument("--projects", type=int, default=1000)
    command.add_argument("--groups", type=int, default=50)
    command.add_argument("--shared", type=float, default=0.9, help="part shared as wanted")
    command.add_argument("--wrong", type=float, default=0, help="part shared at another level")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--scattered", action="store_true", help="project ids with gaps")
    command.add_argument("--output", required=True)
    command.set_defaults(run=generate)

    command = commands.add_parser("speed", help="print how fast it answers")
    command.set_defaults(run=speed)

    command = commands.add_parser("tables", help="write the tables of keys into README.md")
    command.set_defaults(run=tables)
    return top


def main() -> int:
    arguments = parser().parse_args()
    try:
        status: int = arguments.run(arguments)
        return status
    except (WorldError, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
