"""A store with hooks and the deliverer of what they are to be told."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage.hooks import Hook
from storage.records import Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.notifications.deliverer import Deliverer, Pace
from studio.notifications.hooks import Hooks
from studio.notifications.senders import senders
from tests.support.receiver import Call
from tests.support.records import generation, image

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
HASTY = Pace(first_retry=0.05, max_retry=0.4, look=0.05, message=0.05)
Open = Callable[[], "House"]


class House:
    """A store with its deliverer, not started."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        send = senders(allow_private=True)
        self.deliverer = Deliverer(self.store, send, lambda _: (), HASTY)
        self.hooks = Hooks(self.store, self.deliverer, send, allow_private=True)

    def run(self, number: int, *ends: Status, owner: str = ANN.owner) -> str:
        """Queue a generation and take it through *ends*."""
        record = generation(number, owner=owner, status=Status.QUEUED)
        self.store.generations.add([record])
        for status in ends:
            fields: dict[str, Any] = {"status": status}
            if status.is_final:
                fields |= {"finished_at": time.time(), "images": (image(0),)}
            self.store.generations.change(record.id, **fields)
        return record.id

    def close(self) -> None:
        self.deliverer.close()
        self.store.close()


def events(calls: list[Call]) -> list[str]:
    return [json.loads(call.body)["event"] for call in calls]


def ids(calls: list[Call]) -> list[str]:
    return [json.loads(call.body)["id"] for call in calls]


def last(house: House, viewer: Viewer = ANN) -> Hook:
    return house.hooks.of(viewer)[0]
