"""Objects of S3 under several requests at once."""

from __future__ import annotations

from moto.s3.models import s3_backends

from embedded_cloud.cloud import EmbeddedCloud


def test_overwritten_object_stays_readable_to_its_requests(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel"""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="lake-bucket")
    s3.put_object(Bucket="lake-bucket", Key="bars", Body=b"old")
    read_by_another = s3_backends[cloud.account_id]["aws"].get_object("lake-bucket", "bars")
    s3.put_object(Bucket="lake-bucket", Key="bars", Body=b"new")
    assert read_by_another is not None
    assert read_by_another.value == b"old"
