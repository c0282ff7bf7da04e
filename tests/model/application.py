"""The application in a process of its own, as a history's events meet it.

`serve` runs there: a real Studio on a real folder, every generation watched all the time. It is
told what to do over a pipe and answers each order; it may be killed, put to sleep and started
again at any moment.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from comfy import clock
from comfy.client.http.address import parse_address
from comfy.client.timeouts import Cadence
from comfy.workflow.request import GenerationRequest
from storage.errors import StorageError
from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generations.new_records import press_of
from studio.snapshot import Snapshot
from studio.studio import Studio
from tests.model.cadence import SWIFT
from tests.support import environment
from tests.support.stores import open_store
from tests.support.weather import WallClock, fill_disk

SERVER = "engine"
LOG = "app.log"
ANYBODY = Viewer("user:admin", is_admin=True)


@dataclass(frozen=True, slots=True)
class Order:
    """What the application is to do: the name of a method of `Application`, and its arguments."""

    name: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it; `refusal` is the sentence of one that was refused."""

    value: Any = None
    refusal: str = ""


class Watches:
    """Follows generations to their ends, and notes each bar that lies."""

    def __init__(self, studio: Studio) -> None:
        self.lies: list[str] = []
        self._studio = studio
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def follow(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            asyncio.run_coroutine_threadsafe(self._follow(id_), self._loop)

    async def _follow(self, id_: str) -> None:
        try:
            await self._watch(id_)
        except Exception as error:  # noqa: BLE001 - a watcher that ends so is a lie too
            self.lies.append(f"{id_} can be watched no more: {error!r}")

    async def _watch(self, id_: str) -> None:
        before: Snapshot | None = None
        async for snapshot in self._studio.generations.watch(id_, ANYBODY):
            if before and not _is_another_attempt(before, snapshot):
                self._compare(before, snapshot)
            if snapshot.percentage >= 100.0 and snapshot.status is not Status.FINISHED:
                self.lies.append(f"{id_} is not finished: {_brief(snapshot)}")
            before = snapshot

    def _compare(self, before: Snapshot, now: Snapshot) -> None:
        if now.percentage < before.percentage:
            self.lies.append(f"{now.record.id} fell: {_brief(before)} -> {_brief(now)}")
        if before.is_final:
            self.lies.append(f"{now.record.id} is not over: {_brief(before)} -> {_brief(now)}")


def _is_another_attempt(before: Snapshot, now: Snapshot) -> bool:
    """Whether a new attempt has begun, or this one was taken back."""
    return now.status is Status.QUEUED or before.record.attempts != now.record.attempts


def _brief(snapshot: Snapshot) -> str:
    phase = snapshot.progress.phase if snapshot.progress else None
    link = snapshot.freshness.link
    return f"{snapshot.percentage:.2f} {snapshot.status} {phase} {link} {snapshot.notice}"


class Application:
    """The orders, each a method; arguments and answers are plain values."""

    def __init__(self, folder: Path, url: str, cadence: Cadence, offset: float) -> None:
        self._wall = WallClock(offset)
        # As a process that starts now would take it.
        clock._WALL_AT_START, clock._MONOTONIC_AT_START = time.time(), time.monotonic()
        settings = environment.settings(folder, preview_method="none")
        address = parse_address(url, name=SERVER)
        self._studio = Studio(settings, [address], open_store(folder), cadence)
        self._studio.start()
        self._watches = Watches(self._studio)
        self._watches.follow(
            snapshot.record.id for snapshot in self._studio.generations.live(ANYBODY)
        )

    def close(self) -> None:
        self._studio.close()

    def is_ready(self) -> bool:
        return self._studio.servers.choices().loaded

    def generate(self, fields: dict[str, Any], owner: str, *, retry: bool) -> list[str]:
        request = GenerationRequest.model_validate(fields)
        made = self._studio.generations.create(
            Viewer(owner), press_of(request, retry_on_loss=retry)
        )
        return self._follow(made)

    def run_again(self, id_: str, owner: str, *, same_seed: bool) -> list[str]:
        return self._follow(
            [self._studio.generations.create_again(Viewer(owner), [id_], same_seed=same_seed)[0]]
        )

    def cancel(self, id_: str) -> None:
        self._studio.cancels.one(id_, ANYBODY)

    def undo(self, id_: str, owner: str) -> None:
        self._studio.cancels.undo([id_], Viewer(owner))

    def pause(self, owner: str, *, on: bool) -> None:
        viewer = Viewer(owner)
        if on:
            self._studio.queue.pause(viewer)
        else:
            self._studio.queue.resume(viewer)

    def hold(self, id_: str, owner: str, *, on: bool) -> None:
        self._studio.queue.hold(id_, Viewer(owner), held=on)

    def set_clock(self, offset: float) -> None:
        self._wall.offset = offset

    def fill_disk(self, *, full: bool) -> None:
        fill_disk(full=full)

    def records(self, ids: list[str]) -> list[Generation | None]:
        snapshots = [self._studio.generations.snapshot(id_, ANYBODY) for id_ in ids]
        return [snapshot.record if snapshot else None for snapshot in snapshots]

    def state(self, ids: list[str]) -> list[str]:
        """What keeps each of them, for a failing test."""
        snapshots = [self._studio.generations.snapshot(id_, ANYBODY) for id_ in ids]
        return [_brief(snapshot) if snapshot else "unknown" for snapshot in snapshots]

    def lies(self) -> list[str]:
        return self._watches.lies

    def _follow(self, made: Iterable[Generation]) -> list[str]:
        ids = [generation.id for generation in made]
        self._watches.follow(ids)
        return ids


def serve(orders: Connection, folder: Path, url: str, cadence: Cadence, offset: float) -> None:
    """Run until told to close. The child's whole life."""
    logging.raiseExceptions = False  # a full disk takes no log either
    form = "%(relativeCreated)d %(levelname)s %(threadName)s: %(message)s"
    logging.basicConfig(level="INFO", filename=folder.parent / LOG, format=form)
    logging.getLogger("httpx").setLevel("WARNING")
    application = Application(folder, url, cadence, offset)
    orders.send(Answer())
    while True:
        order: Order = orders.recv()
        orders.send(_obey(getattr(application, order.name), order.arguments))
        if order.name == "close":
            return


def _obey(method: Callable[..., Any], arguments: tuple[Any, ...]) -> Answer:
    *positional, named = arguments or ({},)
    try:
        return Answer(method(*positional, **named))
    except (StorageError, StudioError) as error:
        return Answer(refusal=str(error))


__all__ = ["SWIFT", "Answer", "Order", "serve"]
