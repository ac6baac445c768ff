"""The Yahoo replay as a proxy: its clients, its refusals, and many requests at once."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import curl_cffi.requests
import pytest

from local.yahoo.faults import ChartRequest, Fault, make_slow_answer
from local.yahoo.replay import Replay
from local.yahoo.replay_server import LOOPBACK
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.waiting import DEADLINE_SECONDS

MONDAY = dt.date(2026, 11, 23)
CHART_URL = "https://query2.finance.yahoo.com/v8/finance/chart/"


@pytest.fixture
def synthetic() -> Replay:
    return make_synthetic_session(MONDAY, ["META", "AMZN"])


@pytest.fixture
def yahoo(synthetic: Replay) -> Iterator[YahooReplay]:
    with YahooReplay(synthetic) as yahoo:
        yield yahoo


def tunnel(yahoo: YahooReplay, host: str = "query2.finance.yahoo.com") -> http.client.HTTPSConnection:
    """Return a connection to ``host`` through the replay that trusts only the replay's authority."""
    context = ssl.create_default_context(cafile=yahoo.environment()["REQUESTS_CA_BUNDLE"])
    connection = http.client.HTTPSConnection(LOOPBACK, yahoo.port, context=context, timeout=DEADLINE_SECONDS)
    connection.set_tunnel(host, 443)
    return connection


def get(connection: http.client.HTTPSConnection, path: str, **headers: str) -> tuple[int, bytes]:
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    return response.status, response.read()


@pytest.mark.parametrize(
    "target",
    [
        "example.com:443",
        "yahoo.com.example.com:443",
        "notyahoo.com:443",
        "query2.finance.yahoo.com:80",
        "127.0.0.1.example.com:443",
        "10.0.0.1:443",
    ],
)
def test_proxy_refuses_a_tunnel_to_another_host_by_name(yahoo: YahooReplay, target: str) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, yahoo.port, timeout=DEADLINE_SECONDS)
    connection.request("CONNECT", target)
    response = connection.getresponse()

    assert response.status == 403
    assert response.read().decode().startswith(f"{target} is refused: this proxy replays yahoo.com")
    assert [(request.path, request.status) for request in yahoo.log] == [(target, 403)]


def test_proxy_relays_tunnels_to_this_computer(yahoo: YahooReplay) -> None:
    """Reach the cloud on this computer for the AWS client of Serverless, which ignores NO_PROXY."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((LOOPBACK, yahoo.port), 10) as client:
            client.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            peer, _ = listener.accept()
            answers = client.makefile("rb")
            assert answers.readline() == b"HTTP/1.1 200 Connection established\r\n"
            assert answers.readline() == b"\r\n"
            client.sendall(b"question")
            client.shutdown(socket.SHUT_WR)
            assert peer.makefile("rb").read() == b"question"
            peer.sendall(b"answer")
            peer.close()
            assert answers.read() == b"answer"


def test_proxy_answers_502_for_a_port_where_nothing_listens(yahoo: YahooReplay) -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
    for target in (f"127.0.0.1:{port}", "localhost:http"):
        connection = http.client.HTTPConnection(LOOPBACK, yahoo.port, timeout=DEADLINE_SECONDS)
        connection.request("CONNECT", target)
        assert connection.getresponse().status == 502


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_proxy_refuses_a_request_without_a_tunnel_by_name(yahoo: YahooReplay, method: str) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, yahoo.port, timeout=DEADLINE_SECONDS)
    connection.request(method, "http://example.com/page")
    response = connection.getresponse()

    assert response.status == 403
    assert response.read().decode().startswith("example.com is refused")


@pytest.mark.fault(46)
@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}]
)
def test_tunnel_carries_no_request_of_another_sites_page(yahoo: YahooReplay, headers: dict[str, str]) -> None:
    connection = tunnel(yahoo)
    status, body = get(connection, "/v8/finance/chart/META?range=1d", **headers)
    connection.close()
    [name] = headers
    assert (status, body.startswith(f"{name}: ".encode())) == (403, True)
    assert yahoo.list_chart_requests("META") == []


@pytest.mark.fault(46)
@pytest.mark.parametrize("header", ["Origin: null", "Sec-Fetch-Site: cross-site"])
def test_relay_to_this_computer_is_out_of_a_pages_reach(yahoo: YahooReplay, header: str) -> None:
    """Refuse it as a request of its own, which no browser lets a page make, and as the body of another."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        relayed = f"CONNECT 127.0.0.1:{listener.getsockname()[1]} HTTP/1.1\r\n"
        for sent in (
            f"{relayed}{header}\r\n\r\n",
            *(
                f"{method} / HTTP/1.1\r\nHost: {host}:{yahoo.port}\r\nContent-Length: 100\r\n\r\n{relayed}\r\n"
                for method in ("GET", "POST", "PUT", "OPTIONS")
                for host in (LOOPBACK, "evil.example")
            ),
        ):
            with socket.create_connection((LOOPBACK, yahoo.port), 10) as client:
                client.sendall(sent.encode())
                answered = client.makefile("rb").read()
            assert answered.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 501 "))
            assert answered.count(b"HTTP/1.1 ") == 1
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_curl_cffi_reports_a_refused_host(yahoo: YahooReplay) -> None:
    with pytest.raises(curl_cffi.requests.exceptions.RequestException, match="403"):
        curl_cffi.requests.get("https://example.com", proxies={"https": yahoo.environment()["HTTPS_PROXY"]})


