"""The administrator's session of a cloud, for libraries that make their own clients."""

from __future__ import annotations

from botocore.config import Config

from embedded_cloud.cloud import EmbeddedCloud


def test_session_makes_clients_of_the_cloud(cloud: EmbeddedCloud) -> None:
    client = cloud.session.client("sts", config=Config(read_timeout=7))
    assert client.get_caller_identity()["Account"] == cloud.account_id
    assert client.meta.endpoint_url == cloud.endpoint
    assert cloud.session.region_name == cloud.region
    assert vars(client.meta.config)["_user_provided_options"]["read_timeout"] == 7


def test_session_client_settings_override_those_of_the_cloud(cloud: EmbeddedCloud) -> None:
    assert cloud.session.client("s3", region_name="eu-west-1").meta.region_name == "eu-west-1"


def test_reset_empties_the_account_and_keeps_its_clients(cloud: EmbeddedCloud) -> None:
    s3, endpoint = cloud.client("s3"), cloud.endpoint
    s3.create_bucket(Bucket="lake-bucket")
    cloud.client("iam").create_user(UserName="someone")
    cloud.reset()
    assert cloud.endpoint == endpoint
    assert s3.list_buckets()["Buckets"] == []
    assert cloud.client("iam").list_users()["Users"] == []
    s3.create_bucket(Bucket="lake-bucket")
