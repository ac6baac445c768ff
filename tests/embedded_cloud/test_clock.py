"""The clock of a cloud: jumps when no thread works, exact hand-offs between threads, and the order of timers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from embedded_cloud.clock import Clock
from embedded_cloud.threads import Condition, Event, Queue, Semaphore, Thread
from embedded_cloud.timers import Waiter
from tests.waiting import DEADLINE_SECONDS, eventually

START = datetime(2026, 12, 24, 20, 0, tzinfo=UTC)
DAY_SECONDS = 86_400
# Real time that passes while threads work. It counts in the cloud, too.
SLACK = timedelta(minutes=5)


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock(START, "virtual")
    yield clock
    clock.stop()


def wait_and_set(clock: Clock, seconds: float, event: threading.Event) -> None:
    clock.wait(seconds)
    event.set()


def wait_for_real(event: threading.Event) -> None:
    assert event.wait(DEADLINE_SECONDS)


def test_clock_starts_at_its_date(clock: Clock) -> None:
    assert timedelta() <= clock.now() - START < SLACK


def test_clock_jumps_over_a_wait(clock: Clock) -> None:
    assert clock.wait(7 * DAY_SECONDS)
    assert timedelta() <= clock.now() - START - timedelta(days=7) < SLACK


def test_wait_until_ends_at_or_after_the_date(clock: Clock) -> None:
    for day in range(1, 20):
        until = START + timedelta(days=day)
        clock.wait_until(until)
        assert timedelta() <= clock.now() - until < SLACK


def test_wait_until_returns_at_once_for_a_past_date(clock: Clock) -> None:
    assert clock.wait_until(START - timedelta(days=1))
    assert clock.now() - START < SLACK


def test_clock_does_not_jump_while_its_owner_holds_it(clock: Clock) -> None:
    fired = threading.Event()
    with clock.held():
        clock.start_thread(wait_and_set, clock, DAY_SECONDS, fired)
        assert not fired.wait(0.05)
        assert clock.now() - START < SLACK
    wait_for_real(fired)


def test_held_nests(clock: Clock) -> None:
    fired = threading.Event()
    clock_thread_waits = threading.Event()

    def wait() -> None:
        clock_thread_waits.set()
        clock.wait(DAY_SECONDS)
        fired.set()

    with clock.held():
        with clock.held():
            clock.start_thread(wait)
            wait_for_real(clock_thread_waits)
        assert not fired.wait(0.05)
        clock.wait(2 * DAY_SECONDS)
        assert fired.is_set()


def test_held_owner_runs_the_clock_until_an_event_and_no_further(clock: Clock) -> None:
    """The next timer is a second later. The clock would jump to it if the owner didn't count from the event on."""
    done = Event(clock)
    late: list[datetime] = []

    def work() -> None:
        clock.wait(60)
        done.set()

    def schedule() -> None:
        clock.wait(DAY_SECONDS)
        late.append(clock.now())

    with clock.held():
        clock.start_thread(schedule)
        clock.start_thread(work)
        assert done.wait()
        assert timedelta(seconds=60) <= clock.now() - START < SLACK
        time.sleep(0.05)  # a run-away clock would use this time
        assert late == []


def test_woken_thread_counts_before_it_runs(clock: Clock) -> None:
    """Hand a token around many threads. A jump between two of them would fire the timer of an hour later."""
    threads, rounds = 8, 50
    queues: list[Queue[int]] = [Queue(clock) for _ in range(threads)]
    finished = Event(clock)
    rang: list[datetime] = []

    def pass_on(place: int) -> None:
        while True:
            left = queues[place].get()
            if left == 0:
                finished.set()
                return
            queues[(place + 1) % threads].put(left - 1)

    def ring() -> None:
        clock.wait(3600)
        rang.append(clock.now())

    with clock.held():
        clock.start_thread(ring)
        for place in range(threads):
            clock.start_thread(pass_on, place)
        queues[0].put(threads * rounds)
        assert finished.wait()
        assert rang == []
        assert clock.now() - START < SLACK


class RecordingClock(Clock):
    """A clock that notes the order in which its threads begin to wait and are woken."""

    def __init__(self) -> None:
        super().__init__(START, "virtual")
        self.begun: list[Waiter] = []
        self.woken: list[Waiter] = []

    def begin_wait(self, waiter: Waiter, seconds: float | None) -> None:
        self.begun.append(waiter)
        super().begin_wait(waiter, seconds)

    def _wake(self, waiter: Waiter, *, timed_out: bool) -> bool:
        self.woken.append(waiter)
        return super()._wake(waiter, timed_out=timed_out)


def set_at_one_instant(clock: Clock, threads: Sequence[Thread], monkeypatch: pytest.MonkeyPatch) -> None:
    """Start threads that wait, and return once each has set its timer."""
    at_once = int(START.timestamp()) * 1_000_000_000
    with monkeypatch.context() as frozen:
        frozen.setattr(time, "time_ns", lambda: at_once)
        for thread in threads:
            thread.start()
        while len(clock._timers) < len(threads):  # each has read the time
            time.sleep(0.001)


