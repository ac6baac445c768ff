"""``npm run redrive`` on the whole stack: undelivered records are kept and put back through the stream."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence

import pytest
from click.testing import CliRunner, Result

from commands.redrive import main
from deployment.package import LOCAL_STAGE, package
from embedded_cloud.firehose import backend as firehose
from embedded_cloud.firehose.faults import PutRefusedError
from finance_stream.client.athena import quote_text
from finance_stream.client.execution import ExecutionEnd
from finance_stream.client.redrive import redrive
from local.pipeline import STACK, Pipeline, running
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.waiting import eventually

TICKERS = ["META", "NFLX", "SNAP"]
THAT_DAY = {"start": "2026-11-23", "end": "2026-11-24"}
BARS_PER_TICKER = 390
TRANSFORMER = f"{STACK}-transformer"
COUNT = """
SELECT count(*), count(DISTINCT ts) FROM bars WHERE "interval" = '1m' AND dt = '2026-11-23' AND name = ?
"""


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    folder, _ = package()
    with (
        YahooReplay(make_synthetic_session(dt.date(2026, 11, 23), TICKERS)) as yahoo,
        running(folder, yahoo.environment()) as running_pipeline,
    ):
        yield running_pipeline


@pytest.fixture(autouse=True)
def environment(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the command's credentials and endpoint."""
    for name, value in pipeline.cloud.environment().items():
        monkeypatch.setenv(name, value)


def execute(pipeline: Pipeline, *tickers: str) -> ExecutionEnd:
    return pipeline.execute(tickers=list(tickers), **THAT_DAY)


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--stage", LOCAL_STAGE, *arguments])


def keys(pipeline: Pipeline, prefix: str) -> list[str]:
    return [key for key, _ in pipeline.read_objects(prefix)]


def settle(pipeline: Pipeline) -> None:
    """Wait until the stream holds no record."""
    stream = pipeline.outputs["DeliveryStreamName"]
    eventually(lambda: firehose.read_statistics(stream).pending_records == 0)


def in_the_view(pipeline: Pipeline, ticker: str) -> list[str]:
    """Return the number of a ticker's rows in the view ``bars``, and the number of different bars."""
    [row] = pipeline.athena.run(COUNT, [quote_text(ticker)]).fetchall()
    return list(map(str, row))


ONCE = [str(BARS_PER_TICKER)] * 2


@pytest.mark.fault(8)
def test_redrive_puts_refused_records_back_without_duplicates(
    pipeline: Pipeline,
) -> None:
    def refuse_meta(records: Sequence[bytes], call: int) -> Iterable[int]:
        del call
        if any(b'"META"' in record for record in records):
            raise PutRefusedError("AccessDeniedException", "not this one")
        return ()

    stream = pipeline.outputs["DeliveryStreamName"]
    firehose.set_put_fault(stream, refuse_meta)
    end = execute(pipeline, "META", "NFLX")
    assert end.output is not None
    [failed] = end.output["tickers"]["failed"]
    [key] = keys(pipeline, "dead-letter/")
    assert (failed["ticker"], failed["error"]) == ("META", "DeliveryRefused")
    assert failed["reason"] == f"kept in {key}: AccessDeniedException: not this one"
    assert in_the_view(pipeline, "META") == ["0", "0"]

    still = command()
    assert (still.exit_code, keys(pipeline, "dead-letter/")) == (1, [key])
    assert "The stream takes no more: DeliveryRefused: AccessDeniedException: not this one" in still.output

    firehose.set_put_fault(stream, None)
    looked = command("--dry-run")
    assert (looked.exit_code, keys(pipeline, "dead-letter/")) == (0, [key])
    assert "390 bars would be put back; 1 of 1 objects would be deleted." in looked.output
    done = command()
    assert (done.exit_code, keys(pipeline, "dead-letter/")) == (0, [])
    assert done.output == f"  1 of 1: {key}: 390 bars so far\n390 bars put back; 1 of 1 objects deleted.\n"
    settle(pipeline)
    assert in_the_view(pipeline, "META") == ONCE
    assert in_the_view(pipeline, "NFLX") == ONCE


