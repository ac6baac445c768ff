"""The questions in athena/: each answer compared with pandas, for market days and for sessions of edge cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd
import pytest

from embedded_cloud.cloud import EmbeddedCloud
from finance_stream.bars import INTERVAL_MINUTES
from tests.conftest import ROOT
from tests.embedded_cloud.athena.by_pandas import BY_PANDAS, Answer
from tests.embedded_cloud.athena.lake import BUCKET, PARQUET, Lake
from tests.embedded_cloud.athena.sessions import AWKWARD, FIRST, SECOND, awkward, completed
from tests.market_day import DAYS, Day

COLUMNS = dict.fromkeys(("name", "ts", "collected_at"), "string")
COLUMNS |= dict.fromkeys(("open", "high", "low", "close"), "double") | {"volume": "double"}
PROJECTION = {
    "projection.enabled": "true",
    "projection.interval.type": "enum",
    "projection.interval.values": ",".join(INTERVAL_MINUTES),
    "projection.dt.type": "date",
    "projection.dt.format": "yyyy-MM-dd",
    "projection.dt.range": "2010-01-01,NOW+1DAYS",
}


def make_lake(cloud: EmbeddedCloud, columns: Mapping[str, str]) -> Lake:
    """Return a lake with the tables and the view of bars. ``columns`` are those of a delivered bar."""
    lake = Lake(cloud)
    lake.table(columns=columns, parameters=PROJECTION, serde_parameters={"ignore.malformed.json": "true"})
    compacted = {**columns, "volume": "bigint", "traded": "double"}
    lake.table("compacted_bars", columns=compacted, parameters=PROJECTION, serde=PARQUET, location="compacted/")
    lake.run(f"CREATE VIEW bars AS {(ROOT / 'athena' / 'bars.sql').read_text()}")
    return lake


@pytest.fixture(scope="module")
def lake() -> Iterator[Lake]:
    with EmbeddedCloud() as cloud:
        yield make_lake(cloud, COLUMNS)


def put(lake: Lake, bars: Answer) -> pd.DataFrame:
    """Store each date's bars in its partition. Return them as a frame."""
    for day in {one["dt"] for one in bars}:
        lines = "".join(f"{json.dumps(one)}\n" for one in bars if one["dt"] == day)
        lake.put(f"interval=1m/dt={day}/a.json.gz", lines.encode())
    frame = pd.DataFrame(bars).rename(columns={"dt": "session", "name": "ticker"})
    frame["volume"] = frame["volume"].astype("Float64")
    return frame.sort_values(["ticker", "ts"], ignore_index=True)


@pytest.fixture(scope="module")
def made(lake: Lake) -> pd.DataFrame:
    return put(lake, awkward())


@pytest.fixture(scope="module", params=[*DAYS, "awkward sessions"], ids=str)
def asked(request: pytest.FixtureRequest, lake: Lake) -> tuple[pd.DataFrame, tuple[str, str]]:
    """Return bars, and the start and end of the dates that hold them."""
    if isinstance(request.param, Day):
        return put(lake, completed(request.param)), (request.param.window["start"], request.param.window["end"])
    return request.getfixturevalue("made"), AWKWARD


