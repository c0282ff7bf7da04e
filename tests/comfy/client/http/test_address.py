"""What people write as an address, and what becomes of it."""

import base64
import string

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.client.http.address import MAX_SHOWN, parse_address

FORMS = {
    "http://host:8188": "http://host:8188",
    "host:8188": "http://host:8188",
    "host": "http://host",
    "  http://host:8188/ ": "http://host:8188",
    "HTTP://Host.Example:8188": "http://host.example:8188",
    "https://host": "https://host",
    "https://host:443/comfy/": "https://host:443/comfy",
    "https://host/a/b//": "https://host/a/b",
    "127.0.0.1:8188": "http://127.0.0.1:8188",
    "my_server:8188": "http://my_server:8188",
    "[::1]:8188": "http://[::1]:8188",
    "http://[2001:DB8:0::1]/x": "http://[2001:db8::1]/x",
    "http://host:8188/?token=a#graph": "http://host:8188",
    "http://host/%0d%0aX": "http://host/%0d%0aX",
    "http://bücher.example/für": "http://xn--bcher-kva.example/f%C3%BCr",
    "http://@host": "http://host",
}


@pytest.mark.parametrize(("written", "url"), FORMS.items())
def test_each_way_to_write_an_address_means_one_url(written: str, url: str) -> None:
    address = parse_address(written)
    assert (address.url, address.headers) == (url, ())
    assert str(httpx.URL(address.url)) == str(httpx.URL(url))  # which refuses what it cannot send


@pytest.mark.parametrize(
    ("url", "socket"),
    [
        ("http://host:8188", "ws://host:8188/ws?clientId=me"),
        ("https://host", "wss://host/ws?clientId=me"),
        ("https://host:8/comfy/", "wss://host:8/comfy/ws?clientId=me"),
        ("[::1]:8188", "ws://[::1]:8188/ws?clientId=me"),
        ("http://user:secret@host", "ws://host/ws?clientId=me"),
    ],
)
def test_the_socket_is_beside_the_pages(url: str, socket: str) -> None:
    assert parse_address(url).socket_url("me") == socket


def test_a_client_id_cannot_add_to_the_socket_url() -> None:
    assert parse_address("host").socket_url("a&b=c#\r\n") == (
        "ws://host/ws?clientId=a%26b%3Dc%23%0D%0A"
    )


JUNK = [
    "",
    "   ",
    "://",
    "http://",
    "http:///path",
    "//host:8188",
    "ftp://host",
    "ws://host:8188",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://host:port",
    "http://host:0",
    "http://host:-1",
    "http://host:65536",
    "http://host:8188:8188",
    "http://ho st",
    "http://host/a b",
    "http://a\x00b",
    "http://host\r\nX: y",
    "http://host/\x7f",
    "http://-host",
    "http://a<b>",
    'http://a"b',
    "http://user\\@host",
    "http://[::1",
    "http://[zz]:1",
    "http://[fe80::1%25eth0]:8188",
    "http://ﬁ℀.example",
    "http://" + "a" * 300,
    "http://" + "ü" * 300,
    "http://host/" + "a" * 3000,
    "http://\ud800",
]


@pytest.mark.parametrize("written", JUNK, ids=ascii)
def test_what_is_no_address_is_refused_with_a_way_to_write_one(written: str) -> None:
    with pytest.raises(ValueError, match="is no address: write it as http://host:8188") as caught:
        parse_address(written)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < MAX_SHOWN + 100


def test_a_login_in_the_url_becomes_a_header() -> None:
    address = parse_address("https://me:p%40ss%3A%C3%BC@host:8188/x")
    header = base64.b64encode("me:p@ss:ü".encode()).decode()
    assert address.url == "https://host:8188/x"
    assert address.headers == (("Authorization", f"Basic {header}"),)


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
def test_a_header_that_was_given_wins_over_the_login_in_the_url(name: str) -> None:
    address = parse_address("http://me:secret@host", headers={name: "Bearer x"})
    assert address.headers == ((name, "Bearer x"),)


@pytest.mark.parametrize(
    "written",
    [
        "http://me:hunter2@host:port",
        "http://me:hunter2@ho st",
        "me:hunter2@host:99999",
        "http://me:hunter2@/x",
        "ws://me:hunter2@host",
        "http://me:hun/hunter2@host:99999",
        "http://me:hunter2@x\nhunter2@host",
    ],
)
def test_no_message_tells_a_password(written: str) -> None:
    with pytest.raises(ValueError, match="no address") as caught:
        parse_address(written)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_neither_repr_nor_label_tells_a_secret() -> None:
    address = parse_address("http://me:hunter2@host:8188", headers={"X-Key": "hunter3"})
    shown = f"{address!r} {address.label} {address.url}"
    assert "hunter" not in shown
    assert base64.b64encode(b"me:hunter2").decode() not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Key", "a\r\nX-Other: b"),
        ("X-Key", "a\nb"),
        ("X-Key", "a\0b"),
        ("X-Key", "ключ"),
        ("X-Key: a\r\nX-Other", "b"),
        ("X Key", "a"),
        ("X-Key:", "a"),
        ("Ключ", "a"),
        ("", "a"),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"^The header .* for host cannot be sent: ") as caught:
        parse_address("http://host", headers={name: value})
    assert value not in str(caught.value).removeprefix(f"The header {name!r}") or len(value) < 2


@settings(deadline=None)
@given(st.text() | st.text(string.printable) | st.text(":/@[]%.?#h1").map("http://h".__add__))
def test_nothing_but_an_address_or_a_sentence_comes_of_any_text(text: str) -> None:
    try:
        url = parse_address(text).url
    except ValueError as error:
        url = "http://host" if "is no address" in str(error) else ""
    assert httpx.URL(url).host
    assert url.isascii()
    again = parse_address(url)
    assert (again.url, again.headers) == (url, ())
