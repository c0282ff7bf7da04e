"""A reconciler that looks when a test says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from comfy.client.http.address import parse_address
from comfy.client.http.api import Api
from comfy.client.reconcile.reconciler import Reconciler
from comfy.client.timeouts import USUAL, Cadence
from comfy.client.tracker import Tracker
from comfy.client.websocket.connection import SocketState
from comfy.graph.plan import make_plan
from comfy.progress.advance import Phase
from comfy.protocol import events as ev
from tests.comfy.client.reconcile.answers import Answers, answering

GRAPH = {"9": {"class_type": "SaveImage", "inputs": {}}}
DONE = {"outputs": {"9": {"images": [{"filename": "a.png"}]}}, "status": {"status_str": "success"}}


class Looker:
    """A reconciler without its thread: each look is asked for."""

    def __init__(self, answers: Answers, url: str, cadence: Cadence = USUAL) -> None:
        self.answers = answers
        self.socket = SocketState(up=True, since=2.0)  # opened after what was sent
        self.tracker = Tracker(lambda _: None)
        self.api = Api(parse_address(url))
        self.reconciler = Reconciler(
            self.api,
            self.tracker,
            socket=lambda: self.socket,
            renew=lambda: None,
            on_state=lambda: None,
            cadence=cadence,
        )

    def sent(self, *prompt_ids: str) -> None:
        for id_ in prompt_ids:
            self.tracker.expect(id_, GRAPH, make_plan(GRAPH))
            self.tracker.feed(ev.Accepted(id_, 1.0))
            if tracked := self.tracker.get(id_):
                tracked.sent_at = tracked.seen_at = 1.0
                tracked.watch = self.socket.watch

    def queue(self, *, running: tuple[str, ...] = (), pending: tuple[str, ...] = ()) -> None:
        self.answers["/queue"] = (
            200,
            {
                "queue_running": [[i, id_, {}, {}, []] for i, id_ in enumerate(running)],
                "queue_pending": [[9 + i, id_, {}, {}, []] for i, id_ in enumerate(pending)],
            },
        )

    def history(self, prompt_id: str, entry: Any, status: int = 200) -> None:
        self.answers[f"/history/{prompt_id}"] = (status, entry)

    def look(self) -> None:
        self.reconciler.reconcile()

    def phase(self, prompt_id: str) -> Phase:
        tracked = self.tracker.get(prompt_id)
        assert tracked is not None
        return tracked.progress.phase

    def place(self, prompt_id: str) -> int:
        tracked = self.tracker.get(prompt_id)
        assert tracked is not None
        return tracked.progress.place


@contextmanager
def looking(cadence: Cadence = USUAL) -> Iterator[Looker]:
    answers: Answers = {}
    with answering(answers) as url:
        looker = Looker(answers, url, cadence)
        looker.queue()
        yield looker
        looker.api.close()
