"""A server seen from outside: what socket and HTTP say together."""

import json
import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from comfy.client.http.address import parse_address
from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from comfy.client.timeouts import Cadence
from comfy.graph.plan import make_plan
from comfy.progress.advance import Phase, Progress
from tests.comfy.client.wire import TEXT, frame, greet, http, listening, read_frame, read_request

PATIENCE = 10.0
MINE, OTHERS = "0198f0a0-0000-7000-8000-000000000001", "0198f0a0-0000-7000-8000-000000000002"
GRAPH = {"9": {"class_type": "SaveImage", "inputs": {}}}
RARELY = Cadence(healthy=60.0, queue_news=0.3)
"""Looks by itself too seldom for any test."""


class Scene:
    """A server whose queue and frames a test decides on. `looks` are the times of GET /queue."""

    def __init__(self) -> None:
        self.status = 200
        self.pending: list[str] = []
        self.looks: queue.Queue[float] = queue.Queue()
        self.socket: queue.Queue[socket.socket] = queue.Queue()
        self.over = threading.Event()

    def talk(self, connection: socket.socket) -> None:
        if connection.recv(7, socket.MSG_PEEK) == b"GET /ws":
            greet(connection)
            read_frame(connection)
            self.socket.put(connection)
            self.over.wait(PATIENCE)
            return
        request = read_request(connection)
        if request.startswith(b"GET /queue"):
            self.looks.put(time.monotonic())
            entries = [[i, id_, {}, {}, []] for i, id_ in enumerate(self.pending)]
            body = {"queue_running": [], "queue_pending": entries}
            connection.sendall(http(self.status, json.dumps(body).encode()))
        else:
            connection.sendall(http(self.status, b"{}"))

    def looked(self) -> float:
        return self.looks.get(timeout=PATIENCE)


class Client:
    """A `Server`, and a way to wait for what it tells."""

    def __init__(self, url: str, cadence: Cadence) -> None:
        self.told = threading.Condition()
        self.server = Server(
            parse_address(url), "me", cadence=cadence, on_change=self._tell, on_state=self._tell
        )

    def _tell(self, _: str = "") -> None:
        with self.told:
            self.told.notify_all()

    def link(self, link: Link) -> None:
        """Wait until news arrive so."""
        with self.told:
            assert self.told.wait_for(lambda: self.server.freshness().link is link, PATIENCE)

    def place(self, place: int) -> None:
        """Wait until our prompt has that place."""
        with self.told:
            assert self.told.wait_for(lambda: self.snapshot.place == place, PATIENCE)

    @property
    def snapshot(self) -> Progress:
        found = self.server.snapshot(MINE)
        assert found is not None
        return found


@contextmanager
def meeting(cadence: Cadence = RARELY) -> Iterator[tuple[Scene, Client]]:
    scene = Scene()
    with listening(scene.talk) as listener:
        client = Client(listener.url, cadence)
        client.server.start()
        try:
            yield scene, client
        finally:
            client.server.close()
            scene.over.set()


def status(remaining: int) -> bytes:
    return said("status", status={"exec_info": {"queue_remaining": remaining}})


def said(kind: str, **data: Any) -> bytes:
    return frame(TEXT, json.dumps({"type": kind, "data": data}).encode())


def test_a_queue_that_moves_shows_our_new_place_at_once() -> None:
    with meeting() as (scene, client):
        connection = scene.socket.get(timeout=PATIENCE)
        scene.pending = ["a", "b", MINE]
        connection.sendall(status(3))
        client.server.resume(MINE, GRAPH, make_plan(GRAPH))
        client.place(3)
        scene.pending = ["b", MINE]
        connection.sendall(status(2))
        client.place(2)
        scene.pending = [MINE]
        connection.sendall(status(1))
        client.place(1)


def quiet(scene: Scene) -> None:
    """Wait until no look is under way or due."""
    try:
        while True:
            scene.looks.get(timeout=2 * RARELY.queue_news)
    except queue.Empty:
        return


def test_a_busy_queue_is_not_asked_more_often_than_it_may() -> None:
    with meeting() as (scene, client):
        connection = scene.socket.get(timeout=PATIENCE)
        scene.pending = [MINE]
        client.server.resume(MINE, GRAPH, make_plan(GRAPH))
        client.place(1)
        quiet(scene)
        began = time.monotonic()
        looks = []
        for remaining in range(2, 100):
            connection.sendall(status(remaining))
            time.sleep(0.01)  # as a busy server would
        looks.append(scene.looked())
        while not scene.looks.empty():
            looks.append(scene.looks.get())
        took = time.monotonic() - began
        assert len(looks) <= took / RARELY.queue_news + 2


def test_a_queue_that_says_the_same_or_holds_nothing_of_ours_is_not_asked() -> None:
    with meeting() as (scene, client):
        connection = scene.socket.get(timeout=PATIENCE)
        client.link(Link.LIVE)
        quiet(scene)
        for remaining in (1, 2, 3, 3):  # nothing of ours waits
            connection.sendall(status(remaining))
        quiet(scene)
        scene.pending = [MINE]
        client.server.resume(MINE, GRAPH, make_plan(GRAPH))
        scene.looked()
        client.place(1)
        quiet_looks = scene.looks.qsize()
        for _ in range(5):
            connection.sendall(status(3))
        connection.sendall(said("execution_start", prompt_id=MINE))
        with client.told:
            assert client.told.wait_for(lambda: client.snapshot.phase is Phase.RUNNING, PATIENCE)
        assert scene.looks.qsize() == quiet_looks


def test_a_socket_that_tells_wins_over_http_that_does_not_answer() -> None:
    failing = replace(RARELY, healthy=0.05, eager=0.05)
    with meeting(failing) as (scene, client):
        connection = scene.socket.get(timeout=PATIENCE)
        client.link(Link.LIVE)
        scene.status = 500
        client.link(Link.UNREACHABLE)
        client.server.expect(MINE, GRAPH, make_plan(GRAPH))
        connection.sendall(said("execution_start", prompt_id=MINE))
        client.link(Link.LIVE)
        assert not client.server.answers
        connection.sendall(frame(0x9, b"there?"))  # life, but no news
        scene.status = 200
        until = time.monotonic() + PATIENCE
        while not client.server.answers:
            assert time.monotonic() < until
            scene.looked()
        assert client.server.freshness().link is Link.LIVE


def test_a_pong_is_no_sign_that_news_arrive() -> None:
    failing = replace(RARELY, healthy=0.05, eager=0.05, ping=0.05, tick=0.02)
    with meeting(failing) as (scene, client):
        connection = scene.socket.get(timeout=PATIENCE)
        client.link(Link.LIVE)
        scene.status = 500
        client.link(Link.UNREACHABLE)
        heard = client.server.freshness().heard_at or 0.0
        for _ in range(3):
            opcode, data = read_frame(connection)
            assert opcode == 0x9
            connection.sendall(frame(0xA, data))
        until = time.monotonic() + PATIENCE
        while (client.server.freshness().heard_at or 0.0) <= heard:
            assert time.monotonic() < until
            scene.looked()
        assert client.server.freshness().link is Link.UNREACHABLE
