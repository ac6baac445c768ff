"""The real market day: its questions answered by pandas from the file itself, and what is done to its pipeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from local.pipeline import Pipeline
from scripts.gaps import main as list_gaps

TICKERS = ["FB", "SHOP", "BYND", "NFLX", "PINS", "SQ", "TTD", "OKTA", "SNAP", "DDOG"]
THAT_DAY = {"start": "2020-05-14", "end": "2020-05-15"}


def highs_by_pandas(real_day: Path) -> list[dict[str, Any]]:
    """The highest high of each ticker and hour."""
    bars = pd.read_json(real_day, lines=True, convert_dates=False, precise_float=True)
    bars["hour"] = bars["ts"].str[11:13].astype(int)
    bars["top"] = bars.groupby(["name", "hour"])["high"].transform("max")
    reached = bars[bars["high"] == bars["top"]].sort_values("ts")
    highs = reached.groupby(["name", "hour"]).agg(
        high=("high", "first"), high_at=("ts", "first"), minutes=("ts", "count")
    )
    return [
        {
            "name": name,
            "session": "2020-05-14",
            "hour": hour,
            "high": row.high,
            "high_at": row.high_at,
            "minutes_at_high": row.minutes,
        }
        for (name, hour), row in zip(highs.index, highs.itertuples(), strict=True)
    ]


def absent_by_pandas(real_day: Path) -> set[tuple[str, pd.Timestamp]]:
    """Each ticker's minutes of the session of which there is no bar."""
    bars = pd.read_json(real_day, lines=True, convert_dates=False)
    there = set(zip(bars["name"], pd.to_datetime(bars["ts"]), strict=True))
    session = pd.date_range("2020-05-14 09:30", "2020-05-14 15:59", freq="min", tz="America/New_York")
    return {(name, minute) for name in TICKERS for minute in session} - there


def gaps(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    """``npm run gaps`` about the real day, past the set-up."""
    for name, value in pipeline.cloud.environment().items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(list_gaps, ["--stage", "local", "--date", THAT_DAY["start"], *options])


def refuse_bars(pipeline: Pipeline) -> None:
    """Have S3 refuse what Firehose delivers, until :func:`accept_bars`."""
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
