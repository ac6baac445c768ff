"""The guard of every local server: the requests that it refuses, and its reasons."""

from __future__ import annotations

import http.client
import io

import pytest

from embedded_cloud.guard import find_refusal, list_loopback_hosts

HOSTS = list_loopback_hosts("127.0.0.1", 4599)
HOST = "Host: 127.0.0.1:4599"
OWN = "Origin: http://127.0.0.1:4599"


def refused(*head: str, target: str = "/", has_page: bool = False) -> str | None:
    headers = http.client.parse_headers(io.BytesIO("\r\n".join([*head, "", ""]).encode("iso-8859-1")))
    return find_refusal(target, headers, HOSTS, has_page=has_page)


@pytest.mark.parametrize(
    "head",
    [
        [HOST],
        ["Host: localhost:4599"],
        ["host:127.0.0.1:4599"],
        [HOST, "Sec-Fetch-Site: none"],
        [HOST, "X-Forwarded-Host: evil.example", "Referer: http://evil.example/", "Sec-Fetch-Mode: cors"],
    ],
)
@pytest.mark.parametrize("has_page", [False, True])
def test_find_refusal_accepts_local_clients(head: list[str], has_page: bool) -> None:
    assert refused(*head, has_page=has_page) is None


@pytest.mark.fault(47)
@pytest.mark.parametrize(
    "given",
    [
        "evil.example:4599",
        "evil.example",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:4600",
        "127.0.0.1:4599.evil.example",
        "127.0.0.1.evil.example:4599",
        "bucket.localhost:4599",
        "localhost.:4599",
        "LOCALHOST:4599",
        "[::1]:4599",
        "0.0.0.0:4599",
        "127.1:4599",
        "2130706433:4599",
        "localhost:04599",
        "user@127.0.0.1:4599",
        "127.0.0.1:4599, evil.example",
        "127.0.0.1:4599\r\n evil.example",
        "http://127.0.0.1:4599",
        "\xe9vil:4599",
        "",
        "a" * 10_000,
    ],
)
@pytest.mark.parametrize("has_page", [False, True])
def test_find_refusal_names_a_foreign_host(given: str, has_page: bool) -> None:
    told = refused(f"Host: {given}", "X-Forwarded-Host: 127.0.0.1:4599", has_page=has_page)
    assert told
    assert told.startswith("Host: '")
    assert told.endswith(" is not 127.0.0.1:4599 or localhost:4599")
    assert told.isascii()
    assert told.isprintable()
    assert len(told) < 200


def test_find_refusal_requires_one_host() -> None:
    assert refused() == "Host: (none) is not 127.0.0.1:4599 or localhost:4599"
    twice = refused(HOST, "HOST: evil.example")
    assert twice == "Host: '127.0.0.1:4599' and 'evil.example' is not 127.0.0.1:4599 or localhost:4599"
    assert refused(HOST, HOST)


@pytest.mark.parametrize("target", ["http://127.0.0.1:4599/", "http://evil.example/", "evil.example:443", "*", ""])
def test_find_refusal_names_a_target_that_is_not_a_path(target: str) -> None:
    assert refused(HOST, target=target) == f"target: '{target}' is not a path"


@pytest.mark.parametrize(
    "header",
    [
        "Origin: http://evil.example",
        "Origin: http://localhost:4599",
        "Origin: https://127.0.0.1:4599",
        "Origin: http://127.0.0.1:4599/",
        "Origin: http://127.0.0.1",
        "Origin: null",
        "Origin:",
        "ORIGIN: http://evil.example",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: none, cross-site",
        "Sec-Fetch-Site:",
    ],
)
@pytest.mark.parametrize("has_page", [False, True])
@pytest.mark.parametrize("before", [[], [OWN, "Sec-Fetch-Site: same-origin"], ["Sec-Fetch-Site: none"]])
def test_find_refusal_names_the_header_of_another_sites_page(header: str, has_page: bool, before: list[str]) -> None:
    told = refused(HOST, *before, header, has_page=has_page)
    assert told
    assert told.endswith(": a web page of another site may not call this server")


@pytest.mark.parametrize("header", [OWN, "Sec-Fetch-Site: same-origin"])
def test_find_refusal_accepts_only_a_servers_own_page(header: str) -> None:
    assert refused(HOST, header, has_page=True) is None
    assert refused(HOST, header)


def test_list_loopback_hosts_leaves_out_the_default_port() -> None:
    assert list_loopback_hosts("127.0.0.1", 80) == ["127.0.0.1", "localhost"]
