"""Throttling by token buckets: a burst of requests, then a rate in requests per second.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

# Limits per account: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
ACCOUNT_RATE = 10_000.0  # requests per second
ACCOUNT_BURST = 5_000


class _Bucket:
    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.limits = (rate, burst)
        self._tokens = float(burst)
        self._filled_at = now

    def take(self, now: float) -> bool:
        rate, burst = self.limits
        self._tokens = min(burst, self._tokens + rate * (now - self._filled_at))
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Throttle:
    """One bucket per route. ``clock`` returns the seconds that fill it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, ...], _Bucket] = {}

    def admits(self, route: tuple[str, ...], settings: Mapping[str, Any]) -> bool:
        """Return True if ``settings`` admit one more request to ``route``. New limits start with a full bucket."""
        rate = float(settings.get("throttlingRateLimit", ACCOUNT_RATE))
        burst = int(settings.get("throttlingBurstLimit", ACCOUNT_BURST))
        now = self._clock()
        with self._lock:
            bucket = self._buckets.get(route)
            if bucket is None or bucket.limits != (rate, burst):
                bucket = self._buckets[route] = _Bucket(rate, burst, now)
            return bucket.take(now)
