"""The ItemReader of a distributed Map that lists the objects of a bucket.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_reader.eval.resource_eval_s3 import (
    ResourceEvalS3,
)


def list_items(env: Any, resource_runtime_part: Any, state_credentials: Any) -> None:
    """Push an item per object: its Etag, Key, LastModified in seconds since 1970, Size and StorageClass."""
    s3 = ResourceEvalS3._get_s3_client(resource_runtime_part, state_credentials)
    pages = s3.get_paginator("list_objects_v2").paginate(**env.stack.pop())
    env.stack.append(
        [
            {
                "Etag": listed["ETag"],
                "Key": listed["Key"],
                "LastModified": int(listed["LastModified"].timestamp()),
                "Size": listed["Size"],
                "StorageClass": listed["StorageClass"],
            }
            for page in pages
            for listed in page.get("Contents", ())
        ]
    )