def test_timers_of_one_instant_fire_in_the_order_in_which_they_were_set(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = RecordingClock()
    threads = [Thread(clock, lambda: clock.wait(3600)) for _ in range(20)]
    with clock.held():
        set_at_one_instant(clock, threads, monkeypatch)
        timers = list(clock.begun)
        for thread in threads:
            thread.join()
    assert [waiter for waiter in clock.woken if waiter in timers] == timers
    clock.stop()


def test_timers_of_one_instant_may_need_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread waits in a way that the clock doesn't see. A strict order would stop the cloud."""
    clock = RecordingClock()
    woken = [threading.Event(), threading.Event()]

    def meet(mine: threading.Event, other: threading.Event) -> None:
        clock.wait(3600)
        mine.set()
        wait_for_real(other)

    threads = [Thread(clock, meet, (mine, other)) for mine, other in (woken, reversed(woken))]
    with clock.held():
        set_at_one_instant(clock, threads, monkeypatch)
        for thread in threads:
            thread.join()
    assert all(event.is_set() for event in woken)
    clock.stop()


def test_later_timer_fires_after_the_work_of_an_earlier_one(clock: Clock) -> None:
    order: list[str] = []
    done = Semaphore(clock, 0)

    def wait(seconds: float) -> None:
        clock.wait(seconds)
        order.append(f"after {seconds}")
        time.sleep(0.01)  # work
        order.append(f"end of {seconds}")
        done.release()

    with clock.held():
        for seconds in (3600, 60, 600):
            clock.start_thread(wait, seconds)
        for _ in range(3):
            done.acquire()
    assert order == [f"{what} {seconds}" for seconds in (60, 600, 3600) for what in ("after", "end of")]


def test_timer_fires_in_real_time_while_a_thread_works(clock: Clock) -> None:
    """A function that runs too long is such work."""
    fired = threading.Event()
    with clock.held():
        clock.start_thread(wait_and_set, clock, 0.05, fired)
        wait_for_real(fired)


def test_timer_that_a_jump_brings_near_fires_while_a_thread_works(clock: Clock) -> None:
    fired, worked = threading.Event(), threading.Event()

    def work() -> None:
        clock.wait(DAY_SECONDS)
        wait_for_real(fired)
        worked.set()

    with clock.held():
        clock.start_thread(wait_and_set, clock, DAY_SECONDS + 0.05, fired)
        clock.start_thread(work)
        time.sleep(0.05)  # by then, the thread that fires timers during work has seen how far they are
    wait_for_real(worked)


def test_condition_times_out_or_is_notified(clock: Clock) -> None:
    condition = Condition(clock)
    with condition:
        assert not condition.wait(DAY_SECONDS)
        assert not condition.wait(0)
    assert clock.now() - START >= timedelta(days=1)

    def notify() -> None:
        with condition:
            condition.notify_all()

    with clock.held(), condition:
        clock.start_thread(notify)
        assert condition.wait(DAY_SECONDS)


def test_notify_passes_over_a_thread_that_has_timed_out(clock: Clock) -> None:
    slots = Semaphore(clock, 0)
    taken: Queue[str] = Queue(clock)

    def take() -> None:
        slots.acquire()
        taken.put("taken")

    with clock.held():
        with slots._condition:
            assert not slots._condition.wait(60)
        clock.start_thread(take)
        slots.release()
        assert taken.get() == "taken"


def test_real_timeout_lets_the_clock_go_on(clock: Clock) -> None:
    never, fired = Event(clock), threading.Event()
    with clock.held():
        clock.start_thread(wait_and_set, clock, DAY_SECONDS, fired)
        assert not never.wait(real_timeout=0.2)
        wait_for_real(fired)


def test_real_clock_never_jumps() -> None:
    clock = Clock(START, "real")
    assert not Event(clock).wait(0.01)
    assert clock.now() - START < SLACK
    clock.stop()


def test_run_in_real_time_ends_the_jumps(clock: Clock) -> None:
    clock.wait(DAY_SECONDS)
    clock.run_in_real_time()
    clock.start_thread(clock.wait, DAY_SECONDS)
    assert clock.now() - START < timedelta(days=1) + SLACK


def test_stop_wakes_waits_for_a_time() -> None:
    clock = Clock(START, "real")
    answers: Queue[bool] = Queue(clock)
    clock.start_thread(lambda: answers.put(clock.wait(DAY_SECONDS)))
    clock.stop()
    assert answers.get() is False


def test_stop_ends_the_thread_of_the_timers() -> None:
    others = set(threading.enumerate())

    def find_keeper() -> list[threading.Thread]:
        return [one for one in threading.enumerate() if one.name == "timers" and one not in others]

    clock = Clock(START, "real")
    event = Event(clock)
    clock.start_thread(event.wait, DAY_SECONDS)
    (keeper,) = eventually(find_keeper)
    clock.stop()
    time.sleep(0.05)  # by then, the keeper has seen that the timer is still set
    event.set()
    keeper.join(DEADLINE_SECONDS)
    assert not keeper.is_alive()


def test_thread_that_fails_no_longer_counts(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)

    def fail() -> None:
        raise ValueError

    clock.start_thread(fail).join()
    assert clock.wait(DAY_SECONDS)
