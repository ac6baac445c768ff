"""Ask a running pipeline's Athena, as users do: through PyAthena, in the stage's workgroup."""

from __future__ import annotations

import functools

import boto3
import pyathena
from pyathena.connection import Connection
from pyathena.cursor import Cursor

from embedded_cloud.cloud import CLIENT_CREATION, REGION, ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY
from local.pipeline import Pipeline

POLL_SECONDS = 0.05


def ask(pipeline: Pipeline, query: str, *parameters: str) -> Cursor:
    """Run ``query`` to its end; the cursor has its rows, where its result lies and what it scanned.

    Raises
    ------
    pyathena.Error
        With Athena's reason.
    """
    outputs = pipeline.outputs
    cursor: Cursor = _connection(pipeline.cloud.endpoint, outputs["WorkGroupName"], outputs["DatabaseName"]).cursor()
    cursor.execute(query, [f"'{parameter}'" for parameter in parameters] or None, paramstyle="qmark")
    return cursor


@functools.lru_cache(maxsize=1)
def _connection(endpoint: str, work_group: str, database: str) -> Connection[Cursor]:
    """Kept, in the session of the cloud's clients: to read AWS's endpoints anew was a fifth of the report's time."""
    with CLIENT_CREATION:
        return pyathena.connect(
            session=boto3.DEFAULT_SESSION,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=ROOT_ACCESS_KEY_ID,
            aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
            work_group=work_group,
            schema_name=database,
            poll_interval=POLL_SECONDS,
        )
