# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The brake that all workers share: who waits, what counts, and when it is too much."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.brake import AllowanceSpent, Brake


def at_rest() -> float:
    """A clock that stands still."""
    return 100.0


def test_without_a_hold_nobody_waits() -> None:
    brake = Brake(0)
    brake.wait()
    brake.pause(0)
    assert brake.waited == 0


def test_a_hold_is_waited_out() -> None:
    brake = Brake(10)
    brake.hold(0.1)
    held_at = time.monotonic()
    brake.wait()
    assert time.monotonic() - held_at >= 0.09
    assert 0 < brake.waited <= 0.1
    brake.wait()
    assert brake.waited <= 0.1


def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    brake = Brake(allowance=30, clock=at_rest)
    brake.hold(60)
    brake.hold(1)
    with pytest.raises(AllowanceSpent, match="60 more seconds"):
        brake.wait()


def test_a_hold_that_has_passed_holds_nobody() -> None:
    now = [0.0]
    brake = Brake(allowance=0, clock=lambda: now[0])
    brake.hold(60)
    now[0] = 60.0
    brake.wait()


def test_time_in_which_several_wait_counts_once() -> None:
    brake = Brake(10)
    with ThreadPoolExecutor(8) as pool:
        brake.hold(0.2)
        list(pool.map(lambda _worker: brake.wait(), range(8)))
    assert 0 < brake.waited <= 0.2


def test_pauses_that_overlap_count_once() -> None:
    brake = Brake(10)
    together = threading.Barrier(4)

    def pause(_worker: int) -> None:
        together.wait()
        brake.pause(0.2)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pause, range(4)))
    assert 0.2 <= brake.waited < 4 * 0.2


def test_a_pause_holds_nobody_else() -> None:
    brake = Brake(10)
    paused = threading.Thread(target=brake.pause, args=(0.5,))
    paused.start()
    started = time.monotonic()
    brake.wait()
    assert time.monotonic() - started < 0.4
    paused.join()


@pytest.mark.parametrize("way", ["wait", "pause"])
def test_more_than_the_allowance_is_refused_at_once(way: str) -> None:
    brake = Brake(allowance=30, clock=at_rest)
    brake.hold(31)
    with pytest.raises(AllowanceSpent, match=r"31 more seconds of waiting would exceed max_wait \(30\)"):
        brake.wait() if way == "wait" else brake.pause(31)
    assert brake.waited == 0


def test_what_was_refused_once_stays_refused() -> None:
    brake = Brake(allowance=30, clock=at_rest)
    with pytest.raises(AllowanceSpent):
        brake.pause(31)
    with pytest.raises(AllowanceSpent):
        brake.wait()
    with pytest.raises(AllowanceSpent):
        brake.pause(0)


def test_one_refusal_wakes_up_all_who_wait() -> None:
    brake = Brake(allowance=60)
    brake.hold(50)
    outcomes: list[str] = []

    def wait() -> None:
        try:
            brake.wait()
        except AllowanceSpent as error:
            outcomes.append(str(error))

    waiting = [threading.Thread(target=wait) for _worker in range(3)]
    for thread in waiting:
        thread.start()
    with pytest.raises(AllowanceSpent):
        brake.pause(1000)
    for thread in waiting:
        thread.join(timeout=10)
    assert len(outcomes) == 3
    assert len(set(outcomes)) == 1


def test_giving_up_wakes_up_all_who_wait() -> None:
    brake = Brake(allowance=60)
    brake.hold(50)
    timer = threading.Timer(0.05, brake.give_up, args=("it was ended",))
    timer.start()
    with pytest.raises(AllowanceSpent, match="it was ended"):
        brake.wait()


def test_what_must_finish_waits_beyond_the_allowance() -> None:
    brake = Brake(allowance=0)
    brake.hold(0.05)
    brake.wait(must_finish=True)
    brake.pause(0.05, must_finish=True)
    assert 0 < brake.waited <= 0.11


def test_what_must_finish_is_not_given_up() -> None:
    brake = Brake(allowance=60)
    brake.give_up("it was ended")
    brake.hold(0.05)
    brake.wait(must_finish=True)
    with pytest.raises(AllowanceSpent, match="it was ended"):
        brake.wait()