class Asked:
    """Answers of the embedded Athena. Each query runs once, and each value has its column's type."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._answers: dict[tuple[str, tuple[str, str], str], Answer] = {}

    def __call__(self, question: str, dates: tuple[str, str] = AWKWARD, interval: str = "1m") -> Answer:
        if (question, dates, interval) not in self._answers:
            self._answers[question, dates, interval] = self._asked(question, [interval, *dates])
        return self._answers[question, dates, interval]

    def _asked(self, question: str, parameters: list[str]) -> Answer:
        ran = self._lake.run(statement(question), ExecutionParameters=[f"'{value}'" for value in parameters])
        assert ran["Status"]["State"] == "SUCCEEDED", ran["Status"]
        results = self._lake.athena.get_query_results(QueryExecutionId=ran["QueryExecutionId"])["ResultSet"]
        columns = [(one["Name"], _READ[one["Type"]]) for one in results["ResultSetMetadata"]["ColumnInfo"]]
        rows = ([value.get("VarCharValue") for value in row["Data"]] for row in results["Rows"][1:])
        return [
            {name: None if value is None else read(value) for (name, read), value in zip(columns, row, strict=True)}
            for row in rows
        ]


@pytest.fixture(scope="module")
def answer(lake: Lake) -> Asked:
    return Asked(lake)


def statement(question: str) -> str:
    return (ROOT / "athena" / f"{question}.sql").read_text()


_READ: dict[str, Callable[[str], Any]] = {
    "varchar": str,
    "date": str,
    "double": float,
    "bigint": int,
    "integer": int,
    "boolean": lambda value: value == "true",
}


def of(rows: Answer, name: str, on: str = FIRST) -> dict[str, Any]:
    """Return the only row of a ticker and session."""
    [row] = [row for row in rows if row["ticker"] == name and row["session"] == on]
    return row


@pytest.mark.parametrize("question", BY_PANDAS)
def test_question_returns_the_answer_of_pandas(
    answer: Asked, asked: tuple[pd.DataFrame, tuple[str, str]], question: str
) -> None:
    bars, dates = asked
    expected = BY_PANDAS[question](bars)
    assert expected
    found = answer(question, dates)
    assert len(found) == len(expected)
    for our, theirs in zip(found, expected, strict=True):
        assert our == {
            name: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
            for name, value in theirs.items()
        }


def test_by_pandas_has_every_question() -> None:
    """hourly_highs is tested in tests/local/test_pipeline.py, on the whole pipeline."""
    files = {path.stem for path in (ROOT / "athena").glob("*.sql")}
    assert files - {"bars", "hourly_highs"} == BY_PANDAS.keys()


@pytest.mark.parametrize("question", BY_PANDAS)
@pytest.mark.usefixtures("made")
def test_question_scans_only_the_requested_partitions(lake: Lake, answer: Asked, question: str) -> None:
    stored = lake.s3.head_object(Bucket=BUCKET, Key=f"bars/interval=1m/dt={SECOND}/a.json.gz")["ContentLength"]
    assert lake.scanned(statement(question), ExecutionParameters=["'1m'", f"'{SECOND}'", "'2026-11-20'"]) == stored
    assert answer(question, interval="5m") == []


# Expected values worked out by hand


@pytest.mark.usefixtures("made")
def test_questions_leave_trade_values_out_for_a_ticker_without_trades(answer: Asked) -> None:
    ranged = of(answer("daily_range"), "BARE")
    assert (ranged["open"], ranged["close"], ranged["volume"]) == (None, None, None)
    assert ranged["high"] > ranged["low"]
    weighed = of(answer("vwap"), "BARE")
    assert (weighed["vwap"], weighed["to_vwap_percent"], weighed["no_volume"]) == (None, None, 50)
    assert of(answer("opening_range"), "BARE")["closed"] is None
    assert "BARE" not in {row["ticker"] for row in answer("top_movers")}
    assert "BARE" not in {row["ticker"] for row in answer("volume_profile")}


@pytest.mark.usefixtures("made")
def test_questions_accept_a_price_that_never_moves(answer: Asked) -> None:
    step = of(answer("volume_profile"), "FLAT")
    assert (step["step"], step["bars"], step["volume"], step["share_percent"]) == (1, 60, 0, None)
    assert of(answer("vwap"), "FLAT")["vwap"] is None
    assert of(answer("daily_range"), "FLAT")["range_percent"] == 0
    assert of(answer("opening_range"), "FLAT")["closed"] == "inside"


@pytest.mark.usefixtures("made")
def test_questions_accept_a_session_of_one_bar(answer: Asked) -> None:
    row = of(answer("completeness"), "ALONE")
    assert (row["bars"], row["holes"], row["first_at"]) == (1, 0, row["last_at"])
    assert of(answer("opening_range"), "ALONE")["opens_at"] == f"{FIRST}T15:59:00-05:00"


@pytest.mark.usefixtures("made")
def test_completeness_counts_a_halt_as_seven_holes(answer: Asked) -> None:
    assert of(answer("completeness"), "META")["holes"] == 7


@pytest.mark.usefixtures("made")
def test_top_movers_gives_equal_moves_the_same_place(answer: Asked) -> None:
    moves = [row for row in answer("top_movers") if row["session"] == SECOND]
    places = {row["ticker"]: row["place"] for row in moves}
    assert places["TWIN"] == places["TWIN2"]
    assert places["TWIN"] + 1 not in places.values()
    changes = [abs(row["change_percent"]) for row in moves]
    assert changes == sorted(changes, reverse=True)


@pytest.mark.usefixtures("made")
def test_top_movers_knows_the_previous_close_only_of_requested_sessions(answer: Asked) -> None:
    both = of(answer("top_movers"), "META", SECOND)
    alone = of(answer("top_movers", (SECOND, "2026-11-20")), "META", SECOND)
    assert both["previous_close"] == of(answer("daily_range"), "META")["close"]
    assert (alone["previous_close"], alone["change_since_previous"]) == (None, None)


@pytest.mark.usefixtures("made")
def test_latest_bars_compares_exchanges_in_real_time(answer: Asked) -> None:
    rows = {row["ticker"]: row for row in answer("latest_bars")}
    assert rows["META"]["ts"] == f"{SECOND}T12:59:00-05:00"
    assert rows["META"]["behind_minutes"] == 0
    # 9:44 in Tokyo is 19:44 of the previous date in New York.
    assert rows["7203.T"]["behind_minutes"] == 17 * 60 + 15
