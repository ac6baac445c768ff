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
