# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The throttle that all workers share: who waits, what counts, and when it is too much."""

from __future__ import annotations

import datetime
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.groupshare.gitlab.plugins.module_utils._http import throttle as module
from ansible_collections.groupshare.gitlab.plugins.module_utils._http.throttle import AllowanceSpent, Throttle
from ansible_collections.groupshare.gitlab.tests.support.clock import QuickThrottle


def at_rest() -> float:
    """A clock that stands still."""
    return 100.0


def test_without_a_hold_nobody_waits() -> None:
    throttle = Throttle(0)
    throttle.wait()
    throttle.pause(0, "502 Bad Gateway")
    assert throttle.waited == 0


def test_a_hold_is_waited_out() -> None:
    throttle = Throttle(10)
    throttle.hold(0.1, "429 Retry later")
    held_at = time.monotonic()
    throttle.wait()
    assert time.monotonic() - held_at >= 0.09
    assert 0 < throttle.waited <= 0.1
    throttle.wait()
    assert throttle.waited <= 0.1


def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    throttle = Throttle(allowance=30, clock=at_rest)
    throttle.hold(60, "429 Retry later")
    throttle.hold(1, "429 Retry later")
    with pytest.raises(AllowanceSpent, match="429 Retry later; 60 more seconds"):
        throttle.wait()


def test_a_hold_that_has_passed_holds_nobody() -> None:
    now = [0.0]
    throttle = Throttle(allowance=0, clock=lambda: now[0])
    throttle.hold(60, "429 Retry later")
    now[0] = 60.0
    throttle.wait()


def test_time_in_which_several_wait_counts_once() -> None:
    throttle = Throttle(10)
    with ThreadPoolExecutor(8) as pool:
        throttle.hold(0.2, "429 Retry later")
        list(pool.map(lambda _worker: throttle.wait(), range(8)))
    assert 0 < throttle.waited <= 0.2


def test_pauses_that_overlap_count_once() -> None:
    throttle = Throttle(10)
    together = threading.Barrier(4)

    def pause(_worker: int) -> None:
        together.wait()
        throttle.pause(0.2, "502 Bad Gateway")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pause, range(4)))
    assert 0.2 <= throttle.waited < 4 * 0.2


def test_a_pause_holds_nobody_else() -> None:
    throttle = Throttle(60)
    with ThreadPoolExecutor(1) as other:
        paused = other.submit(throttle.pause, 50, "502 Bad Gateway")
        throttle.wait()
        assert not paused.done()
        throttle.stop("the test is over")


@pytest.mark.parametrize("way", ["wait", "pause"])
def test_more_than_the_allowance_is_refused_at_once(way: str) -> None:
    throttle = Throttle(allowance=30, clock=at_rest)
    throttle.hold(31, "429 Retry later")
    with pytest.raises(AllowanceSpent, match=r"; 31 more seconds of waiting would exceed max_wait \(30\)"):
        throttle.wait() if way == "wait" else throttle.pause(31, "502 Bad Gateway")
    assert throttle.waited == 0


def test_what_was_refused_once_stays_refused() -> None:
    throttle = Throttle(allowance=30, clock=at_rest)
    with pytest.raises(AllowanceSpent):
        throttle.pause(31, "502 Bad Gateway")
    with pytest.raises(AllowanceSpent):
        throttle.wait()
    with pytest.raises(AllowanceSpent):
        throttle.pause(0, "502 Bad Gateway")


def test_one_refusal_wakes_up_all_who_wait() -> None:
    throttle = Throttle(allowance=60)
    throttle.hold(50, "429 Retry later")
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
        throttle.pause(1000, "502 Bad Gateway")
    for thread in waiting:
        thread.join(timeout=10)
    assert len(outcomes) == 3
    assert len(set(outcomes)) == 1


def test_stopping_wakes_up_all_who_wait() -> None:
    throttle = Throttle(allowance=60)
    throttle.hold(50, "429 Retry later")
    timer = threading.Timer(0.05, throttle.stop, args=("it was ended",))
    timer.start()
    with pytest.raises(AllowanceSpent, match="it was ended"):
        throttle.wait()
    assert 0 < throttle.waited < 25


def test_a_shielded_thread_waits_beyond_the_allowance() -> None:
    throttle = Throttle(allowance=0)
    throttle.hold(0.05, "429 Retry later")
    with throttle.shielded():
        throttle.wait()
        throttle.pause(0.05, "502 Bad Gateway")
    assert 0 < throttle.waited <= 0.11
    with pytest.raises(AllowanceSpent):
        throttle.pause(0.05, "502 Bad Gateway")


def test_a_shielded_thread_is_not_stopped_and_others_are() -> None:
    throttle = Throttle(allowance=60)
    throttle.stop("it was ended")
    throttle.hold(0.05, "429 Retry later")
    with ThreadPoolExecutor(1) as other, throttle.shielded():
        throttle.wait()
        assert isinstance(other.submit(throttle.wait).exception(), AllowanceSpent)
    with pytest.raises(AllowanceSpent, match="it was ended"):
        throttle.wait()


