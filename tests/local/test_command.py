"""``npm run local``: its output, its files and its exit codes."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

from commands.leave import STARTED_BY
from commands.local import main, print_duration
from deployment.proxies import SET_ASIDE
from finance_stream.client.console import PlainConsole
from tests.conftest import ROOT
from tests.local.served import Served
from tests.market_day import GENERATED
from tests.waiting import DEADLINE_SECONDS


def process(*arguments: str, out: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a separate process, as a user's shell does."""
    command = [sys.executable, "-m", "commands", "local", "--out", str(out), *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_SECONDS,
    )


def local(*arguments: str, out: Path) -> Result:
    """Run the command in this process, which has imported everything. Expect no unhandled error."""
    ran = CliRunner().invoke(main, ["--out", str(out), *arguments])
    assert isinstance(ran.exception, SystemExit | None), ran.output
    return ran


def refused(*arguments: str, out: Path) -> Result:
    """Run the command, and expect exit code 2 before it starts a cloud."""
    ran = local(*arguments, out=out)
    assert ran.exit_code == 2, ran.output
    return ran


def highs_csv(out: Path) -> list[dict[str, str]]:
    with (out / "hourly_highs.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_local_replay_prints_highs_and_writes_them_with_the_bars(tmp_path: Path) -> None:
    bars = len(GENERATED.text().splitlines())
    ran = local("--replay", str(GENERATED.file(tmp_path)), out=tmp_path / "out")
    assert ran.exit_code == 0, ran.output
    assert f"Hourly highs of {GENERATED.date}" in ran.stdout
    assert f"Not complete: {bars:,} of 3,900 bars" in ran.stdout
    assert "SYNTHETIC" not in ran.stdout
    rows = highs_csv(tmp_path / "out")
    assert len(rows) == 70
    assert {row["source"] for row in rows} == {f"{GENERATED.file_name}, replayed"}
    assert list(tmp_path.glob(f"out/bars/interval=1m/dt={GENERATED.date}/*.json.gz"))


@pytest.fixture(scope="module")
def proxy() -> Iterator[socket.socket]:
    """Listen as the user's proxy, which never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture(scope="module")
def leftovers(tmp_path_factory: pytest.TempPathFactory, proxy: socket.socket) -> dict[str, str]:
    """Return the environment of an AWS user behind a proxy, with every setting wrong."""
    broken = tmp_path_factory.mktemp("aws") / "broken"
    broken.write_text("[default\n")
    url = f"http://127.0.0.1:{proxy.getsockname()[1]}"
    return {
        **dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), url),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), "example.com"),
        **dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "BOTO_CONFIG"), str(broken)),
        **dict.fromkeys(("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_ATHENA"), url),
        **dict.fromkeys(("AWS_PROFILE", "AWS_DEFAULT_PROFILE"), "nosuch"),
        **dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), "eu-central-1"),
        **dict.fromkeys(("AWS_MAX_ATTEMPTS", "AWS_DEFAULTS_MODE", "AWS_RETRY_MODE"), "x"),
        "AWS_CA_BUNDLE": "/nowhere",
        "MOTO_ACCOUNT_ID": "1",
        "MOTO_MAX_FORM_MEMORY_SIZE": "x",
        "MOTO_S3_CUSTOM_ENDPOINTS": "http://127.0.0.1",
        "BOTO_DISABLE_COMMONNAME": "x",
        SET_ASIDE: "{}",  # instead of the variables that npm test has set aside
    }


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory, leftovers: dict[str, str]) -> tuple[str, Path]:
    """Run on a synthetic session with ``leftovers`` in the environment, and return its output and its folder."""
    out = tmp_path_factory.mktemp("synthetic")
    faults = ("--faults", "tests/events/faults.json")
    browser = f"{shlex.quote(sys.executable)} -c 'import sys; print(\"opened\", sys.argv[1])' %s"
    asked = ("--now", "2026-12-24T20:00Z", "--start", "2026-11-23", "--tickers", "META,NFLX", "--open", *faults)
    ran = process(*asked, out=out, BROWSER=browser, **leftovers)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout, out


def test_local_prints_each_injected_fault_and_loses_no_bar(synthetic: tuple[str, Path]) -> None:
    printed, _ = synthetic
    assert sorted(re.findall(r"^Fault: .*", printed, re.MULTILINE)) == [
        "Fault: firehose:PutRecordBatch of NFLX: partial.",
        "Fault: yahoo:chart of META: rate-limited.",
        "Fault: yahoo:chart of META: rate-limited.",
    ]
    assert "Complete: 780 of 780 bars" in printed


def test_local_starts_at_the_date_of_now(synthetic: tuple[str, Path]) -> None:
    """The waits of a run are virtual: they move the date by some minutes."""
    _, out = synthetic
    objects = list(out.glob("bars/*/*/*.json.gz"))
    bars = [json.loads(line) for path in objects for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert {bar["collected_at"][:12] for bar in bars} == {"2026-12-24T2"}
    assert all("-2026-12-24-20-" in path.name for path in objects)


@pytest.mark.parametrize("now", ["tomorrow", "2026-12-24T20:00", "2026-02-30T20:00Z"])
def test_local_refuses_an_invalid_now(now: str, tmp_path: Path) -> None:
    ran = refused("--now", now, out=tmp_path / "out")
    assert ran.stderr == f"now: '{now}' is not a date with a time and an offset (use 2026-12-24T20:00Z)\n"


def test_local_writes_the_report_and_opens_it(synthetic: tuple[str, Path]) -> None:
    printed, out = synthetic
    url = (out / "report.html").as_uri()
    assert f"Report of 2026-11-23: {url}" in printed
    assert f"opened {url}" in printed
    bars = len(list(out.glob("bars/*/*/*.json.gz")))
    assert (
        f"\nSaved to {out}/: hourly_highs.csv, bars.parquet, report.html, bars/ ({bars} file{'s' * (bars > 1)})\n"
        in printed
    )
    assert printed.index("Report of") < printed.index("Saved to")
    assert "SYNTHETIC" in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.fault(62)
def test_local_ignores_the_users_proxy_and_aws_settings(synthetic: tuple[str, Path], proxy: socket.socket) -> None:
    _, out = synthetic  # it ended with exit code 0
    assert (out / "report.html").is_file()
    proxy.setblocking(False)
    with pytest.raises(BlockingIOError):  # nobody has connected
        proxy.accept()


def test_local_labels_every_output_of_a_synthetic_session(synthetic: tuple[str, Path]) -> None:
    printed, out = synthetic
    assert "Demo data: these prices are randomly generated." in printed
    assert "Complete: 780 of 780 bars" in printed
    assert all("SYNTHETIC" in row["source"] for row in highs_csv(out))
    assert "SYNTHETIC" in (out / "SOURCE.txt").read_text()


def test_local_saves_typed_bars_as_parquet(synthetic: tuple[str, Path]) -> None:
    _, out = synthetic
    bars = pyarrow.parquet.read_table(out / "bars.parquet")
    assert bars.num_rows == 780
    assert bars.schema.field("time").type == pa.timestamp("ms", "America/New_York")
    assert bars.schema.metadata[b"source"].startswith(b"SYNTHETIC")
    assert bars["time"][0].as_py().isoformat() == "2026-11-23T09:30:00-05:00"
    assert set(bars["ticker"].to_pylist()) == {"META", "NFLX"}


def test_local_progress_names_states_tickers_and_bars(synthetic: tuple[str, Path]) -> None:
    printed, _ = synthetic
    for line in (
        "done    Plan",
        "CollectBars: 2 of 2 tickers",
        "CheckDelivery: 780 of 780 bars delivered",
        "done    Report",
    ):
        assert line in printed
    assert "\x1b[" not in printed  # colour is for terminals


def bad_file(tmp_path: Path, name: str, content: bytes) -> str:
    path = tmp_path / name
    path.write_bytes(content)
    return str(path)


GOOD_LINE = b'{"name": "FB", "ts": "2020-05-14T09:30:00-04:00", "high": 2.0, "low": 1.0}\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02", "bars.ndjson"),
        (b'{"price": 1}\n', "name"),
        (GOOD_LINE + GOOD_LINE[:40], "line 2"),
        (GOOD_LINE.replace(b"2.0", b'"dear"'), "high"),
    ],
)
def test_local_replay_refuses_a_bad_file_on_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    ran = refused("--replay", bad_file(tmp_path, "bars.ndjson", content), out=tmp_path / "out")
    [line] = ran.stderr.splitlines()
    assert "bars.ndjson" in line
    assert said in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--replay", "no/such/file.ndjson"], "no/such/file.ndjson"),
        (["--tickers", "A;B"], "tickers[0]: 'A;B' is not a Yahoo symbol"),
        (["--start", "2026-02-30"], "start: '2026-02-30' is not a calendar date"),
        (["--interval", "7m"], "interval: '7m' is not one of"),
        (["--start", "2026-11-21"], "2026-11-21"),  # a Saturday, which has no session to generate
        (["--source", "bloomberg"], "'bloomberg' is not one of 'synthetic', 'yahoo'"),
    ],
)
def test_local_refuses_bad_arguments_with_exit_code_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    assert said in refused(*arguments, out=tmp_path).stderr


@pytest.mark.fault(52)
@pytest.mark.fault(53)
@pytest.mark.fault(54)
def test_local_refuses_an_unusable_out_folder_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.local.package", None)  # the command must not get that far
    (tmp_path / "bars").mkdir()
    mine = bad_file(tmp_path, "bars/2020.ndjson", GOOD_LINE)
    for arguments, out, said in (
        ([], tmp_path, "bars/2020.ndjson is not from a run, or was changed since"),
        (["--replay", mine], tmp_path, "--replay overlaps with the files that a run writes"),
        ([], Path(mine) / "[/b]x", "[/b]x: cannot be written: Not a directory"),
    ):
        [line] = refused(*arguments, out=out).stderr.splitlines()
        assert said in line
    assert Path(mine).read_bytes() == GOOD_LINE


def test_local_refuses_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = local("--port", str(port), out=tmp_path)
    assert ran.exit_code == 2
    assert f"port {port} is in use" in ran.stderr


def test_local_exits_1_with_the_reason_of_a_failed_execution(tmp_path: Path) -> None:
    ran = local("--replay", str(GENERATED.file(tmp_path)), "--tickers", "NOSUCH", out=tmp_path / "out")
    assert ran.exit_code == 1
    assert "The execution failed: CollectionFailed: 1 of 1 tickers failed" in ran.stderr
    assert "NOSUCH UnknownTicker" in ran.stderr


def test_local_serve_ends_cleanly_at_ctrl_c(tmp_path: Path) -> None:
    options = ["--serve", "--port", "0", "--now", "2026-11-23T22:00Z", "--tickers", "META", "--out", str(tmp_path)]
    command = [sys.executable, "-m", "commands", "local", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        endpoint = Served(process).variables["AWS_ENDPOINT_URL"]
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, printed, errors) == (0, "Stopped.\n", "")
    host, port = endpoint.removeprefix("http://").split(":")
    with socket.socket() as probe:
        assert probe.connect_ex((host, int(port))) != 0


def test_local_replay_counts_bars_outside_regular_hours(tmp_path: Path) -> None:
    early = GOOD_LINE.replace(b"09:30:00", b"04:00:00")  # before the market opens
    ran = local("--replay", bad_file(tmp_path, "bars.ndjson", GOOD_LINE + early), out=tmp_path / "out")
    assert ran.exit_code == 0, ran.output
    assert "Not complete: 1 of 390 bars" in ran.stdout
    said = "1 bar is outside regular hours or off the minute, and not collected: FB 2020-05-14 04:00."
    assert said in ran.stdout


@pytest.mark.parametrize(("starter", "least"), [(os.getppid(), 100), (0, 10)], ids=["run.mjs", "something else"])
def test_print_duration_counts_from_the_start_of_run_mjs(
    starter: int, least: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = time.time()
    monkeypatch.setenv(STARTED_BY, str(starter))
    monkeypatch.setenv("FINANCE_STREAM_STARTED_AT", str(now - 100))
    print_duration(PlainConsole(), now - 10)
    [seconds] = re.findall(r"Done in (\d+)\.\d s", capsys.readouterr().out)
    assert least <= int(seconds) < least + 60
