"""A session's answers by pandas from its file alone, and faults that tests inject into its pipeline."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from commands.gaps import main as list_gaps
from local.pipeline import Pipeline
from tests.market_day import Day


def rows_by_pandas(day: Day) -> pd.DataFrame:
    """Return the bars of the session's file."""
    return pd.read_json(StringIO(day.text()), lines=True, convert_dates=False, precise_float=True)


def highs_by_pandas(day: Day) -> list[dict[str, Any]]:
    """Return the highest high of each ticker and hour."""
    bars = rows_by_pandas(day)
    bars["hour"] = bars["ts"].str[11:13].astype(int)
    bars["top"] = bars.groupby(["name", "hour"])["high"].transform("max")
    reached = bars[bars["high"] == bars["top"]].sort_values("ts")
    highs = reached.groupby(["name", "hour"]).agg(
        high=("high", "first"), high_at=("ts", "first"), minutes=("ts", "count")
    )
    return [
        {
            "ticker": name,
            "session": day.date.isoformat(),
            "hour": hour,
            "high": row.high,
            "high_at": row.high_at,
            "minutes_at_high": row.minutes,
        }
        for (name, hour), row in zip(highs.index, highs.itertuples(), strict=True)
    ]


def absent_by_pandas(day: Day) -> set[tuple[str, pd.Timestamp]]:
    """Return the minutes of the session without a bar, as pairs of ticker and minute."""
    bars = rows_by_pandas(day)
    there = set(zip(bars["name"], pd.to_datetime(bars["ts"]), strict=True))
    session = pd.date_range(f"{day.date} 09:30", f"{day.date} 15:59", freq="min", tz="America/New_York")
    return {(name, minute) for name in bars["name"].unique() for minute in session} - there


def gaps(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, day: Day, *options: str) -> Result:
    """Run ``npm run gaps`` for the session's date, without the set-up."""
    for name, value in pipeline.cloud.environment().items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(list_gaps, ["--stage", "local", "--date", day.date.isoformat(), *options])


def refuse_bars(pipeline: Pipeline) -> None:
    """Make S3 refuse Firehose's objects until :func:`accept_bars`."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{pipeline.bucket}/bars/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    pipeline.cloud.client("s3").put_bucket_policy(Bucket=pipeline.bucket, Policy=policy)


def accept_bars(pipeline: Pipeline) -> None:
    pipeline.cloud.client("s3").delete_bucket_policy(Bucket=pipeline.bucket)
