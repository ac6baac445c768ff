"""The timetable: it fires each schedule by itself when the cloud's clock reaches its time."""

from __future__ import annotations

import contextlib
import functools
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.scheduler.expression import parse_expression
from embedded_cloud.scheduler.firing import FiringError, start_target
from embedded_cloud.threads import Condition

Key = tuple[str, str]  # a schedule's group and name


class Timetable:
    """The next firing of each enabled schedule, and the thread that fires them in the order of their times."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._cloud = cloud
        self._client = functools.cache(cloud.client)  # making a client takes longer than a firing
        self._schedules: dict[Key, Any] = {}
        self._due: dict[Key, datetime] = {}
        self._changed = Condition(cloud.clock)
        self._stopped = False
        cloud.clock.start_thread(self._run, name="scheduler")

    def enter(self, schedule: Any) -> None:
        """Enter a schedule of moto's that was created or updated. It fires for the first time after now."""
        key = (schedule.group_name, schedule.name)
        with self._changed:
            self._schedules[key] = schedule
            self._plan(key, self._cloud.clock.now())
            self._changed.notify()

    def remove(self, group: str, name: str | None = None) -> None:
        """Remove a schedule, or all schedules of a group."""
        with self._changed:
            for key in [key for key in self._schedules if key[0] == group and name in (None, key[1])]:
                del self._schedules[key]
                self._due.pop(key, None)
            self._changed.notify()

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _plan(self, key: Key, after: datetime) -> None:
        schedule = self._schedules[key]
        expression = parse_expression(schedule.schedule_expression)
        zone = ZoneInfo(schedule.schedule_expression_timezone)
        due = expression.find_next(after, zone) if schedule.state == "ENABLED" else None
        self._due.pop(key, None)
        if due:
            self._due[key] = due

    def _run(self) -> None:
        while schedule := self._next():
            # The dead-letter queue has the reason. A letter without a queue is lost, as on AWS.
            with contextlib.suppress(FiringError, ClientError, BotoCoreError):
                start_target(self._cloud, schedule, self._client)

    def _next(self) -> dict[str, Any] | None:
        """Wait for the next firing, and return its schedule in the shape of GetSchedule. Return None after a stop."""
        with self._changed:
            while not self._stopped:
                key, due = min(self._due.items(), key=lambda entry: entry[1], default=(None, None))
                if key is None or due is None:
                    self._changed.wait()
                elif (left := (due - self._cloud.clock.now()).total_seconds()) > 0:
                    self._changed.wait(left)
                else:
                    schedule: dict[str, Any] = self._schedules[key].to_dict()
                    self._plan(key, due)
                    return schedule
        return None
