"""``npm run test:trino``: compares every statement on the embedded Athena and on Trino, over the same objects."""

from __future__ import annotations

from deployment.proxies import read_users_proxies
from local.environment import clean_environment

clean_environment()  # before the imports below, some of which read it

import os
import sys

import click
from rich.console import Console
from rich.table import Table

from deployment.package import PackageError, package
from finance_stream.client.console import PlainConsole
from local.pipeline import Pipeline, running
from local.source import choose_environment
from tools.trino.comparison import ask_athena, ask_trino, list_differences
from tools.trino.lake import StreamFailedError, make_source, put_awkward_objects, stream
from tools.trino.release import UnavailableError, choose, find_cache_folder, find_javas, install_server, is_cached
from tools.trino.server import TrinoFailedError, TrinoServer
from tools.trino.statements import TrinoStatement, list_statements

SAME, DIFFERENT, BAD_INPUT, CANNOT_BE_HAD = range(4)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--only", metavar="TEXT", default="", help="Run only the statements with this in their name.")
def main(only: str) -> None:
    """Run the project's SQL on Trino beside the embedded Athena, and compare the answers row by row.

    Fetches a Trino server once, some 800 MB, into your cache folder. Exit codes: 0 all answers are the
    same, 1 an answer differs, 2 a wrong argument or package, 3 Trino or its Java or Maven is missing.
    """
    console = PlainConsole()
    try:
        sys.exit(_compare(console, [one for one in list_statements() if only in one.name]))
    except UnavailableError as error:
        click.echo(f"{error}.", err=True)
        sys.exit(CANNOT_BE_HAD)
    except PackageError as error:
        click.echo(f"{error}", err=True)
        sys.exit(BAD_INPUT)
    except (StreamFailedError, TrinoFailedError) as error:
        click.echo(f"{error}", err=True)
        sys.exit(DIFFERENT)


def _compare(console: Console, asked: list[TrinoStatement]) -> int:
    if not asked:
        raise click.UsageError("--only: no statement has this in its name")
    release, java = choose(find_javas(os.environ))
    cache = find_cache_folder(os.environ)
    console.print(f"Trino: {release.version} on {java}.")
    if not is_cached(release, cache):
        console.print(f"Fetching it into {cache}, once, some 800 MB ...")
    folder = install_server(release, cache, os.environ | read_users_proxies())
    package_dir, _ = package()
    source = make_source(package_dir)
    with source.border() as yahoo, running(package_dir, choose_environment(yahoo)) as pipeline:
        stream(pipeline, source)
        objects = put_awkward_objects(pipeline)
        console.print(f"Lake: {source.label}, streamed; {objects} made-up objects beside it.")
        set_view_owners(pipeline)
        with TrinoServer(java, folder, pipeline.cloud) as server:
            console.print("Trino: started.")
            return _show(console, pipeline, server, asked)


def set_view_owners(pipeline: Pipeline) -> None:
    """Give the database's views an owner. Trino requires one, and Athena has no such thing."""
    glue, database = pipeline.cloud.client("glue"), pipeline.outputs["DatabaseName"]
    settable = glue.meta.service_model.shape_for("TableInput").members
    for table in glue.get_tables(DatabaseName=database)["TableList"]:
        if table["TableType"] == "VIRTUAL_VIEW":
            kept = {name: value for name, value in table.items() if name in settable}
            glue.update_table(DatabaseName=database, TableInput=kept | {"Owner": "finance-stream"})


def _show(console: Console, pipeline: Pipeline, server: TrinoServer, asked: list[TrinoStatement]) -> int:
    schema = pipeline.outputs["DatabaseName"]
    connection = server.connect(schema)
    table = Table("statement", "rows", "same")
    found: dict[str, list[str]] = {}
    for statement in asked:
        athena, trino = ask_athena(pipeline, schema, statement.sql), ask_trino(connection, statement.sql)
        unlike = list_differences(statement, athena, trino)
        table.add_row(statement.name, trino.error or str(len(trino.rows)), "no" if unlike else "yes")
        if unlike:
            found[statement.name] = unlike
    console.print(table)
    for name, unlike in found.items():
        console.print(f"\n{name}", *(f"  {line}" for line in unlike), sep="\n")
    console.print(f"\n{len(asked) - len(found)} of {len(asked)} statements have the same answer on both.")
    return DIFFERENT if found else SAME


if __name__ == "__main__":
    main()
