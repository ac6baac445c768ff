"""Peak memory of a collector: for all the 1-minute bars that Yahoo gives at once, and for a share of a long list."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import subprocess
import sys
from typing import Any

from bench.line import BenchLine, Goal, Measurement
from deployment.package import TEMPLATE, package
from local.pipeline import STACK, running
from local.yahoo.exchange import EXCHANGES
from local.yahoo.replay import Replay
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session, make_synthetic_sessions

TICKER = "BTC-USD"
FIRST, DAYS = dt.date(2026, 11, 1), 8
REPEATS = 3
# A minute's run has five bars per ticker. A whole session of each ticker is the worst case of the same code.
SESSION, SHARE = dt.date(2026, 11, 23), 100
# The peak memory of a process, measured as the embedded cloud's Lambda does for its REPORT line.
IMPORT = """
import yfinance
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the peaks. The limit is an import of yfinance alone, in the same Python, or the function's memory."""
    del full
    repeats = 1 if quick else REPEATS
    around_the_clock = next(exchange for exchange in EXCHANGES if exchange.calendar == "24/7")
    days = make_synthetic_sessions({TICKER: around_the_clock}, FIRST, FIRST + dt.timedelta(days=DAYS - 1))
    window = {"start": f"{FIRST}", "end": f"{FIRST + dt.timedelta(days=DAYS)}"}
    tickers = [f"T{number}" for number in range(SHARE)]
    session = make_synthetic_session(SESSION, tickers)
    of_share = {"tickers": tickers, "start": f"{SESSION}", "end": f"{SESSION + dt.timedelta(days=1)}"}
    imported = [subprocess.run([sys.executable, "-c", IMPORT], stdout=-1, check=True).stdout for _ in range(repeats)]  # noqa: S603
    return [
        BenchLine(
            name=f"peak memory of a collector, {DAYS} days of 1-minute bars, limit: import yfinance",
            unit="MB",
            data=days.label,
            ours=_measure_peaks(days, {"ticker": TICKER, **window}, DAYS * 24 * 60, repeats),
            limit=Measurement.from_values([float(peak) for peak in imported]),
            goal=Goal(times_limit=1.5),
        ),
        BenchLine(
            name=f"peak memory of a collector of {SHARE} tickers, a whole session of each",
            unit="MB",
            data=session.label,
            ours=_measure_peaks(session, of_share, SHARE * 390, 1),
            goal=Goal(at_most=_read_memory_mb()),
        ),
    ]


def _read_memory_mb() -> int:
    """Read the collector's ``memorySize`` in the packaged template."""
    template = json.loads((package()[0] / TEMPLATE).read_text())
    return int(template["Resources"]["CollectorLambdaFunction"]["Properties"]["MemorySize"])


def _measure_peaks(replay: Replay, window: dict[str, Any], bars: int, repeats: int) -> Measurement:
    """Measure the packaged collector's process in the embedded cloud, at its first event."""
    return Measurement.from_values(
        [_measure_peak_mb(YahooReplay(replay), {**window, "interval": "1m"}, bars) for _ in range(repeats)]
    )


def _measure_peak_mb(replayed: YahooReplay, event: dict[str, Any], bars: int) -> float:
    with replayed as yahoo, running(package()[0], yahoo.environment()) as pipeline:
        client = pipeline.cloud.client("lambda")
        ran = client.invoke(FunctionName=f"{STACK}-collector", Payload=json.dumps(event), LogType="Tail")
    answer = ran["Payload"].read()
    if "FunctionError" in ran or json.loads(answer)["bars"] != bars:
        raise RuntimeError(f"not collected whole: {answer.decode()}")
    report = re.search(r"Max Memory Used: (\d+) MB", base64.b64decode(ran["LogResult"]).decode())
    if not report:
        raise RuntimeError("the function's log has no REPORT line")
    return float(report[1])
