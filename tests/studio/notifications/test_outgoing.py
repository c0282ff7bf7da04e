"""Addresses that people give: only public ones are called, the very ones checked, and briefly."""

import ipaddress
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from studio.errors import Invalid
from studio.notifications import public_addresses, public_rule
from studio.notifications.outgoing import (
    Bounds,
    Undeliverable,
    check_reachable,
    checked_url,
    post,
)
from studio.notifications.public_addresses import NotPublic, Unknown, resolve
from studio.notifications.public_rule import is_ours, is_public, may_be_called
from tests.support.paths import ROOT
from tests.support.receiver import Receiver, closed_port

HASTY = Bounds(connect=2.0, seconds=1.0, answer=4_000)
PUBLIC = "93.184.216.34"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def call(url: str, *, allow_private: bool = True) -> int:
    return post(url, b"{}", {"X-One": "1"}, allow_private=allow_private, bounds=HASTY)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.20",
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "240.0.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2002:7f00:1::", "2002:c0a8:114::", "2001:db8::1", "no address", "",
        "64:ff9b:1::808:808", "fec0::1", "::8.8.8.8", "4000::1", "5f00::1", "100::1", "::2",
        "2606:4700:4700::5efe:10.0.0.1", "2606:4700:4700::200:5efe:192.168.1.1",
        "2001:0:808:808::f5ff:fffe", "2606:4700:4700::1111%eth0", "::ffff:0:7f00:1",
    ],
)  # fmt: skip
def test_what_only_this_machine_or_its_network_reaches_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_anybody_reaches_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/",
        "http://0x7f.1/", "http://0177.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://0/",
        "http://169.254.169.254/latest/meta-data/", "http://[64:ff9b::7f00:1]/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_spelled(url: str) -> None:
    with pytest.raises((NotPublic, Unknown)):
        check_reachable(checked_url(url), allow_private=False)
    with pytest.raises((NotPublic, Unknown)):
        call(url, allow_private=False)


@pytest.mark.parametrize(
    "text",
    [
        "", "example.org", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/",
        "http://", "https://user:pass@example.org/", "http://exa mple.org/", "http://[::1/",
        "http://example.org:99999/", "http://example.org/\r\nHost: x", "javascript:alert(1)",
        "http://example.org/" + "x" * 2_000,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_url(text)
    assert caught.value.fields["url"].endswith((".", "instead."))


def test_a_host_beyond_ascii_is_spelled_as_it_is_looked_up() -> None:
    assert checked_url(" https://bücher.example:8443/a?b=1#c ") == (
        "https://xn--bcher-kva.example:8443/a?b=1"
    )


def named(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let a name mean each of *addresses* in turn; returns what was looked up."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *more: Any, **options: Any) -> Any:
        if host != "rebind.example":
            return real(host, port, *more, **options)
        asked.append(host)
        return real(addresses[min(len(asked), len(addresses)) - 1], port, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_a_name_that_means_another_address_a_moment_later_is_refused_then(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    url = receiver.url.replace("127.0.0.1", "rebind.example")
    named(monkeypatch, PUBLIC, "127.0.0.1")
    check_reachable(url, allow_private=False)
    with pytest.raises(NotPublic):
        call(url, allow_private=False)
    assert receiver.calls == []


def test_a_call_looks_its_name_up_once_and_connects_to_that(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    asked = named(monkeypatch, "127.0.0.1", PUBLIC)
    assert call(receiver.url.replace("127.0.0.1", "rebind.example")) == 200
    assert asked == ["rebind.example"]
    assert receiver.calls[0].headers["Host"].startswith("rebind.example:")


def test_of_several_addresses_all_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in (PUBLIC, "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    with pytest.raises(NotPublic):
        resolve("both.example", 80)
    assert resolve("both.example", 80, allow_private=True) == PUBLIC


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with Receiver() as other:
        receiver.statuses, receiver.location = [302], other.url
        assert call(receiver.url) == 302
        assert other.calls == []


def test_a_proxy_of_the_environment_is_not_used(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    assert call(receiver.url) == 200


def test_who_is_not_there_or_never_answers_is_given_up(receiver: Receiver) -> None:
    with pytest.raises(Undeliverable, match="could not be connected to"):
        call(f"http://127.0.0.1:{closed_port()}/")
    receiver.raw = None
    with pytest.raises(Undeliverable, match="did not answer within 1 seconds"):
        call(receiver.url)


@pytest.mark.parametrize("raw", [b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 50, b"x" * 1_000])
def test_an_answer_without_an_end_is_read_up_to_a_limit(receiver: Receiver, raw: bytes) -> None:
    receiver.raw = raw
    with pytest.raises(Undeliverable):
        call(receiver.url)


def test_an_address_of_this_machine_is_ours_and_another_is_not() -> None:
    assert is_ours("127.0.0.1")
    assert not is_ours("192.0.2.1")
    assert not is_ours(PUBLIC)


def test_every_address_of_this_machine_is_ours_however_it_is_spelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [one for entries in psutil.net_if_addrs().values() for one in entries]
    families = (socket.AF_INET, socket.AF_INET6)
    own = [one.address for one in found if one.family in families and "%" not in one.address]
    assert "127.0.0.1" in own
    assert [one for one in own if not is_ours(one)] == []
    monkeypatch.setattr(ipaddress.IPv4Address, "is_global", True)
    assert not may_be_called("64:ff9b::127.0.0.1")
    assert not may_be_called("::ffff:127.0.0.1")
    assert may_be_called("192.0.2.9")


_SECOND = """
import sys
sys.path.insert(0, sys.argv[1])
from studio.notifications.public_rule import is_ours
print(is_ours("10.9.0.2"), is_ours("10.9.0.5"), is_ours("10.8.0.1"))
"""


@pytest.mark.skipif(
    not (shutil.which("unshare") and shutil.which("ip")), reason="needs a network of its own"
)
def test_the_second_address_of_a_network_is_ours_too() -> None:
    """By which of its addresses the machine would send says the first for both."""
    script = (
        "ip link set lo up && ip addr add 10.9.0.2/24 dev lo && ip addr add 10.9.0.5/24 dev lo "
        '&& exec "$0" -c "$1" "$2"'
    )
    command = ["unshare", "-rn", "sh", "-c", script, sys.executable, _SECOND, str(ROOT)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if not ended.stdout:
        pytest.skip("no network of one's own may be made here")
    assert ended.stdout.split() == ["True", "True", "False"]


def test_a_name_that_is_public_but_leads_to_this_machine_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(public_rule, "is_public", lambda _address: True)
    with pytest.raises(NotPublic):
        resolve("localhost", 80)


def test_a_name_whose_server_is_silent_is_given_up_and_the_next_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent, look_up = threading.Event(), socket.getaddrinfo

    def answer(host: str, *rest: Any, **named: Any) -> Any:
        if host == "silent.example":
            silent.wait()
        return look_up("127.0.0.1", *rest, **named)

    monkeypatch.setattr(public_addresses, "SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", answer)
    try:
        for _ in range(public_addresses.AT_ONCE):
            with pytest.raises(Unknown, match="was not found within"):
                resolve("silent.example", 80)
        with pytest.raises(Unknown, match="many others are"):
            resolve("quick.example", 80, allow_private=True)
    finally:
        silent.set()
    monkeypatch.setattr(public_addresses, "SECONDS", 20.0)
    assert resolve("quick.example", 80, allow_private=True) == "127.0.0.1"
