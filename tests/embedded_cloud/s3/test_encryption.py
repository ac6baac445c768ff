"""The default encryption of S3.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
"""

from __future__ import annotations

from embedded_cloud.cloud import EmbeddedCloud


def test_bucket_encrypts_its_objects_by_default(cloud: EmbeddedCloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="any")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    for _ in range(2):
        put = s3.put_object(Bucket="any", Key="k", Body=b"1")
        got = s3.get_object(Bucket="any", Key="k")
        assert put["ServerSideEncryption"] == got["ServerSideEncryption"] == "AES256"
        assert s3.get_bucket_encryption(Bucket="any")["ServerSideEncryptionConfiguration"]["Rules"] == [rule]
        s3.delete_bucket_encryption(Bucket="any")
