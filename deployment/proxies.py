"""The user's proxies and AWS files: which of them a process that packages or serves the project gets."""

from __future__ import annotations

import json
import os

NOT_PROXIED = ("127.0.0.1", "localhost")
# In the place of the user's own files.
NO_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
# The user's proxies, as JSON: set aside for this process and for those that it starts.
SET_ASIDE = "FINANCE_STREAM_PROXIES"


def read_users_proxies() -> dict[str, str]:
    """Return the user's proxy variables, for what must reach the internet; none of them is for this computer itself."""
    proxies: dict[str, str] = json.loads(os.environ.get(SET_ASIDE, "{}"))
    return proxies | list_direct_hosts(proxies.get("NO_PROXY", ""), proxies.get("no_proxy", "")) if proxies else {}


def list_direct_hosts(*named: str) -> dict[str, str]:
    """Return the variables of the hosts that no proxy is for: ``named``, and this computer."""
    hosts = ",".join(dict.fromkeys(host for host in (*",".join(named).split(","), *NOT_PROXIED) if host))
    return {"NO_PROXY": hosts, "no_proxy": hosts}
