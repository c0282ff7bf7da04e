"""A studio over one demo engine, watched all the time, and held against the engine's books."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from comfy.client.http.address import parse_address
from comfy.client.reconcile.freshness import Link
from comfy.client.timeouts import Cadence
from comfy.demo.engine.ledger import Entry
from comfy.progress.advance import Phase
from comfy.workflow.request import GenerationRequest
from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from studio.settings.settings import Settings
from studio.snapshot import Snapshot
from studio.studio import Studio
from tests.support.audit import Audit, Engine, audit
from tests.support.cadences import HASTY
from tests.support.stores import open_store

PATIENCE = 60.0
"""Seconds after which something has certainly gone wrong, on any machine."""
POLL = 0.02
ENDLESS: Mapping[str, Any] = MappingProxyType({"steps": 1000, "width": 320, "height": 320})
"""A generation that is to be stopped, or lost, takes some twenty seconds."""
CHECKPOINT = "demo-landscapes.safetensors"
SERVER = "engine"
OWNER = "user:ann"
ANYBODY = Viewer("user:admin", is_admin=True)
"""Sees and changes what is everybody's."""


class House:
    """`start` it once the engine listens. `seen` is every snapshot that a watcher got, by id.

    Previews, which cost the engine more than all else, are asked for with *previews* only.
    """

    def __init__(
        self, folder: Path, url: str, cadence: Cadence = HASTY, *, previews: bool = False
    ) -> None:
        self.folder = folder
        self.url = url
        self.cadence = cadence
        self._preview_method: Literal["auto", "none"] = "auto" if previews else "none"
        self.seen: dict[str, list[Snapshot]] = {}
        self.ids: list[str] = []
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._watches: list[Any] = []
        self.studio = self._studio()
        self.is_open = True

    def start(self) -> None:
        self._thread.start()
        self.studio.start()
        self.until(lambda: self.studio.servers.states()[0].freshness.link is Link.LIVE)
        self.studio.servers.refresh()

    def close(self) -> None:
        self.is_open = False
        self.studio.close()
        for watch in self._watches:
            watch.cancel()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def generate(self, prompts: int = 1, owner: str = OWNER, **fields: Any) -> list[str]:
        """Press Generate; all that it makes is watched from then on."""
        again = fields.pop("retry_on_loss", False)
        made = self.studio.generations.create(
            Viewer(owner), press_of(request(prompts, **fields), retry_on_loss=again)
        )
        ids = [generation.id for generation in made]
        self.watch(ids)
        return ids

    def cancel(self, id_: str) -> None:
        self.studio.cancels.one(id_, ANYBODY)

    def watch(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            self.ids.append(id_)
            self.seen[id_] = []
            watch = asyncio.run_coroutine_threadsafe(self._watch(id_), self._loop)
            self._watches.append(watch)

    def until(self, is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait for *is_so*, asked at every snapshot and in between."""
        deadline = time.monotonic() + seconds
        with self._news:
            while not is_so():
                assert time.monotonic() < deadline, self.told()
                self._news.wait(POLL)

    def finish(self, ids: Iterable[str] | None = None) -> list[Generation]:
        """Wait for the end of *ids*, or of everything; return the records."""
        wanted = list(self.ids if ids is None else ids)
        self.until(lambda: all(self.is_over(i) for i in wanted))
        return [self.seen[i][-1].record for i in wanted]

    def statuses(self, ids: Iterable[str] | None = None) -> list[Status]:
        return [record.status for record in self.finish(ids)]

    def is_over(self, id_: str) -> bool:
        return bool(self.seen[id_]) and self.seen[id_][-1].is_final

    def runs(self, id_: str) -> bool:
        """Whether a step of *id_* was seen."""
        return any(s.progress is not None and s.progress.step > 0 for s in self.seen[id_])

    def runs_or_ran(self, id_: str) -> bool:
        return self.runs(id_) or self.is_over(id_)

    def is_on_server(self, id_: str) -> bool:
        return any(
            s.status is Status.SUBMITTED and s.progress and s.progress.place for s in self.seen[id_]
        )

    def wait_for_link(self, *links: Link) -> None:
        self.until(lambda: self.studio.servers.states()[0].freshness.link in links)

    def links(self, ids: Iterable[str]) -> set[Link]:
        """Every link that watchers of *ids* were told."""
        return {s.freshness.link for id_ in ids for s in self.seen[id_]}

    def told(self) -> str:
        """What was last seen of everything, for a failing test."""
        lines = [str(self.studio.servers.states()[0].freshness)]
        for id_, seen in self.seen.items():
            if seen:
                last = seen[-1]
                phase = last.progress.phase if last.progress else None
                lines.append(f"{id_}: {last.status} {phase} {last.notice} {last.record.error}")
        return "\n".join(lines)

    def check(self, books: Callable[[], list[Entry]], engine_folder: Path) -> Audit:
        """Assert that all is over and as the engine's *books* have it; call it last."""
        self.finish()
        self.wait_for_link(Link.LIVE)
        self.close()
        wait_until(lambda: all(entry.outcome for entry in books()))  # frames come before the end
        for id_ in self.ids:
            check_bar(self.seen[id_])
        return check_books(self.folder, books(), engine_folder)

    def _studio(self) -> Studio:
        folder, method = self.folder, self._preview_method
        settings = Settings(_env_file=None, data_folder=folder, preview_method=method)  # type: ignore[call-arg] # pydantic-settings' own
        address = parse_address(self.url, name=SERVER)
        return Studio(settings, [address], open_store(self.folder), self.cadence)

    async def _watch(self, id_: str) -> None:
        async for snapshot in self.studio.generations.watch(id_, ANYBODY):
            with self._news:
                self.seen[id_].append(snapshot)
                self._news.notify_all()


def wait_until(is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for what no snapshot tells: the engine's own state."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(POLL)


def request(prompts: int = 1, **fields: Any) -> GenerationRequest:
    asked = {"prompt": "a lighthouse", "checkpoint": CHECKPOINT, "width": 64, "height": 64}
    return GenerationRequest.model_validate({**asked, "steps": 12, "prompts": prompts, **fields})


def check_books(folder: Path, entries: Iterable[Entry], engine_folder: Path) -> Audit:
    """Assert that everything kept in *folder* is as the engine has it."""
    store = open_store(folder)
    records = store.generations.page(owner=None, limit=10_000)
    store.close()
    engine = Engine({entry.prompt_id: entry for entry in entries}, engine_folder)
    result = audit(records, {SERVER: engine}, folder)
    assert result.is_clean, result.found
    return result


def check_bar(seen: list[Snapshot]) -> None:
    """Assert that the percentage never fell within a run, and never moved without news."""
    for before, after in pairwise(seen):
        if after.progress is None or before.progress is None:
            continue
        if after.record.attempts != before.record.attempts:
            continue
        assert after.percentage >= before.percentage, (before, after)
        if after.percentage != before.percentage and not after.is_final:
            # By news, or by the time that passes while there is a way for news to come.
            assert after.progress != before.progress or after.as_of > before.as_of
            assert (after.progress.heard_at or 0.0) >= (before.progress.heard_at or 0.0)
    for snapshot in seen:
        if snapshot.progress and snapshot.progress.phase is Phase.QUEUED:
            assert snapshot.percentage == 0.0
        if snapshot.progress and snapshot.progress.phase is Phase.RUNNING:
            assert snapshot.percentage < 99.0


def viewer(owner: str = OWNER) -> Viewer:
    return Viewer(owner)
