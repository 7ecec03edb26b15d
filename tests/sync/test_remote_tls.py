"""Who the other side is, is settled before a word is said; when it cannot prove it, nothing is sent."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from smf_core.operations.hub import HubTrouble, Trouble
from smf_hub.app.serving import server
from smf_hub.app.web import app_over
from smf_hub.ports import CertificateUnreadable, PlainHttp
from tests.support.certificates import Authority, Files
from tests.support.proxies import tunnel
from tests.support.receptions import BehindOfPaper, Chance, Watch, hello, remote, served


@pytest.fixture
def behind() -> BehindOfPaper:
    return BehindOfPaper(Watch(), Chance("hub"))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def over_tls(behind: BehindOfPaper, files: Files) -> Iterator[str]:
    with served(behind, cert=files.cert, key=files.key) as url:
        assert url.startswith("https://127.0.0.1:")
        yield url


def refused(url: str, behind: BehindOfPaper, trusted: ssl.SSLContext) -> Trouble:
    with remote(url, behind, verify=trusted) as hub, pytest.raises(HubTrouble) as caught:
        hub.hello(hello())
    assert behind.shelf.calls == []
    return caught.value.why


def test_a_hub_with_a_good_certificate_is_spoken_to_over_tls(behind: BehindOfPaper, authority: Authority) -> None:
    with (
        over_tls(behind, authority.issue("hub")) as url,
        remote(url, behind, verify=authority.trusted()) as hub,
    ):
        hub.hello(hello())
        hub.hello(hello())
    assert behind.shelf.calls == ["hello", "hello"]


@pytest.mark.parametrize("wrong", ["expired", "for another host", "from a stranger"])
def test_F44_a_certificate_that_is_wrong_ends_it_before_a_word(
    behind: BehindOfPaper, authority: Authority, tmp_path: Path, wrong: str
) -> None:
    match wrong:
        case "expired":
            files = authority.issue("hub", lasts=timedelta(days=-1))
        case "for another host":
            files = authority.issue("hub", host="hub.example.org")
        case _:
            files = Authority(tmp_path, "stranger").issue("hub")
    with over_tls(behind, files) as url:
        assert refused(url, behind, authority.trusted()) is Trouble.CERTIFICATE


def test_F44_what_only_speaks_plain_http_gets_no_word_over_tls(behind: BehindOfPaper, authority: Authority) -> None:
    with served(behind) as url:
        assert refused(url.replace("http:", "https:"), behind, authority.trusted()) is Trouble.CERTIFICATE


def test_F44_older_tls_than_1_3_is_not_spoken(behind: BehindOfPaper, authority: Authority) -> None:
    old = authority.trusted()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with over_tls(behind, authority.issue("hub")) as url:
        host, _, port = url.removeprefix("https://").rpartition(":")
        with socket.create_connection((host, int(port))) as plain, pytest.raises(ssl.SSLError):
            old.wrap_socket(plain, server_hostname=host)


def test_the_systems_proxy_is_used_and_sees_no_word(
    behind: BehindOfPaper, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = authority.issue("hub", host="hub.example.org")
    with over_tls(behind, files) as url, tunnel(url) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with remote("https://hub.example.org:8443", behind, verify=authority.trusted()) as hub:
            hub.hello(hello())
            hub.hello(hello())
    assert proxy.asked == [b"CONNECT hub.example.org:8443 HTTP/1.1"]
    assert behind.shelf.calls == ["hello", "hello"]
    for word in (b"hello", b"smf-device", hub.token.encode()):
        assert word not in bytes(proxy.passed)


def test_a_proxy_that_lets_nobody_through_makes_the_hub_unreachable(
    behind: BehindOfPaper, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with tunnel("http://127.0.0.1:1", answer=refusal) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert refused("https://hub.example.org", behind, authority.trusted()) is Trouble.UNREACHABLE
    assert len(proxy.asked) == 1


def test_no_proxy_is_asked_where_the_system_says_so(
    behind: BehindOfPaper, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tunnel("http://127.0.0.1:1") as proxy, over_tls(behind, authority.issue("hub")) as url:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with remote(url, behind, verify=authority.trusted()) as hub:
            hub.hello(hello())
        behind.shelf.calls.clear()
        monkeypatch.setenv("NO_PROXY", "hub.invalid")
        assert refused("https://hub.invalid", behind, authority.trusted()) is Trouble.UNREACHABLE
    assert proxy.asked == []


def test_a_hub_without_a_certificate_serves_its_own_computer_alone(behind: BehindOfPaper, tmp_path: Path) -> None:
    app = app_over(behind)
    for host in ("0.0.0.0", "192.0.2.1", "hub.example.org", "::"):
        with pytest.raises(PlainHttp):
            server(app, host, 0)
    for host in ("127.0.0.1", "::1", "localhost"):
        server(app, host, 0)
    with pytest.raises(CertificateUnreadable):
        server(app, "0.0.0.0", 0, tmp_path / "none.crt", tmp_path / "none.key")