@pytest.mark.fault(31)
def test_redrive_puts_back_the_batch_of_a_crashed_transformer(
    pipeline: Pipeline,
) -> None:
    functions = pipeline.cloud.client("lambda")
    handler = functions.get_function_configuration(FunctionName=TRANSFORMER)["Handler"]
    functions.update_function_configuration(FunctionName=TRANSFORMER, Handler="handlers/transformer.gone")
    event = json.dumps({"ticker": "SNAP", "interval": "1m", **THAT_DAY})
    collected = functions.invoke(FunctionName=f"{STACK}-collector", Payload=event.encode())
    assert json.loads(collected["Payload"].read())["bars"] == BARS_PER_TICKER
    settle(pipeline)
    assert keys(pipeline, "processing-failed/")
    assert in_the_view(pipeline, "SNAP") == ["0", "0"]

    assert command().exit_code == 0  # the records are put back and fail again, and none is lost
    settle(pipeline)
    failed_again = dict(pipeline.read_objects("processing-failed/"))
    assert failed_again

    functions.update_function_configuration(FunctionName=TRANSFORMER, Handler=handler)
    assert command().exit_code == 0
    settle(pipeline)
    assert (in_the_view(pipeline, "SNAP"), keys(pipeline, "processing-failed/")) == (ONCE, [])
    # As after a redrive that was stopped after it put records and before it deleted the objects.
    s3 = pipeline.cloud.client("s3")
    for key, content in failed_again.items():
        s3.put_object(Bucket=pipeline.bucket, Key=key, Body=content, ContentEncoding="gzip")
    assert command().exit_code == 0
    settle(pipeline)
    assert (in_the_view(pipeline, "SNAP"), keys(pipeline, "processing-failed/")) == (ONCE, [])
    nothing = command()
    assert (nothing.exit_code, nothing.output.startswith("Nothing to put back: ")) == (0, True)


def test_redrive_leaves_lines_that_are_no_bars_and_exits_1(pipeline: Pipeline) -> None:
    s3, stream = pipeline.cloud.client("s3"), pipeline.cloud.client("firehose")
    name = pipeline.outputs["DeliveryStreamName"]
    stream.put_record(DeliveryStreamName=name, Record={"Data": b"no bar"})
    settle(pipeline)
    [(key, content)] = pipeline.read_objects("processing-failed/")
    ran = command("--since", "2026-11-23")
    assert ran.exit_code == 1
    assert f"Still bad: s3://{pipeline.bucket}/{key}: 1 lines\n  1 times: not JSON: Expecting value" in ran.output
    assert list(pipeline.read_objects("processing-failed/")) == [(key, content)]
    assert redrive(s3, stream, pipeline.bucket, name, dt.date(2100, 1, 1)).found == 0
    s3.delete_object(Bucket=pipeline.bucket, Key=key)


@pytest.mark.parametrize("since", ["2026-02-30", "yesterday", ""])
def test_redrive_refuses_an_invalid_date_on_one_line(since: str) -> None:
    ran = command("--since", since)
    assert (ran.exit_code, ran.output) == (2, f"since: '{since}' is not a date (use YYYY-MM-DD)\n")


def test_redrive_refuses_an_unknown_option() -> None:
    ran = command("--sinc", "2026-11-23")
    assert ran.exit_code == 2
    assert "No such option" in ran.output


def test_lake_bucket_never_expires_failed_records(pipeline: Pipeline) -> None:
    rules = pipeline.cloud.client("s3").get_bucket_lifecycle_configuration(Bucket=pipeline.bucket)["Rules"]
    # An expired delete marker belongs to an object that no longer exists.
    expirations = [rule for rule in rules if rule.get("Expiration", {}).keys() - {"ExpiredObjectDeleteMarker"}]
    expiring = [rule.get("Prefix", rule.get("Filter", {}).get("Prefix", "")) for rule in expirations]
    assert expiring == ["athena-results/", "map-results/"], json.dumps(rules, default=str)
