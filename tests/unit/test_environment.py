"""The environment of commands with an embedded cloud, and the AWS settings of the other commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.info import main as info
from deployment.proxies import SET_ASIDE, read_users_proxies
from local.environment import clean_environment
from local.source import choose_environment

PROXY = "http://proxy.example:3128"
LOOPBACK = "127.0.0.1,localhost"
ALONE = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": LOOPBACK,
    "no_proxy": LOOPBACK,
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Replace ``os.environ`` with a dictionary that a test may fill."""
    variables: dict[str, str] = {}
    monkeypatch.setattr(os, "environ", variables)
    return variables


def test_clean_environment_removes_client_settings(environment: dict[str, str]) -> None:
    environment |= {
        "AWS_PROFILE": "nosuch",
        "AWS_CONFIG_FILE": "broken",
        "AWS_MAX_ATTEMPTS": "x",
        "BOTO_CONFIG": "broken",
        "BOTOCORE_EXPERIMENTAL__PLUGINS": "nosuch",
        "MOTO_ACCOUNT_ID": "1",
        **dict.fromkeys(("HTTP_PROXY", "https_proxy", "ALL_PROXY"), PROXY),
        "FINANCE_STREAM_STAGE": "prod",
        "PATH": "/bin",
    }
    clean_environment()
    left = {name: value for name, value in environment.items() if name not in (SET_ASIDE, "PYTEST_CURRENT_TEST")}
    assert left == {"FINANCE_STREAM_STAGE": "prod", "PATH": "/bin", **ALONE}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {}),
        ({"HTTPS_PROXY": PROXY}, {"HTTPS_PROXY": PROXY, "NO_PROXY": LOOPBACK, "no_proxy": LOOPBACK}),
        (
            {"https_proxy": PROXY, "no_proxy": "corp.example,localhost"},
            {"https_proxy": PROXY, **dict.fromkeys(("NO_PROXY", "no_proxy"), "corp.example,localhost,127.0.0.1")},
        ),
    ],
)
def test_read_users_proxies_returns_those_of_the_first_command(
    environment: dict[str, str], given: dict[str, str], kept: dict[str, str]
) -> None:
    environment |= given
    clean_environment()
    clean_environment()  # as a command that the first one starts
    assert read_users_proxies() == kept


def test_function_environment_has_the_users_proxy(environment: dict[str, str]) -> None:
    environment["HTTPS_PROXY"] = PROXY
    clean_environment()
    assert choose_environment(None)["HTTPS_PROXY"] == PROXY


@pytest.mark.fault(63)
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AWS_PROFILE", "nosuch", "The config profile (nosuch) could not be found\n"),
        ("AWS_MAX_ATTEMPTS", "x", "AWS_MAX_ATTEMPTS: invalid literal for int() with base 10: 'x'\n"),
        ("AWS_ENDPOINT_URL", "nonsense", "AWS_ENDPOINT_URL: Invalid endpoint: nonsense\n"),
        ("AWS_CONFIG_FILE", "broken", "Unable to parse config file: broken\n"),
        ("AWS_DEFAULTS_MODE", "x", "Client configured with invalid defaults mode: x. Valid defaults modes include: "),
    ],
)
def test_info_names_a_wrong_aws_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken").write_text("[default\n")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv(name, value)
    ran = CliRunner().invoke(info, ["--stage", "dev"])
    assert ran.exit_code == 2, ran.exception
    assert ran.output.startswith(said)
    assert len(ran.output.splitlines()) == 1


def test_info_names_the_config_file_of_a_wrong_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[default]\nmax_attempts = x\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    ran = CliRunner().invoke(info, ["--stage", "dev"])
    assert ran.exit_code == 2, ran.exception
    assert ran.output == "AWS settings in ~/.aws/config: invalid literal for int() with base 10: 'x'\n"
