"""Stock AWS and Athena clients, and ``npm run query``, on the deployed stack with the bars of one execution."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import awswrangler
import boto3
import pandas as pd
import pyarrow.parquet
import pyathena
import pytest
import sqlalchemy
from click.testing import CliRunner, Result
from pyathena.pandas.cursor import PandasCursor

from commands.query import main as query
from deployment.package import package
from finance_stream import Lake, LakeError
from local.pipeline import Pipeline, running
from local.yahoo.exchange import EXCHANGES
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_sessions
from tests.conftest import ROOT
from tests.local.aws import aws
from tests.waiting import eventually

SESSION = dt.date(2026, 11, 23)
TICKERS = ["META", "NFLX"]
WORK_GROUP, DATABASE = "finance-stream-local", "finance_stream_local"
VIEWS = sorted(path.stem for path in (ROOT / "athena").glob("*.sql"))
BARS_BY_TICKER = f"""SELECT name, count(*) AS bars, max(high) AS high FROM bars
    WHERE "interval" = '1m' AND dt = '{SESSION}' GROUP BY name ORDER BY name"""  # noqa: S608 - of constants


@pytest.fixture(scope="module")
def yahoo() -> Iterator[YahooReplay]:
    [new_york] = [exchange for exchange in EXCHANGES if exchange.calendar == "XNYS"]
    with YahooReplay(
        make_synthetic_sessions(dict.fromkeys(TICKERS, new_york), SESSION, SESSION, seed=1)
    ) as running_yahoo:
        yield running_yahoo


@pytest.fixture(scope="module")
def pipeline(yahoo: YahooReplay) -> Iterator[Pipeline]:
    """Run the stack, with one execution over the session."""
    folder, _ = package()
    with running(folder, yahoo.environment()) as running_pipeline:
        end = running_pipeline.execute(tickers=TICKERS, start=SESSION.isoformat())
        assert end.succeeded, end
        yield running_pipeline


@pytest.fixture(autouse=True)
def environment(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that `npm run local -- --serve` prints as the only AWS variables."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in pipeline.cloud.environment().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def highs(yahoo: YahooReplay) -> dict[str, float]:
    """Return each ticker's highest price from Yahoo's bars."""
    return {ticker: float(one.bars["high"].max()) for ticker, one in yahoo.replay.instruments.items()}


def as_expected(frame: pd.DataFrame, highs: dict[str, float]) -> bool:
    rows = frame[["name", "bars", "high"]].to_dict("list")
    return rows == {"name": TICKERS, "bars": [390, 390], "high": [highs[ticker] for ticker in TICKERS]}


def test_aws_stepfunctions_lists_machines_and_history(pipeline: Pipeline) -> None:
    machines = aws("stepfunctions", "list-state-machines")["stateMachines"]
    types = {machine["stateMachineArn"].rpartition("-")[2]: machine["type"] for machine in machines}
    assert types == {"pipeline": "STANDARD", "poll": "EXPRESS", "compact": "STANDARD"}
    arn = ["--state-machine-arn", pipeline.state_machine_arn]
    assert aws("stepfunctions", "describe-state-machine", *arn)["status"] == "ACTIVE"
    [execution] = aws("stepfunctions", "list-executions", *arn)["executions"]
    history = aws("stepfunctions", "get-execution-history", "--execution-arn", execution["executionArn"], "--reverse")
    assert history["events"][0]["type"] == "ExecutionSucceeded"


def test_aws_s3_syncs_delivered_bars(pipeline: Pipeline, tmp_path: Path) -> None:
    assert f" {pipeline.bucket}\n" in aws("s3", "ls")
    aws("s3", "sync", f"s3://{pipeline.bucket}/bars", str(tmp_path), "--quiet")
    assert list(tmp_path.glob(f"interval=1m/dt={SESSION}/*.json.gz"))


def test_aws_glue_shows_tables_and_the_view() -> None:
    [table] = aws("glue", "get-tables", "--database-name", DATABASE, "--expression", "delivered_bars")["TableList"]
    assert [key["Name"] for key in table["PartitionKeys"]] == ["interval", "dt"]
    assert (
        aws("glue", "get-table", "--database-name", DATABASE, "--name", "bars")["Table"]["TableType"] == "VIRTUAL_VIEW"
    )


def test_aws_firehose_describes_the_delivery_stream(pipeline: Pipeline) -> None:
    name = pipeline.outputs["DeliveryStreamName"]
    assert aws("firehose", "list-delivery-streams")["DeliveryStreamNames"] == [name]
    described = aws("firehose", "describe-delivery-stream", "--delivery-stream-name", name)["DeliveryStreamDescription"]
    assert described["DeliveryStreamStatus"] == "ACTIVE"
    assert described["Destinations"][0]["ExtendedS3DestinationDescription"]["CompressionFormat"] == "GZIP"


def test_aws_logs_reads_a_functions_events() -> None:
    group = ["--log-group-name", "/aws/lambda/finance-stream-local-planner"]
    assert (
        aws("logs", "describe-log-groups", "--log-group-name-prefix", group[1])["logGroups"][0]["retentionInDays"] == 14
    )
    assert aws("logs", "describe-log-streams", *group)["logStreams"]
    messages = [event["message"] for event in aws("logs", "filter-log-events", *group)["events"]]
    assert any("REPORT RequestId" in message for message in messages)


def test_aws_athena_lists_metadata_and_runs_a_query() -> None:
    catalog = ["--catalog-name", "AwsDataCatalog"]
    assert DATABASE in [found["Name"] for found in aws("athena", "list-databases", *catalog)["DatabaseList"]]
    tables = aws("athena", "list-table-metadata", *catalog, "--database-name", DATABASE)["TableMetadataList"]
    assert sorted(table["Name"] for table in tables) == sorted(["compacted_bars", "delivered_bars", *VIEWS])
    prepared = aws("athena", "list-prepared-statements", "--work-group", WORK_GROUP)["PreparedStatements"]
    asked = [statement["StatementName"] for statement in prepared]
    assert sorted(asked) == sorted({path.stem for path in (ROOT / "athena").rglob("*.sql")} - {"bars"})
    where = ["--work-group", WORK_GROUP, "--query-execution-context", f"Database={DATABASE}"]
    query = aws("athena", "start-query-execution", "--query-string", BARS_BY_TICKER, *where)["QueryExecutionId"]
    eventually(
        lambda: aws("athena", "get-query-execution", "--query-execution-id", query)["QueryExecution"]["Status"],
        lambda status: status["State"] not in ("QUEUED", "RUNNING"),
    )
    rows = aws("athena", "get-query-results", "--query-execution-id", query)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == ["name", *TICKERS]


def test_boto3_lists_the_saved_queries_and_runs_each(pipeline: Pipeline) -> None:
    athena = boto3.client("athena")
    keys = athena.list_named_queries(WorkGroup=WORK_GROUP)["NamedQueryIds"]
    saved = [athena.get_named_query(NamedQueryId=key)["NamedQuery"] for key in keys]
    assert sorted(one["Name"] for one in saved) == sorted({*VIEWS, "newest_bars"} - {"bars"})
    assert {(one["Database"], one["WorkGroup"]) for one in saved} == {(DATABASE, WORK_GROUP)}
    for one in saved:
        assert "session" in pipeline.athena.ask(one["QueryString"]).table.column_names


def test_aws_stepfunctions_starts_an_execution_with_an_input(pipeline: Pipeline) -> None:
    arn = ["--state-machine-arn", pipeline.state_machine_arn]
    asked = json.dumps({"tickers": TICKERS[:1], "start": f"{SESSION}"})
    execution = aws("stepfunctions", "start-execution", *arn, "--input", asked)["executionArn"]
    assert pipeline.await_end(execution).succeeded
    described = aws("stepfunctions", "describe-execution", "--execution-arn", execution)
    assert json.loads(described["output"])["bars"] == {"expected": 390, "collected": 390, "delivered": 390}
    listed = aws("stepfunctions", "list-executions", *arn)["executions"]
    assert execution in [one["executionArn"] for one in listed]


def test_boto3_needs_only_the_environment(pipeline: Pipeline) -> None:
    assert boto3.client("sts").get_caller_identity()["Account"] == pipeline.cloud.account_id
    machines = boto3.client("stepfunctions").list_state_machines()["stateMachines"]
    assert pipeline.state_machine_arn in {machine["stateMachineArn"] for machine in machines}
    objects = boto3.resource("s3").Bucket(pipeline.bucket).objects.filter(Prefix="bars/")
    assert [entry.key for entry in objects] == [key for key, _ in pipeline.read_objects("bars/")]


@pytest.mark.parametrize("ctas_approach", [True, False])
def test_awswrangler_reads_bars(pipeline: Pipeline, highs: dict[str, float], ctas_approach: bool) -> None:
    """Read by a temporary table in Parquet, which is the default, or by the CSV of the results."""
    frame = awswrangler.athena.read_sql_query(
        BARS_BY_TICKER, database=DATABASE, workgroup=WORK_GROUP, ctas_approach=ctas_approach, keep_files=False
    )
    assert as_expected(frame, highs)
    tables = pipeline.cloud.client("glue").get_tables(DatabaseName=DATABASE)["TableList"]
    assert sorted(table["Name"] for table in tables) == sorted(["compacted_bars", "delivered_bars", *VIEWS])


def test_awswrangler_reads_the_catalog() -> None:
    types = awswrangler.catalog.get_table_types(database=DATABASE, table="bars")
    assert (types["high"], types["volume"], types["dt"]) == ("double", "double", "string")


def test_pyathena_with_pandas_reads_bars(highs: dict[str, float]) -> None:
    with pyathena.connect(work_group=WORK_GROUP, schema_name=DATABASE, poll_interval=0.05) as connection:
        assert as_expected(connection.cursor(PandasCursor).execute(BARS_BY_TICKER).as_pandas(), highs)


@pytest.fixture
def engine() -> Iterator[sqlalchemy.Engine]:
    host = "athena.us-east-1.amazonaws.com:443"  # only its region is read, since the environment has the endpoint
    engine = sqlalchemy.create_engine(f"awsathena+rest://@{host}/{DATABASE}?work_group={WORK_GROUP}&poll_interval=0.05")
    yield engine
    engine.dispose()


def test_sqlalchemy_with_pandas_reads_bars(engine: sqlalchemy.Engine, highs: dict[str, float]) -> None:
    assert as_expected(pd.read_sql_query(BARS_BY_TICKER, engine), highs)


def test_sqlalchemy_reflects_the_view_and_queries_it(engine: sqlalchemy.Engine, highs: dict[str, float]) -> None:
    bars = sqlalchemy.Table("bars", sqlalchemy.MetaData(schema=DATABASE), autoload_with=engine)
    highest = (
        sqlalchemy.select(bars.c.name, sqlalchemy.func.max(bars.c.high))
        .where(bars.c.dt == SESSION.isoformat())
        .group_by(bars.c.name)
    )
    with engine.connect() as connection:
        assert dict(connection.execute(highest).tuples().all()) == highs


def test_sqlalchemy_inspects_the_database(engine: sqlalchemy.Engine) -> None:
    inspector = sqlalchemy.inspect(engine)
    assert sorted(inspector.get_table_names(schema=DATABASE)) == ["compacted_bars", "delivered_bars"]
    assert sorted(inspector.get_view_names(schema=DATABASE)) == VIEWS
    assert inspector.get_view_definition("bars", schema=DATABASE).startswith(f"CREATE VIEW {DATABASE}.bars AS\nSELECT")
    assert not inspector.has_table("nothing", schema=DATABASE)


# The Python library


def test_lake_reads_bars_of_a_stage_and_of_a_deployment(pipeline: Pipeline, highs: dict[str, float]) -> None:
    for lake in (Lake("local"), Lake(pipeline)):
        bars = lake.bars(date=SESSION)
        assert isinstance(bars.index, pd.DatetimeIndex)
        assert (bars.index.name, str(bars.index.tz)) == ("time", "America/New_York")
        assert list(bars.columns) == ["ticker", "open", "high", "low", "close", "volume"]
        assert bars.groupby("ticker")["high"].max().to_dict() == highs
        assert bars.groupby("ticker").size().to_dict() == dict.fromkeys(TICKERS, 390)
    assert repr(Lake("local")) == "<Lake finance-stream-local, reader auto>"


def test_lake_answers_alike_by_both_readers(highs: dict[str, float]) -> None:
    answers = [Lake("local", reader=reader).arrow().ask("daily_range", tickers="NFLX") for reader in ("s3", "athena")]
    assert answers[0] == answers[1]
    assert answers[0]["high"].to_pylist() == [highs["NFLX"]]


def test_lake_takes_the_newest_date(highs: dict[str, float]) -> None:
    lake = Lake("local")
    latest = lake.latest()
    assert list(latest.index) == TICKERS
    assert {time.isoformat() for time in latest["time"]} == {"2026-11-23T15:59:00-05:00"}
    assert lake.polars().bars("META")["high"].max() == highs["META"]
    assert len(lake.gaps("META")) == 0


def test_lake_binds_the_parameters_of_sql(highs: dict[str, float]) -> None:
    sql = "SELECT max(high) AS high FROM bars WHERE \"interval\" = '1m' AND dt = ? AND name = ? AND high > ?"
    assert Lake("local").sql(sql, f"{SESSION}", "META", 1.5)["high"].to_list() == [highs["META"]]


def test_lake_names_the_deployed_stages() -> None:
    reason = "^stage: 'dev' is not deployed: no stack finance-stream-dev in us-east-1; deployed stages there: local$"
    with pytest.raises(LakeError, match=reason):
        Lake("dev")


def test_lake_names_an_interval_without_bars() -> None:
    with pytest.raises(LakeError, match=r"^interval: '5m': the lake has no bars at this interval yet$"):
        Lake("local").bars(interval="5m")


# npm run query


def ask(*arguments: str) -> Result:
    """Run ``npm run query`` without the set-up."""
    return CliRunner().invoke(query, ["--stage", "local", *arguments], env={"COLUMNS": "80"})


ON_THE_SESSION = ("--date", SESSION.isoformat())


def test_query_prints_a_table_and_its_cost_on_stderr(highs: dict[str, float]) -> None:
    asked = ask("daily_range", *ON_THE_SESSION)
    assert asked.exit_code == 0, asked.stderr
    lines = asked.stdout.splitlines()
    assert lines[0] == "daily_range of 2026-11-23 at 1m, finance-stream-local"
    rows = {line.split()[0]: line.split() for line in lines if line.split() and line.split()[0] in TICKERS}
    assert {name: float(row[2]) for name, row in rows.items()} == highs
    assert max(map(len, lines)) <= 80
    assert re.fullmatch(r"Athena: [0-9,]+ bytes scanned, billed as 10 MB: \$0\.000048 at list price\.\n", asked.stderr)


@pytest.mark.parametrize(
    "question", ["hourly_highs", "gaps", "top_movers", "opening_range", "volume_profile", "vwap", "latest_bars"]
)
def test_query_answers_only_for_the_given_tickers(question: str) -> None:
    asked = ask(question, *ON_THE_SESSION, "--tickers", "nflx", "--json")
    assert asked.exit_code == 0, asked.stderr
    assert {row["ticker"] for row in json.loads(asked.stdout)} == {"NFLX"}


def test_query_bars_writes_csv_and_parquet(yahoo: YahooReplay, tmp_path: Path) -> None:
    asked = ask("bars", *ON_THE_SESSION, "--csv", "--tickers", "META")
    read = pd.read_csv(io.StringIO(asked.stdout))
    bars = yahoo.replay.instruments["META"].bars
    assert read["high"].tolist() == pytest.approx(bars["high"].tolist())
    assert set(read["name"]) == {"META"}
    written = ask("bars", *ON_THE_SESSION, "--parquet", str(tmp_path / "bars.parquet"))
    assert (written.exit_code, written.stdout) == (0, "")
    assert pyarrow.parquet.read_table(tmp_path / "bars.parquet").num_rows == 780


def test_query_file_binds_its_parameters(tmp_path: Path, highs: dict[str, float]) -> None:
    file = tmp_path / "own.sql"
    file.write_text("""SELECT name, max(high) AS high, '' AS "empty", NULL AS "nothing" FROM bars -- why?
        WHERE "interval" = ? AND dt = ? AND high > ? AND name <> ? GROUP BY name ORDER BY name;""")
    day, other = SESSION.isoformat(), "O'Neil' OR '1' = '1"
    asked = ask(str(file), "--json", *(part for value in ("1m", day, "0.5", other) for part in ("--param", value)))
    assert asked.exit_code == 0, asked.stderr
    expected = [{"name": name, "high": high, "empty": "", "nothing": None} for name, high in sorted(highs.items())]
    assert json.loads(asked.stdout) == expected


def test_query_file_with_show_create_view_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "show.sql").write_text("SHOW CREATE VIEW bars")
    asked = ask(str(tmp_path / "show.sql"))
    assert f"CREATE VIEW {DATABASE}.bars AS" in asked.stdout
    assert asked.stderr == "Athena: 0 bytes scanned, billed as 0 MB: $0.000000 at list price.\n"


def test_query_takes_sql_about_a_view(highs: dict[str, float]) -> None:
    sql = f"SELECT ticker, max(high) AS high FROM hourly_highs WHERE session = DATE '{SESSION}' GROUP BY 1 ORDER BY 1"  # noqa: S608
    asked = ask(sql, "--json")
    assert asked.exit_code == 0, asked.stderr
    assert json.loads(asked.stdout) == [{"ticker": name, "high": high} for name, high in sorted(highs.items())]


def test_query_asks_about_the_newest_date() -> None:
    asked = ask("completeness", "--json")
    assert asked.exit_code == 0, asked.stderr
    assert {row["session"] for row in json.loads(asked.stdout)} == {f"{SESSION}"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("vwap", "--date", "2026-11-20"), "the lake has no bars of 2026-11-20 at 1m: the nearest date is 2026-11-23"),
        (("vwap", "--interval", "5m", *ON_THE_SESSION), "the lake has no bars of 2026-11-23 at 5m, nor of any date"),
        (("vwap", *ON_THE_SESSION, "--tickers", "TSLA"), "no ticker TSLA on 2026-11-23 at 1m: it has META, NFLX"),
        (("bars", *ON_THE_SESSION, "--tickers", "TSLA"), "the lake has bars of 2026-11-23 at 1m, and none that match"),
        (("SELECT * FROM vwap WHERE session = DATE '2026-11-20'",), "the SQL ran, and no row matches its filters"),
    ],
    ids=["no such date", "no such interval", "no such ticker", "no such ticker of bars", "SQL"],
)
def test_query_says_why_there_are_no_rows(arguments: tuple[str, ...], said: str) -> None:
    asked = ask(*arguments)
    assert asked.exit_code == 0
    assert f"No rows: {said}" in asked.stderr


def test_query_exits_1_with_athenas_reason_if_it_fails(tmp_path: Path) -> None:
    (tmp_path / "own.sql").write_text("SELECT lowest FROM bars WHERE dt = '2026-11-23'")
    asked = ask(str(tmp_path / "own.sql"), "--csv")
    assert (asked.exit_code, asked.stdout) == (1, "")
    assert asked.stderr == "Athena: COLUMN_NOT_FOUND: line 1:8: Column 'lowest' cannot be resolved\n"


def test_query_exits_2_with_one_line_for_bad_input(tmp_path: Path) -> None:
    for arguments in (("vwop",), ("vwap", *ON_THE_SESSION, "--csv", "--json"), (str(tmp_path / "no.sql"),)):
        asked = ask(*arguments)
        assert (asked.exit_code, asked.stdout, asked.stderr.count("\n")) == (2, "", 1)
    asked = ask("vwap", *ON_THE_SESSION, "--parquet", "no/such/file")
    assert asked.stderr == "--parquet: 'no/such/file': there is no folder no/such\n"


def test_query_without_a_name_lists_questions_and_calls_no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # nothing listens there
    listed = CliRunner().invoke(query, [], env={"COLUMNS": "80"})
    assert (listed.exit_code, listed.stderr) == (0, "")
    for path in (ROOT / "athena").glob("*.sql"):
        assert re.search(rf"^ {path.stem} ", listed.stdout, re.MULTILINE), path.stem
    assert "or highs" in listed.stdout
