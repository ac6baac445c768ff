"""The environment variables of a command that runs the embedded cloud in its process."""

from __future__ import annotations

import json
import os

from deployment.proxies import NO_FILES, SET_ASIDE, list_direct_hosts

# The libraries that the handlers import, most of a cold start's time.
LIBRARIES = ("aws_lambda_powertools", "boto3", "exchange_calendars", "pandas", "yfinance")
# Prefixes of the variables that boto3, botocore and moto read, some of them during their import.
READ_BY_CLIENTS = ("AWS_", "BOTO_", "BOTOCORE_", "MOTO_")


def clean_environment() -> None:
    """Remove every variable from ``os.environ`` that could lead a client away from the embedded cloud.

    These are the variables of AWS clients and of moto, and the proxies. The user's AWS files are not read either. Call
    this before boto3 or moto is imported. ``deployment.proxies`` still returns the proxies.
    """
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    for name in [name for name in os.environ if name in proxies or name.startswith(READ_BY_CLIENTS)]:
        del os.environ[name]
    os.environ.setdefault(SET_ASIDE, json.dumps(proxies))
    # Without proxy variables, Python asks macOS and Windows for their proxies.
    os.environ |= {**list_direct_hosts(), **NO_FILES, "AWS_EC2_METADATA_DISABLED": "true"}
