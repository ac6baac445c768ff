"""The poller, which collects a share of the tickers each minute."""

from __future__ import annotations

import re
import threading
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from finance_stream.collect import collection
from finance_stream.collect.collection import DEADLINE_MARGIN_SECONDS
from finance_stream.collect.frame import Bars
from finance_stream.collect.yahoo import History
from finance_stream.collect.yahoo_session import TICKER_SECONDS
from finance_stream.errors import NoData, NotCollected, RateLimited
from handlers import poller
from tests.conftest import ROOT
from tests.unit.test_dead_letter import Clock
from tests.unit.test_telemetry import metrics

EVENT = {"start": "2026-11-23", "end": "2026-11-24", "interval": "1m", "since": "2026-11-23T20:55:00.000000Z"}


class Yahoo:
    """A Yahoo that answers for every ticker except those that fail.

    ``asked`` lists the requested tickers, ``most_at_once`` is the most requests at one time.
    """

    def __init__(self, failing: dict[str, NotCollected] | None = None, seconds: float = 0.0) -> None:
        self.clock, self.asked, self.most_at_once = Clock(), list[str](), 0
        self._failing, self._seconds = failing or {}, seconds
        self._lock, self._at_once = threading.Lock(), 0
        self.all_at_once: threading.Barrier | None = None

    def fetch(self, ticker: str, *_: Any) -> History:
        with self._lock:
            self.asked.append(ticker)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.clock.seconds -= self._seconds
        if self.all_at_once:
            self.all_at_once.wait(30)
        with self._lock:
            self._at_once -= 1
        if ticker in self._failing:
            raise self._failing[ticker]
        return History(pd.DataFrame(), ())


def collect(monkeypatch: pytest.MonkeyPatch, yahoo: Yahoo, tickers: list[str]) -> dict[str, Any]:
    def put(**call: Any) -> Any:
        return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "r"} for _ in call["Records"]]}

    monkeypatch.setattr(collection, "_get_firehose", lambda: SimpleNamespace(put_record_batch=put))
    monkeypatch.setattr(collection, "fetch_history", yahoo.fetch)
    monkeypatch.setattr(collection, "to_bars", lambda *_: Bars([b"{}"] * 5, ["2026-11-23"] * 5, {"no high": 2}))
    answer: dict[str, Any] = poller.handler({**EVENT, "tickers": tickers}, yahoo.clock.context())
    return answer


@pytest.mark.present
def test_poller_counts_bars_and_failed_tickers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    yahoo = Yahoo({"B": RateLimited("B: 429"), "D": NoData("D: none")})
    assert collect(monkeypatch, yahoo, ["A", "B", "C", "D"]) == {"bars": 10, "failed": 2}
    assert sorted(yahoo.asked) == ["A", "B", "C", "D"]
    [(dimensions, counted)] = metrics(capsys.readouterr().out)
    assert dimensions == [["service"]]
    assert counted == {"BarsCollected": 10.0, "RowsRejected": 4.0, "RateLimited": 1.0, "NoData": 1.0}


@pytest.mark.present
def test_poller_limits_the_tickers_in_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    yahoo = Yahoo()
    yahoo.all_at_once = threading.Barrier(poller.TICKERS_AT_ONCE)  # opens only when this many requests wait
    collect(monkeypatch, yahoo, [f"T{number}" for number in range(2 * poller.TICKERS_AT_ONCE)])
    assert yahoo.most_at_once == poller.TICKERS_AT_ONCE


@pytest.mark.present
def test_poller_skips_the_remaining_tickers_when_yahoo_is_slow(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(poller, "TICKERS_AT_ONCE", 1)
    yahoo = Yahoo(seconds=5)
    assert collect(monkeypatch, yahoo, ["A", "B", "C", "D"]) == {"bars": 10, "failed": 2}
    assert yahoo.asked == ["A", "B"]  # 39 seconds are left, then 34, then fewer than the 32 that a ticker may take
    said = [vars(record).get("reason", "") for record in caplog.records]
    assert [reason for reason in said if reason] == [f"{t}: not asked for: no time left, Yahoo is slow" for t in "CD"]


@pytest.mark.present
def test_poller_collects_a_single_ticker_with_any_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    yahoo = Yahoo()
    yahoo.clock.seconds = 25
    assert collect(monkeypatch, yahoo, ["A"]) == {"bars": 5, "failed": 0}


@pytest.mark.parametrize("function", ["collector", "poller"])
def test_function_has_time_for_the_requests_of_a_cold_environment(function: str) -> None:
    [timeout] = re.findall(rf"^  {function}:.*?^    timeout: (\d+)", (ROOT / "serverless.yml").read_text(), re.S | re.M)
    assert TICKER_SECONDS == 32
    assert int(timeout) > TICKER_SECONDS + DEADLINE_MARGIN_SECONDS
