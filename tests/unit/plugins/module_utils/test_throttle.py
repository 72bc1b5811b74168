# Copyright (c) 2026, The groupshare.gitlab authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The throttle that all workers share: who waits, what counts, and when it is too much."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http.throttle import AllowanceSpent, Throttle


def at_rest() -> float:
    """A clock that stands still."""
    return 100.0


def test_without_a_hold_nobody_waits() -> None:
    throttle = Throttle(0)
    throttle.wait()
    throttle.pause(0)
    assert throttle.waited == 0


def test_a_hold_is_waited_out() -> None:
    throttle = Throttle(10)
    throttle.hold(0.1)
    held_at = time.monotonic()
    throttle.wait()
    assert time.monotonic() - held_at >= 0.09
    assert 0 < throttle.waited <= 0.1
    throttle.wait()
    assert throttle.waited <= 0.1


def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    throttle = Throttle(allowance=30, clock=at_rest)
    throttle.hold(60)
    throttle.hold(1)
    with pytest.raises(AllowanceSpent, match="60 more seconds"):
        throttle.wait()


def test_a_hold_that_has_passed_holds_nobody() -> None:
    now = [0.0]
    throttle = Throttle(allowance=0, clock=lambda: now[0])
    throttle.hold(60)
    now[0] = 60.0
    throttle.wait()


def test_time_in_which_several_wait_counts_once() -> None:
    throttle = Throttle(10)
    with ThreadPoolExecutor(8) as pool:
        throttle.hold(0.2)
        list(pool.map(lambda _worker: throttle.wait(), range(8)))
    assert 0 < throttle.waited <= 0.2


def test_pauses_that_overlap_count_once() -> None:
    throttle = Throttle(10)
    together = threading.Barrier(4)

    def pause(_worker: int) -> None:
        together.wait()
        throttle.pause(0.2)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pause, range(4)))
    assert 0.2 <= throttle.waited < 4 * 0.2


def test_a_pause_holds_nobody_else() -> None:
    throttle = Throttle(10)
    paused = threading.Thread(target=throttle.pause, args=(0.5,))
    paused.start()
    started = time.monotonic()
    throttle.wait()
    assert time.monotonic() - started < 0.4
    paused.join()


@pytest.mark.parametrize("way", ["wait", "pause"])
def test_more_than_the_allowance_is_refused_at_once(way: str) -> None:
    throttle = Throttle(allowance=30, clock=at_rest)
    throttle.hold(31)
    with pytest.raises(AllowanceSpent, match=r"31 more seconds of waiting would exceed max_wait \(30\)"):
        throttle.wait() if way == "wait" else throttle.pause(31)
    assert throttle.waited == 0


def test_what_was_refused_once_stays_refused() -> None:
    throttle = Throttle(allowance=30, clock=at_rest)
    with pytest.raises(AllowanceSpent):
        throttle.pause(31)
    with pytest.raises(AllowanceSpent):
        throttle.wait()
    with pytest.raises(AllowanceSpent):
        throttle.pause(0)


def test_one_refusal_wakes_up_all_who_wait() -> None:
    throttle = Throttle(allowance=60)
    throttle.hold(50)
    outcomes: list[str] = []

    def wait() -> None:
        try:
            throttle.wait()
        except AllowanceSpent as error:
            outcomes.append(str(error))

    waiting = [threading.Thread(target=wait) for _worker in range(3)]
    for thread in waiting:
        thread.start()
    with pytest.raises(AllowanceSpent):
        throttle.pause(1000)
    for thread in waiting:
        thread.join(timeout=10)
    assert len(outcomes) == 3
    assert len(set(outcomes)) == 1


def test_giving_up_wakes_up_all_who_wait() -> None:
    throttle = Throttle(allowance=60)
    throttle.hold(50)
    timer = threading.Timer(0.05, throttle.stop, args=("it was ended",))
    timer.start()
    with pytest.raises(AllowanceSpent, match="it was ended"):
        throttle.wait()


def test_a_shielded_thread_waits_beyond_the_allowance() -> None:
    throttle = Throttle(allowance=0)
    throttle.hold(0.05)
    with throttle.shielded():
        throttle.wait()
        throttle.pause(0.05)
    assert 0 < throttle.waited <= 0.11
    with pytest.raises(AllowanceSpent):
        throttle.pause(0.05)


def test_a_shielded_thread_is_not_stopped_and_others_are() -> None:
    throttle = Throttle(allowance=60)
    throttle.stop("it was ended")
    throttle.hold(0.05)
    with ThreadPoolExecutor(1) as other, throttle.shielded():
        throttle.wait()
        assert isinstance(other.submit(throttle.wait).exception(), AllowanceSpent)
    with pytest.raises(AllowanceSpent, match="it was ended"):
        throttle.wait()
