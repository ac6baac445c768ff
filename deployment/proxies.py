"""Your proxies and AWS files, for processes that package or serve the project."""

from __future__ import annotations

import json
import os

NOT_PROXIED = ("127.0.0.1", "localhost")
# In place of your own files.
NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
# Your proxies as JSON, kept for this process and for the processes that it starts.
SET_ASIDE = "FINANCE_STREAM_PROXIES"


def read_users_proxies() -> dict[str, str]:
    """Return your proxy variables, for processes that must reach the internet. They exclude this computer."""
    proxies: dict[str, str] = json.loads(os.environ.get(SET_ASIDE, "{}"))
    return proxies | list_direct_hosts(proxies.get("NO_PROXY", ""), proxies.get("no_proxy", "")) if proxies else {}


def list_direct_hosts(*named: str) -> dict[str, str]:
    """Return the variables that exclude hosts from proxies: ``named`` and this computer."""
    hosts = ",".join(dict.fromkeys(host for host in (*",".join(named).split(","), *NOT_PROXIED) if host))
    return {"NO_PROXY": hosts, "no_proxy": hosts}