def test_a_wait_of_exactly_what_is_left_is_allowed() -> None:
    # 0.1 + 0.3 - 0.1 is more than 0.3 by the last digit.
    moments = [0.1, 0.1, 0.5]
    throttle = Throttle(allowance=0.3, clock=lambda: moments.pop(0))
    throttle.pause(0.3, "502 Bad Gateway")
    assert throttle.waited > 0.3


def test_a_second_is_singular() -> None:
    with pytest.raises(
        AllowanceSpent, match=r"^502 Bad Gateway; 1 more second of waiting would exceed max_wait \(0\)$"
    ):
        Throttle(allowance=0).pause(0.2, "502 Bad Gateway")


def test_the_first_reason_to_stop_is_told() -> None:
    throttle = Throttle(allowance=0)
    throttle.stop("it was ended")
    with pytest.raises(AllowanceSpent, match=r"^it was ended$"):
        throttle.pause(1, "502 Bad Gateway")


class TestShield:
    @pytest.fixture(autouse=True)
    def _short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "SHIELD_SECONDS", 0.2)

    def test_it_waits_so_long_and_then_goes_on_once(self) -> None:
        throttle = Throttle(allowance=0)
        throttle.hold(60, "429 Retry later")
        with throttle.shielded():
            started = time.monotonic()
            throttle.wait()
            assert 0.2 <= time.monotonic() - started < 30
            with pytest.raises(AllowanceSpent, match=r"429 Retry later; GitLab still asks to wait after 0\.2 seconds"):
                throttle.wait()
        with throttle.shielded():
            throttle.wait()

    def test_several_waits_add_up(self) -> None:
        throttle = QuickThrottle(allowance=0)
        with throttle.shielded():
            for _hold in range(2):
                throttle.hold(0.15, "429 Retry later")
                throttle.wait()
            throttle.hold(0.15, "429 Retry later")
            with pytest.raises(AllowanceSpent):
                throttle.wait()

    def test_an_inner_one_is_part_of_the_outer_one(self) -> None:
        throttle = Throttle(allowance=0)
        throttle.hold(60, "429 Retry later")
        with throttle.shielded():
            with throttle.shielded():
                throttle.wait()
            assert throttle.is_shielded
            with pytest.raises(AllowanceSpent):
                throttle.wait()
        assert not throttle.is_shielded

    def test_a_limit_that_is_nearly_reached_holds_nothing_inside(self) -> None:
        throttle = QuickThrottle(allowance=100)
        with throttle.shielded():
            throttle.slow_down(60)
            throttle.wait()
            assert throttle.waited == 0

    def test_it_begins_after_a_limit_that_was_nearly_reached(self) -> None:
        throttle = QuickThrottle(allowance=100)
        throttle.slow_down(60)
        with throttle.shielded():
            assert throttle.waited == pytest.approx(60, abs=30)
            throttle.wait()
        assert throttle.waited == pytest.approx(60, abs=30)

    def test_it_begins_at_once_after_a_stop(self) -> None:
        throttle = QuickThrottle(allowance=100)
        throttle.slow_down(60)
        throttle.stop("it was ended")
        with throttle.shielded():
            throttle.wait()
        assert throttle.waited == 0

    def test_back_off_does_not_count(self) -> None:
        throttle = QuickThrottle(allowance=0)
        with throttle.shielded():
            throttle.pause(0.25, "502 Bad Gateway")
            throttle.hold(0.05, "429 Retry later")
            throttle.wait()


class TestOnWait:
    @pytest.fixture
    def told(self) -> list[datetime.datetime]:
        return []

    @pytest.fixture
    def throttle(self, told: list[datetime.datetime]) -> Throttle:
        return Throttle(allowance=100, on_wait=told.append)

    def test_it_tells_when_a_hold_ends(self, throttle: Throttle, told: list[datetime.datetime]) -> None:
        before = datetime.datetime.now(datetime.timezone.utc)
        throttle.hold(60, "429 Retry later")
        (until,) = told
        assert before <= until - datetime.timedelta(seconds=60) <= datetime.datetime.now(datetime.timezone.utc)

    def test_it_tells_what_many_workers_meet_once(self, throttle: Throttle, told: list[datetime.datetime]) -> None:
        for seconds in (60, 60.4, 30, 60):
            throttle.hold(seconds, "429 Retry later")
        assert len(told) == 1
        throttle.hold(90, "429 Retry later")
        assert len(told) == 2

    def test_it_tells_nothing_of_back_off_and_of_moments(
        self, throttle: Throttle, told: list[datetime.datetime]
    ) -> None:
        throttle.pause(0.01, "502 Bad Gateway")
        throttle.hold(0.5, "429 Retry later")
        assert told == []


@pytest.mark.parametrize(("seconds", "held"), [(30, True), (31, False), (0, False)])
def test_it_slows_down_as_far_as_the_allowance_goes(seconds: float, held: bool) -> None:
    told: list[datetime.datetime] = []
    Throttle(allowance=30, on_wait=told.append).slow_down(seconds)
    assert bool(told) is held
