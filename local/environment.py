"""The variables of a command that has a cloud in its process."""

from __future__ import annotations

import json
import os

from local.yahoo.loopback import NOT_PROXIED

# What boto3, botocore and moto read, some of it while they are imported.
READ_BY_CLIENTS = ("AWS_", "BOTO_", "BOTOCORE_", "MOTO_")
# In the place of the user's own files.
NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
# The user's proxies, as JSON: set aside for this process and for those that it starts.
SET_ASIDE = "FINANCE_STREAM_PROXIES"


def clean_environment() -> None:
    """Remove from ``os.environ`` all that would lead a client elsewhere than to the embedded cloud.

    These are the variables of AWS clients and of moto, and the proxies. The user's AWS files are not read either. Call
    this before boto3 or moto is imported. :func:`users_proxies` still returns the proxies.
    """
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    for name in [name for name in os.environ if name in proxies or name.startswith(READ_BY_CLIENTS)]:
        del os.environ[name]
    os.environ.setdefault(SET_ASIDE, json.dumps(proxies))
    # Python asks macOS and Windows for their proxies where no variable is about one.
    os.environ |= {**_direct(), **NO_FILES, "AWS_EC2_METADATA_DISABLED": "true"}


def users_proxies() -> dict[str, str]:
    """Return the user's proxy variables, for what must reach the internet; none of them is for this computer itself."""
    proxies: dict[str, str] = json.loads(os.environ.get(SET_ASIDE, "{}"))
    return proxies | _direct(proxies.get("NO_PROXY", ""), proxies.get("no_proxy", "")) if proxies else {}


def _direct(*named: str) -> dict[str, str]:
    """Return the variables of the hosts that no proxy is for: ``named``, and this computer."""
    hosts = ",".join(dict.fromkeys(host for host in (*",".join(named).split(","), *NOT_PROXIED) if host))
    return {"NO_PROXY": hosts, "no_proxy": hosts}
