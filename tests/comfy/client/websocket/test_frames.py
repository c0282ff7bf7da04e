"""Frames of a socket come whole and as they were sent, and giants and garbage not at all."""

import logging
import queue
import socket
import time

import pytest

from tests.comfy.client.websocket.sockets import PATIENCE, QUICK, SECRET, speaking
from tests.comfy.client.wire import (
    BINARY,
    CONTINUED,
    PING,
    PONG,
    TEXT,
    frame,
    keep_silent,
    read_frame,
)


def test_frames_come_as_they_were_sent() -> None:
    sent = [(TEXT, "{“ü”}".encode()), (BINARY, b"\0\1\xff"), (TEXT, b""), (BINARY, bytes(70_000))]

    def talk(connection: socket.socket) -> None:
        for opcode, data in sent:
            connection.sendall(frame(opcode, data))
        keep_silent(connection)

    with speaking(talk) as heard:
        assert [heard.frame() for _ in sent] == ["{“ü”}", b"\0\1\xff", "", bytes(70_000)]


def test_a_message_in_fragments_comes_whole_with_a_ping_between() -> None:
    pongs: queue.Queue[tuple[int, bytes]] = queue.Queue()

    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(TEXT, b'{"a', fin=False))
        connection.sendall(frame(PING, b"there?"))
        pongs.put(read_frame(connection))
        connection.sendall(frame(CONTINUED, b'":', fin=False) + frame(CONTINUED, b"1}"))
        keep_silent(connection)

    with speaking(talk) as heard:
        assert heard.frame() == '{"a":1}'
        assert pongs.get(timeout=PATIENCE) == (PONG, b"there?")


def test_a_frame_that_trickles_over_many_ticks_and_pings_comes_whole() -> None:
    data = bytes(range(60))

    def talk(connection: socket.socket) -> None:
        for byte in frame(BINARY, data):
            connection.sendall(bytes([byte]))
            time.sleep(0.01)  # 0.6 s in all: 30 ticks, and three times as long as a pong may take
        keep_silent(connection)

    with speaking(talk, QUICK) as heard:
        assert heard.frame() == data
        assert [state.up for state in heard.states] == [True]


def test_text_that_is_no_utf8_comes_with_marks_and_the_socket_stays() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(TEXT, b"\xff{") + frame(TEXT, b"{}"))
        keep_silent(connection)

    with speaking(talk) as heard:
        assert [heard.frame(), heard.frame()] == ["�{", "{}"]
        assert len(heard.states) == 1


@pytest.mark.parametrize(
    "giant",
    [
        frame(BINARY, length=2**40),
        frame(TEXT, length=1001),
        frame(BINARY, bytes(600), fin=False) + frame(CONTINUED, bytes(600)),
        b"".join([frame(BINARY, b"x", fin=False), *[frame(CONTINUED, b"x" * 99, fin=False)] * 20]),
    ],
    ids=["claimed", "text", "two fragments", "fragments without end"],
)
def test_a_giant_is_refused_before_it_is_read(giant: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(giant)
        while True:
            connection.sendall(bytes(65536))  # raises once nobody reads any more

    with speaking(talk, max_frame=1000) as heard:
        state = heard.wait(lambda s: bool(s.error))
        assert "which is no image" in state.error
        heard.wait(lambda s: s.up)
        assert heard.frames.empty()


def test_what_is_just_small_enough_is_taken() -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(BINARY, bytes(1000)))
        connection.sendall(frame(BINARY, bytes(500), fin=False) + frame(CONTINUED, bytes(500)))
        keep_silent(connection)

    with speaking(talk, max_frame=1000) as heard:
        assert [heard.frame(), heard.frame()] == [bytes(1000)] * 2


@pytest.mark.parametrize(
    "garbage",
    [b"\xff\x80mask", b"\x83\x00", frame(CONTINUED, b"x"), b"HTTP/1.1 500 " + bytes(99)],
    ids=["bits", "opcode", "continues nothing", "http"],
)
def test_what_is_no_frame_ends_in_a_sentence_and_a_new_socket(garbage: bytes) -> None:
    rounds = iter([garbage])

    def talk(connection: socket.socket) -> None:
        connection.sendall(next(rounds, frame(TEXT, b"{}")))
        keep_silent(connection)

    with speaking(talk) as heard:
        assert heard.wait(lambda s: bool(s.error)).error.endswith(
            "sends what is no WebSocket frame."
        )
        assert heard.frame() == "{}"


def test_frames_are_logged_short_and_only_for_debugging(caplog: pytest.LogCaptureFixture) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(frame(TEXT, b"x" * 5000) + frame(BINARY, b"\0" * 5000))
        keep_silent(connection)

    with caplog.at_level(logging.DEBUG, "comfy"), speaking(talk) as heard:
        heard.frame()
        heard.frame()
    logged = [r for r in caplog.records if r.getMessage().startswith("frame from")]
    assert {r.levelno for r in logged} == {logging.DEBUG}
    assert all(len(r.getMessage()) < 1000 for r in logged)
    assert SECRET not in caplog.text
