"""Stand-ins for the modules ``datetime`` and ``time``, from which moto's modules read the cloud's date."""

from __future__ import annotations

import datetime
import time
from types import ModuleType
from typing import Any

from embedded_cloud import clock


class _InstanceCheck(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime.datetime)


class CloudDatetime(datetime.datetime, metaclass=_InstanceCheck):
    """The class ``datetime`` with the cloud's date as the present. Its instances are of the real class."""

    def __new__(cls, *given: Any, **named: Any) -> Any:
        return datetime.datetime(*given, **named)  # noqa: DTZ001 - the zone is the caller's choice

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        """Return the present in ``tz``, or by default without a zone in UTC, the zone of AWS's own computers."""
        return clock.now().astimezone(tz) if tz else clock.now().replace(tzinfo=None)


def _replace(module: ModuleType, **names: Any) -> ModuleType:
    stand_in = ModuleType(module.__name__)
    vars(stand_in).update(vars(module), **names)
    return stand_in


DATETIME = _replace(datetime, datetime=CloudDatetime)
TIME = _replace(time, time=lambda: clock.current().read_seconds())