@pytest.mark.parametrize("host", ["yahoo.com", "fc.yahoo.com", "finance.yahoo.com", "query1.finance.yahoo.com"])
def test_certificate_is_valid_for_yahoos_hosts(yahoo: YahooReplay, host: str) -> None:
    connection = tunnel(yahoo, host)
    connection.connect()
    assert isinstance(connection.sock, ssl.SSLSocket)
    connection.close()


def test_proxy_answers_no_client_that_does_not_trust_it(yahoo: YahooReplay) -> None:
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(LOOPBACK, yahoo.port, context=context, timeout=DEADLINE_SECONDS)
    connection.set_tunnel("query2.finance.yahoo.com", 443)

    with pytest.raises(ssl.SSLCertVerificationError):
        connection.connect()
    assert yahoo.log == []


def test_tunnel_carries_many_requests(yahoo: YahooReplay) -> None:
    connection = tunnel(yahoo)
    connection.connect()
    first = connection.sock

    assert [get(connection, f"/v8/finance/chart/{symbol}?range=1d")[0] for symbol in ("META", "AMZN", "NONE")] == [
        200,
        200,
        404,
    ]
    assert connection.sock is first
    connection.close()


def test_proxy_reads_symbols_from_escaped_paths() -> None:
    with YahooReplay(make_synthetic_session(MONDAY, ["^GSPC", "M&M.NS", "ES=F"])) as yahoo:
        connection = tunnel(yahoo)
        for symbol in yahoo.replay.tickers:
            status, body = get(connection, f"/v8/finance/chart/{urllib.parse.quote(symbol, safe='')}?range=1d")
            assert (status, json.loads(body)["chart"]["result"][0]["meta"]["symbol"]) == (200, symbol)
        connection.close()


@pytest.mark.parametrize("path", ["/v7/finance/quote?symbols=META", "/v10/finance/quoteSummary/META", "/consent"])
def test_proxy_answers_501_for_a_page_that_is_not_replayed(yahoo: YahooReplay, path: str) -> None:
    connection = tunnel(yahoo)
    status, body = get(connection, path)
    connection.close()

    assert status == 501
    assert body.decode() == (
        f"GET https://query2.finance.yahoo.com{path.partition('?')[0]} is not in this replay of Yahoo\n"
    )


def test_proxy_answers_many_clients_at_once_with_their_own_symbol() -> None:
    tickers = [f"T{number}" for number in range(30)]
    with YahooReplay(make_synthetic_session(MONDAY, tickers)) as yahoo:
        variables = yahoo.environment()

        def last_close(ticker: str) -> float:
            response = curl_cffi.requests.get(
                f"{CHART_URL}{ticker}?interval=1m&range=1d",
                proxies={"https": variables["HTTPS_PROXY"]},
                verify=variables["REQUESTS_CA_BUNDLE"],  # type: ignore[arg-type]  # it takes a path too
                impersonate="chrome",
            )
            return float(json.loads(response.text)["chart"]["result"][0]["indicators"]["quote"][0]["close"][-1])

        with ThreadPoolExecutor(max_workers=30) as pool:
            closes = list(pool.map(last_close, tickers))

        assert closes == [yahoo.replay.instruments[ticker].bars["close"].iloc[-1] for ticker in tickers]
        assert sorted(request.symbol for request in yahoo.log) == sorted(tickers)


def test_proxy_answers_others_during_a_slow_answer(synthetic: Replay) -> None:
    asked, answered = threading.Event(), threading.Event()

    def fault(request: ChartRequest) -> Fault | None:
        if request.symbol == "META":
            asked.set()
            assert answered.wait(10)
        return None

    with YahooReplay(synthetic, fault=fault) as yahoo, ThreadPoolExecutor(max_workers=1) as pool:
        late = pool.submit(get, tunnel(yahoo), "/v8/finance/chart/META?range=1d")
        assert asked.wait(10)
        assert get(tunnel(yahoo), "/v8/finance/chart/AMZN?range=1d")[0] == 200
        assert not late.done()
        answered.set()
        assert late.result(10)[0] == 200


def test_yahoo_replay_refuses_a_port_in_use(yahoo: YahooReplay, synthetic: Replay) -> None:
    with pytest.raises(OSError, match="in use"):
        YahooReplay(synthetic, port=yahoo.port).start()


def test_yahoo_replay_stop_ends_connections_and_deletes_certificates(synthetic: Replay) -> None:
    asked = threading.Event()

    def fault(request: ChartRequest) -> Fault | None:
        del request
        asked.set()
        return make_slow_answer(3600)

    yahoo = YahooReplay(synthetic, fault=fault).start()
    authority = Path(yahoo.environment()["REQUESTS_CA_BUNDLE"])
    assert authority.exists()
    with ThreadPoolExecutor(max_workers=1) as pool:
        late = pool.submit(get, tunnel(yahoo), "/v8/finance/chart/META?range=1d")
        assert asked.wait(10)
        yahoo.stop()
        with pytest.raises((OSError, http.client.HTTPException)):
            late.result(10)

    assert not authority.parent.exists()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((LOOPBACK, yahoo.port))
