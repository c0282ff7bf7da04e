"""Attends to the jobs a server has, until each is over: the thread that keeps what comes back.

It does whatever a job needs next (note that it runs, cancel it, fetch and keep its files, write
its end). Every step may fail, wait and be tried again; a step done once is not done twice.
`_lock` guards `_due` and `_phases`.
"""

import heapq
import logging
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from comfy.errors import ComfyError, NotFound, TooLarge
from comfy.progress import Phase, Progress
from comfy.server import Server
from comfy.timeline import spans
from storage.errors import StorageError
from storage.files import keep
from storage.records import Generation, Image, NodeRun, Status
from studio import failures
from studio.jobs import Jobs

log = logging.getLogger(__name__)

FIRST_RETRY = 0.5
MAX_RETRY = 15.0
CANCEL_AGAIN = 2.0
MAX_ATTEMPTS = 2
"""How often a prompt that had begun is sent where "retry on loss" was chosen."""


class Attendant:
    """Settles the jobs of one server."""

    def __init__(self, server: Server, jobs: Jobs, folder: Path) -> None:
        self.server = server
        self._name = server.address.label
        self._jobs = jobs
        self._folder = folder
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._due: list[tuple[float, str]] = []
        self._phases: dict[str, Phase] = {}
        self._delays: dict[str, float] = {}
        self._stop = False
        self._thread = threading.Thread(target=self._run, name=f"attend {self._name}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop and join the thread."""
        with self._lock:
            self._stop = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def attend(self, id_: str, after: float = 0.0) -> None:
        """Look at a job now, or *after* some seconds."""
        with self._lock:
            heapq.heappush(self._due, (time.monotonic() + after, id_))
            self._wake.notify_all()

    def heard(self, id_: str) -> None:
        """Hear of a new snapshot; called from the server's threads, so it must be quick."""
        progress = self.server.snapshot(id_)
        if progress is None:
            return
        with self._lock:
            moved = self._phases.get(id_) is not progress.phase
            self._phases[id_] = progress.phase
        if moved:
            self.attend(id_)

    def end(
        self,
        id_: str,
        progress: Progress | None,
        why: failures.Explanation | None = None,
        **fields: Any,
    ) -> None:
        """Write the end of a job and let go of it. Raises StorageError."""
        if why:
            fields |= {
                "error": why.sentence,
                "error_kind": why.kind,
                "error_node": why.node,
                "error_detail": why.detail,
            }
        if progress:
            fields |= {"started_at": progress.started_at, "finished_at": progress.ended_at}
        fields["finished_at"] = fields.get("finished_at") or time.time()
        self._jobs.finish(id_, _node_runs(progress), **fields)
        self._forget(id_)

    def _run(self) -> None:
        while True:
            with self._lock:
                while not self._stop and (wait := self._next() - time.monotonic()) > 0:
                    self._wake.wait(min(wait, threading.TIMEOUT_MAX))
                if self._stop:
                    return
                _, id_ = heapq.heappop(self._due)
            try:
                self._attend(id_)
                self._delays.pop(id_, None)
            except (ComfyError, StorageError) as error:
                log.warning("generation %s: %s", id_, error)
                self._again(id_, str(error))
            except Exception:
                # Whatever it was, the job is still there: it is looked at again, not dropped.
                log.exception("generation %s could not be attended to", id_)
                self._again(id_, failures.UNEXPECTED.sentence)

    def _next(self) -> float:
        return self._due[0][0] if self._due else float("inf")

    def _again(self, id_: str, notice: str) -> None:
        self._jobs.show(id_, notice=notice)
        delay = self._delays[id_] = min(MAX_RETRY, self._delays.get(id_, FIRST_RETRY / 2) * 2)
        self.attend(id_, delay)

    def _attend(self, id_: str) -> None:
        job, progress = self._jobs.get(id_), self.server.snapshot(id_)
        if job is None or progress is None or job.line != self._name:
            return
        record = job.record
        if progress.phase.is_final:
            self._settle(record, progress)
            if job.resent:
                self.server.api.delete(id_)  # should both have arrived, the second must not run
            return
        if progress.phase is not Phase.QUEUED and record.status is Status.SUBMITTED:
            started = progress.started_at or time.time()
            self._jobs.change(id_, status=Status.RUNNING, started_at=started)
        if record.cancel_asked:
            self.attend(id_, CANCEL_AGAIN)
            self.server.cancel(id_)

    def _settle(self, record: Generation, progress: Progress) -> None:
        """Write the end that the server gave a prompt."""
        match progress.phase:
            case Phase.FINISHED:
                self._keep(record, progress)
            case Phase.INTERRUPTED:
                why = None if record.cancel_asked else failures.INTERRUPTED_ELSEWHERE
                self.end(record.id, progress, why, status=Status.CANCELLED)
            case Phase.FAILED if progress.failure:
                why = failures.explain_failure(progress.failure, progress.plan)
                self.end(record.id, progress, why, status=Status.FAILED)
            case _:
                self._lost(record, progress)

    def _lost(self, record: Generation, progress: Progress) -> None:
        """A prompt that never began is sent again; one that did, only where asked, and once."""
        began = record.status is Status.RUNNING or progress.started_at is not None
        again = not began or (record.retry_on_loss and record.attempts < MAX_ATTEMPTS)
        if again and not record.cancel_asked:
            self._forget(record.id)
            self._jobs.put_back(record.id, failures.SENT_AGAIN, started_at=None)
        else:
            self.end(record.id, progress, failures.LOST, status=Status.LOST)

    def _keep(self, record: Generation, progress: Progress) -> None:
        """Fetch and keep every file, then write the record in one transaction."""
        self._jobs.show(record.id, keeping=True)
        images: list[Image] = []
        missing: list[str] = []
        for number, file in enumerate(progress.files):
            try:
                data = self.server.api.view(file)
            except (NotFound, TooLarge) as error:
                missing.append(str(error))
                continue
            images.append(
                keep(
                    self._folder,
                    record.id,
                    number,
                    data,
                    filename=file.filename,
                    kind=file.kind,
                    node=file.node,
                    temporary=file.type != "output",
                )
            )
        self.end(
            record.id,
            progress,
            status=Status.FINISHED,
            images=tuple(images),
            warning=" ".join((*progress.warnings, *missing)),
            texts=progress.texts,
            fetched_at=time.time(),
        )

    def _forget(self, id_: str) -> None:
        self.server.forget(id_)
        with self._lock:
            self._phases.pop(id_, None)


def _node_runs(progress: Progress | None) -> Iterable[NodeRun]:
    for span in spans(progress) if progress else ():
        yield NodeRun(
            span.node,
            span.title,
            span.node_class,
            span.activity,
            span.started_at,
            span.ended_at,
            span.steps,
            span.step_seconds,
        )
