"""The engine: a queue, one worker, and what they remember. Lives on one event loop."""

import asyncio
import logging
import secrets
import shutil
import string
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

from comfy.demo.engine.downloads import Downloads
from comfy.demo.engine.execute import Cached, Run
from comfy.demo.engine.faults import Faults
from comfy.demo.engine.ledger import JOURNAL, Books
from comfy.demo.engine.messages import Report
from comfy.demo.engine.queue import Outcome, Prompt, Queue
from comfy.demo.engine.sockets import Sockets
from comfy.demo.nodes.catalogue import Catalogue
from comfy.demo.nodes.context import Context, Memory
from comfy.demo.settings import EngineSettings

log = logging.getLogger(__name__)

Json = dict[str, Any]

IDLE_SECONDS = 0.02
PAINTERS = 2
"""Threads that paint: the picture and, beside it, the previews."""


class Engine:
    """Accepts prompts and runs them one after another."""

    def __init__(self, settings: EngineSettings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.faults = Faults()
        for name in ("input", "output", "temp"):
            if name == "temp":
                shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.books = Books(folder / JOURNAL if settings.faults else None)
        self.catalogue = Catalogue(folder / "input", settings.without)
        self.downloads = Downloads(folder / "temp", self.catalogue.add_model)
        self.features: Json = {
            "supports_preview_metadata": True,
            "supports_model_type_tags": True,
            "max_upload_size": settings.max_upload_bytes,
            "extension": {"manager": {"supports_v4": True}},
            "node_replacements": True,
            "assets": False,
        }
        self.sockets = Sockets(self.faults, self.features)
        self.queue = Queue(self._tell_status)
        self._executor = ThreadPoolExecutor(PAINTERS, thread_name_prefix="painter")
        self._temp_prefix = "_temp_" + "".join(
            secrets.choice(string.ascii_lowercase) for _ in range(5)
        )
        self._forget()

    def _forget(self) -> None:
        self._cache: dict[str, Cached] = {}
        self._memory = Memory()
        self._report: Report | None = None
        self._prompt: Prompt | None = None
        self._interrupted = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the worker."""
        self._worker = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Stop the worker; what runs is left where it is."""
        if self._worker:
            # Again and again: until Python 3.12 `wait_for` loses a cancellation that comes together
            # with what it waits for, an interrupt.
            while not self._worker.done():
                self._worker.cancel()
                await asyncio.wait([self._worker], timeout=IDLE_SECONDS)

    async def restart(self, *, keep_history: bool = False, keep_output: bool = True) -> None:
        """Forget queue, history and everything loaded, as a killed and restarted server.

        Some keep their history in a file; those in a container without a volume lose their
        files.
        """
        await self.stop()
        self.queue.forget(history=not keep_history)
        self.downloads.forget()
        self.books.forget(history=not keep_history)
        self._forget()
        self.wipe("temp")
        if not keep_output:
            self.wipe("output")
        self.start()

    def wipe(self, name: str = "output") -> None:
        """Remove all files of one of our folders."""
        if name == "output":
            self.books.wipe()
        for path in (self.folder / name).iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def close(self) -> None:
        """Let the painters go."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self.books.close()

    def accept(self, prompt: Prompt) -> None:
        """Queue a valid prompt."""
        self.books.receive(prompt.prompt_id, prompt.client_id or "")
        self.queue.put(prompt)
        self._stage("queued")

    def interrupt(self, prompt_id: str | None) -> bool:
        """Stop the running prompt if it is *prompt_id*, or any with None."""
        running = self.queue.running
        if running and (prompt_id is None or running[0].prompt_id == prompt_id):
            self._interrupted.set()
            return True
        return False

    def delete(self, prompt_id: str) -> bool:
        """Take a pending prompt out of the queue."""
        if not self.queue.delete(prompt_id):
            return False
        self.books.delete(prompt_id)
        return True

    def clear(self) -> None:
        """Take all pending prompts out of the queue."""
        for prompt in self.queue.clear():
            self.books.delete(prompt.prompt_id)

    def clear_history(self, prompt_ids: Iterable[str] | None = None) -> None:
        """Take these, or all, out of the history."""
        history = self.queue.history
        gone = [id_ for id_ in (prompt_ids or tuple(history)) if history.pop(id_, None)]
        self.books.clear(gone)

    def unload(self) -> None:
        """Forget loaded models and kept results (``/free``)."""
        self._cache.clear()
        self._memory.warm.clear()

    def greeting(self, sid: str) -> list[tuple[str, Json]]:
        """What a new socket of client *sid* hears first."""
        heard: list[tuple[str, Json]] = [("status", {**self._status(), "sid": sid})]
        prompt, report = self._prompt, self._report
        if prompt and report and prompt.client_id == sid and report.last_node is not None:
            heard.append(("executing", {"node": report.last_node}))
        return heard

    def _status(self) -> Json:
        return {"status": {"exec_info": {"queue_remaining": self.queue.remaining}}}

    def _tell_status(self) -> None:
        self.sockets.send("status", self._status())

    def _stage(self, stage: str) -> None:
        """Do what is set to happen at this point of a run."""
        for doing in self.faults.take_stage(stage):
            self.faults.do(doing.name, **doing.arguments)
        if stage.startswith("step:") and self.faults.garbage_steps:
            self.faults.do("garbage")

    async def _work(self) -> None:
        while True:
            while self.faults.dead_worker:  # noqa: ASYNC110 - set from any thread
                await asyncio.sleep(IDLE_SECONDS)
            prompt = await self.queue.get()
            try:
                await self._run(prompt)
            except Exception:  # pragma: no cover - a flaw of ours; the queue must go on
                log.exception("Prompt %s broke the worker", prompt.prompt_id)
                self.queue.done(prompt, Outcome(status="error"))

    async def _run(self, prompt: Prompt) -> None:
        outcome = Outcome()
        report = Report(self.sockets, prompt, outcome, throttle=self.settings.throttle)
        self._prompt, self._report = prompt, report
        self._interrupted = asyncio.Event()
        self.books.start(prompt.prompt_id)
        log.info("Prompt %s started", prompt.prompt_id)
        run = Run(
            prompt,
            report,
            outcome,
            self._cache,
            self.catalogue,
            self.faults,
            lambda node, graph: self._context(prompt, report, node, graph),
            self.folder / "input",
        )
        await run.go()
        self._cache = {key: kept for key, kept in self._cache.items() if key in run.keys}
        report.last_node = None
        if self.settings.faults:
            self.books.save(prompt.prompt_id, self._digests(outcome))  # before any frame leaves
        await self.sockets.flush()  # or a drop at this stage would take the success with it
        self._stage("finishing")
        if self.faults.history_delay:
            await asyncio.sleep(self.faults.history_delay)
        saved = [str(file["filename"]) for file in _saved(outcome)]
        self.books.end(prompt.prompt_id, _ending(outcome), saved, run.executed)
        self.queue.done(prompt, outcome)
        report.over()
        self._prompt = self._report = None
        self._stage("ended")
        log.info("Prompt %s ended: %s", prompt.prompt_id, _ending(outcome))

    def _digests(self, outcome: Outcome) -> list[str]:
        """The SHA-256 of each saved file, "" where it is gone already."""
        paths = [self.folder / f["type"] / f["subfolder"] / f["filename"] for f in _saved(outcome)]
        return [sha256(p.read_bytes()).hexdigest() if p.is_file() else "" for p in paths]

    def _context(self, prompt: Prompt, report: Report, node: str, graph: Json) -> Context:
        return Context(
            node=node,
            prompt=graph,
            extra=prompt.extra_data,
            folder=self.folder,
            settings=self.settings,
            memory=self._memory,
            executor=self._executor,
            reporter=report,
            interrupted=self._interrupted,
            is_dead=lambda: self.faults.dead_worker,
            stage=self._stage,
            temp_prefix=self._temp_prefix,
        )


def _saved(outcome: Outcome) -> list[Json]:
    """All files in *outcome*."""
    outputs = (files for ui in outcome.outputs.values() for files in ui.values())
    return [file for files in outputs for file in files if isinstance(file, dict)]


def _ending(outcome: Outcome) -> str:
    """success, error or interrupted."""
    if outcome.status == "success":
        return "success"
    events = {event for event, _ in outcome.messages}
    return "interrupted" if "execution_interrupted" in events else "error"
