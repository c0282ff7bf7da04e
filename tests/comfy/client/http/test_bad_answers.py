"""Answers that are none: statuses, pages, giants, what never ends."""

import gzip
import socket
import time

import pytest

from comfy.errors import (
    BadAnswer,
    Busy,
    ComfyError,
    Denied,
    NotFound,
    ServerFault,
    TooLarge,
    TurnedAway,
    Unanswered,
)
from tests.comfy.client.http.asking import (
    IMPATIENT,
    SECRET,
    failure,
    submit,
)
from tests.comfy.client.wire import (
    http,
    keep_silent,
    listening,
    read_request,
    saying,
)

STATUSES = [
    (301, TurnedAway, "redirects elsewhere"),
    (302, TurnedAway, "redirects elsewhere"),
    (304, TurnedAway, "redirects elsewhere"),
    (307, TurnedAway, "login page"),
    (308, TurnedAway, "check its address"),
    (401, Denied, "check its headers or login"),
    (403, Denied, "check its headers or login"),
    (404, NotFound, "check that its address"),
    (405, NotFound, "check that its address"),
    (408, TurnedAway, "answers 408"),
    (413, TooLarge, "--max-upload-size"),
    (418, TurnedAway, "answers 418"),
    (429, Busy, "wait a moment"),
    (500, ServerFault, "see its log"),
    (502, ServerFault, "see its log"),
    (503, ServerFault, "wait a moment"),
    (504, ServerFault, "see its log"),
]


@pytest.mark.parametrize("body", [b"", b"<html>x</html>", b'{"error": "x"}', b"\xff"])
@pytest.mark.parametrize(("status", "kind", "words"), STATUSES)
def test_each_status_is_an_error_with_a_sentence(
    status: int, kind: type[ComfyError], words: str, body: bytes
) -> None:
    error = failure(saying(http(status, body, Location=f"/login?next={SECRET}")))
    assert type(error) is kind
    assert str(status) in str(error)
    assert words in str(error)


@pytest.mark.parametrize(("status", "kind", "_"), STATUSES)
def test_only_a_5xx_leaves_it_open_whether_a_prompt_was_taken(
    status: int, kind: type[ComfyError], _: str
) -> None:
    error = failure(saying(http(status, b"<html>")), submit)
    assert type(error) is kind
    assert isinstance(error, BadAnswer | Unanswered) is (status >= 500)


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad Request</html>", b"[]", b'{"error"', b'{"a": "' + b"x" * 5000 + b'"}']
)
def test_a_400_that_is_not_comfyuis_has_taken_no_prompt(body: bytes) -> None:
    error = failure(saying(http(400, body)), submit, max_json=4096)
    assert type(error) is TurnedAway


def test_a_redirect_is_not_followed_with_our_login() -> None:
    with listening(keep_silent) as elsewhere:
        failure(saying(http(302, Location=f"{elsewhere.url}/login")))
        failure(saying(http(307, Location=f"{elsewhere.url}/prompt")), submit)
    assert elsewhere.connections == 0


BODIES = [
    (b"<!doctype html><title>Welcome</title>", BadAnswer, "a web page"),
    (b"\n\n <html>", BadAnswer, "a web page"),
    (b"", BadAnswer, "not JSON"),
    (b"{", BadAnswer, "not JSON"),
    (b'{"a": 1} trailing', BadAnswer, "not JSON"),
    (b'{"a": \xff}', BadAnswer, "not JSON"),
    (b'{"a": ' + b"9" * 5000 + b"}", BadAnswer, "not JSON"),
    (b"[" * 100_000, BadAnswer, "not JSON"),
    (b'{"a":' * 100_000, BadAnswer, "not JSON"),
    (b"[]", BadAnswer, "as ComfyUI does"),
    (b"null", BadAnswer, "as ComfyUI does"),
    (b'"queue"', BadAnswer, "as ComfyUI does"),
    (b'{"a": "' + b"x" * 2**20 + b'"}', TooLarge, "more than 1 MB"),
]


@pytest.mark.parametrize(("body", "kind", "words"), BODIES, ids=lambda v: repr(v)[:20])
def test_a_body_that_is_no_json_object_is_an_error(
    body: bytes, kind: type[ComfyError], words: str
) -> None:
    error = failure(saying(http(200, body)), max_json=2**20)
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.parametrize(("body", "_kind", "_words"), BODIES, ids=lambda v: repr(v)[:20])
def test_a_prompt_with_an_unreadable_200_may_have_been_taken(
    body: bytes, _kind: object, _words: object
) -> None:
    assert type(failure(saying(http(200, body)), submit, max_json=2**20)) is BadAnswer


def test_what_unpacks_into_a_giant_is_cut_off() -> None:
    bomb = gzip.compress(b"[" + b" " * 2**25)
    error = failure(saying(http(200, bomb, Content_Encoding="gzip")), max_json=2**20)
    assert type(error) is TooLarge


def test_an_endless_body_is_cut_off() -> None:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")

    assert type(failure(talk, max_json=2**20)) is TooLarge


def test_a_body_that_trickles_does_not_hold_us_for_ever() -> None:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:  # raises once nobody reads any more
            connection.sendall(b" ")
            time.sleep(0.05)

    assert type(failure(talk, cadence=IMPATIENT)) is Unanswered


def test_an_encoding_that_is_a_lie_is_a_bad_answer() -> None:
    error = failure(saying(http(200, b"{}", Content_Encoding="gzip")))
    assert type(error) is BadAnswer
