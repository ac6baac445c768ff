"""Peak memory of a collector for all the 1-minute bars that Yahoo gives at once: eight days, around the clock."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import subprocess
import sys

from bench.line import Goal, Line, Measured
from local.package import package
from local.pipeline import STACK, running
from local.yahoo.exchange import EXCHANGES
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import synthetic_sessions

TICKER = "BTC-USD"
FIRST, DAYS = dt.date(2026, 11, 1), 8
REPEATS = 3
# The most that a process has held, as the embedded cloud's Lambda measures it for its REPORT line.
IMPORT = """
import yfinance
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def lines(*, quick: bool, full: bool) -> list[Line]:
    """The limit is importing yfinance alone, in the same Python."""
    del full
    around_the_clock = next(exchange for exchange in EXCHANGES if exchange.calendar == "24/7")
    replay = synthetic_sessions({TICKER: around_the_clock}, FIRST, FIRST + dt.timedelta(days=DAYS - 1))
    repeats = 1 if quick else REPEATS
    imported = [subprocess.run([sys.executable, "-c", IMPORT], stdout=-1, check=True).stdout for _ in range(repeats)]  # noqa: S603
    return [
        Line(
            name=f"peak memory of a collector, {DAYS} days of 1-minute bars, limit: import yfinance",
            unit="MB",
            data=replay.label,
            ours=Measured.of([_peak_mb(YahooReplay(replay)) for _ in range(repeats)]),
            limit=Measured.of([float(peak) for peak in imported]),
            goal=Goal(times_limit=1.5),
        )
    ]


def _peak_mb(replayed: YahooReplay) -> float:
    """Of the packaged collector's process in the embedded cloud, of which it is the first event."""
    window = {"start": f"{FIRST}", "end": f"{FIRST + dt.timedelta(days=DAYS)}"}
    event = json.dumps({"ticker": TICKER, **window, "interval": "1m"})
    with replayed as yahoo, running(package()[0], yahoo.environment()) as pipeline:
        client = pipeline.cloud.client("lambda")
        ran = client.invoke(FunctionName=f"{STACK}-collector", Payload=event, LogType="Tail")
    answer = ran["Payload"].read()
    if "FunctionError" in ran or json.loads(answer)["bars"] != DAYS * 24 * 60:
        raise RuntimeError(f"{TICKER} was not collected whole: {answer.decode()}")
    report = re.search(r"Max Memory Used: (\d+) MB", base64.b64decode(ran["LogResult"]).decode())
    if not report:
        raise RuntimeError("the function's log has no REPORT line")
    return float(report[1])
