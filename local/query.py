"""Ask a running pipeline's Athena, as users do: through PyAthena, in the stage's workgroup."""

from __future__ import annotations

import pyathena
from pyathena.cursor import Cursor

from local.cloud import ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY
from local.pipeline import Pipeline

POLL_SECONDS = 0.05


def ask(pipeline: Pipeline, query: str, *parameters: str) -> Cursor:
    """Run ``query`` to its end; the cursor has its rows, where its result lies and what it scanned.

    Raises
    ------
    pyathena.Error
        With Athena's reason.
    """
    connection = pyathena.connect(
        endpoint_url=pipeline.cloud.endpoint,
        region_name=pipeline.cloud.region,
        aws_access_key_id=ROOT_ACCESS_KEY_ID,
        aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
        work_group=pipeline.outputs["WorkGroupName"],
        schema_name=pipeline.outputs["DatabaseName"],
        poll_interval=POLL_SECONDS,
    )
    cursor: Cursor = connection.cursor()
    cursor.execute(query, [f"'{parameter}'" for parameter in parameters] or None, paramstyle="qmark")
    return cursor
