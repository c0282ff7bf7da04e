"""The threads that look after the jobs that a server has, until each is over.

They do whatever a job needs next: note that it runs, cancel it, fetch and keep its files, write
its end. Every step may fail, wait and be tried again; a step done once is not done twice.
Fetching and keeping have threads of their own, so that no slow file delays a cancel. `_lock`
guards the dicts.
"""

import logging
import threading
import time
from pathlib import Path
from typing import Any

from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from comfy.client.threads import Threaded
from comfy.client.timeouts import USUAL, Cadence
from comfy.clock import wall
from comfy.errors import ComfyError
from comfy.progress.advance import Phase, Progress
from comfy.protocol.events import Fate
from storage.errors import StorageError
from storage.records import Generation, Status
from studio.dispatch import explanations
from studio.dispatch.aftermath import Aftermath
from studio.dispatch.due_queue import DueQueue
from studio.dispatch.fetch import Kept
from studio.dispatch.file_keeper import Keeper
from studio.dispatch.measured import measured
from studio.dispatch.setbacks import Setbacks
from studio.generations.made_with import made_fields
from studio.jobs.job import sent_as
from studio.jobs.jobs import Jobs

log = logging.getLogger(__name__)

KEEPERS = 3
"""Generations of one server whose files are fetched at once: a long video delays no image."""

NOTED_SHARE = 0.01
"""What a bar must have moved on for that to be stored."""
MAX_DEATHS = 2
"""How often a server may end while it has a prompt that waits there; it may be the prompt."""


class Attendant(Threaded):
    """Settles the jobs of one server."""

    def __init__(self, server: Server, jobs: Jobs, folder: Path, cadence: Cadence = USUAL) -> None:
        super().__init__()
        self.server = server
        self._name = server.address.label
        self._jobs = jobs
        self._cadence = cadence
        self.setbacks = Setbacks(server, jobs, self._forget, cadence)
        self._agenda = DueQueue()
        self._keeper = Keeper(server, folder, cadence, is_closing=lambda: self._agenda.closed)
        self._lock = threading.Lock()
        self._phases: dict[str, tuple[Phase, bool]] = {}
        self._delays: dict[str, float] = {}
        self.aftermath = Aftermath(server, self.attend, cadence)
        self._runs(f"attend {self._name}", self._run, False)
        for number in range(1, 1 + KEEPERS):
            self._runs(f"keep {number} from {self._name}", self._run, True)

    def _rouse(self) -> None:
        self._agenda.close()

    def attend(self, id_: str, after: float = 0.0) -> None:
        """Look at a job now, or *after* some seconds."""
        self._agenda.add(id_, after)

    def heard(self, id_: str) -> None:
        """Hear of a new snapshot; called from the server's threads, so it must be quick."""
        with self._lock:
            progress = self.server.snapshot(id_)
            if progress is None:
                return
            state = (progress.phase, progress.accepted)
            moved = self._phases.get(id_) != state
            self._phases[id_] = state
        if moved and progress.phase in (Phase.SETTLING, Phase.FINISHED):
            self._keeper.ending(id_)
        if moved:
            self.attend(id_)

    def sent(self, id_: str, node: str, image: bytes) -> None:
        """Take an image that node *node* of a running prompt sent over the socket."""
        self._keeper.sent(id_, node, image)

    def end(
        self,
        id_: str,
        progress: Progress | None,
        why: explanations.Explanation | None = None,
        *,
        is_doubtful: bool = False,
        **fields: Any,
    ) -> None:
        """Write the end of a job and let go of it. Raises StorageError.

        *is_doubtful* says that the server may still get the prompt.
        """
        fields |= why.fields() if why else {}
        took = None
        if progress:
            slept, here = self.server.slept(id_), self.server.address.is_loopback
            took = measured(progress, slept=slept, here=here)
            fields |= {"reached": self.server.reached(id_, 0.0), **took.times}
            fields |= self._acceptance(id_, progress)
        fields["finished_at"] = fields.get("finished_at") or time.time()
        ended = self._jobs.finish(id_, took.runs if took else (), **fields)
        self._forget(id_)
        if ended and (is_doubtful or ended.attempts > 1):
            self.aftermath.expect(id_, is_owed=explanations.is_unheard(ended.error_kind))

    def _run(self, keeps: bool) -> None:  # noqa: FBT001 - a thread's target takes no keywords
        while (id_ := self._agenda.take(lambda id_: self._is_to_keep(id_) is keeps)) is not None:
            try:
                self._attend(id_)
                self._forget_delay(id_)
            except (ComfyError, StorageError) as error:
                self._again(id_, str(error))
            except Exception:
                # Whatever it was, the job is still there: it is looked at again, not dropped.
                log.exception("generation %s could not be attended to", id_)
                self._again(id_, explanations.UNEXPECTED.sentence)
            finally:
                self._agenda.done(id_)

    def _is_to_keep(self, id_: str) -> bool:
        with self._lock:
            phase, _ = self._phases.get(id_, (None, False))
        return phase is Phase.FINISHED

    def _again(self, id_: str, notice: str) -> None:
        if self._agenda.closed:
            return  # it was we who hung up: the next run of Stepglass goes on
        log.warning("generation %s: %s", id_, notice)
        self._jobs.show(id_, notice=notice)
        with self._lock:
            last = self._delays.get(id_, self._cadence.first_retry / 2)
            delay = self._delays[id_] = min(self._cadence.max_retry, last * 2)
        self.attend(id_, delay)

    def _attend(self, id_: str) -> None:
        job, progress = self._jobs.get(id_), self.server.snapshot(id_)
        if job is None or job.line != self._name:
            self.aftermath.catch(id_)
            return
        if progress is None:
            return
        record = job.record
        if progress.phase.is_final:
            self._settle(record, progress)
            return
        if record.status is Status.SUBMITTED:
            self._note(record, progress)
        if progress.phase is Phase.RUNNING:
            self._note_reached(record)
        if record.attempts > 1 and progress.phase is Phase.RUNNING:
            # Should the first one have arrived too, late, it waits behind this one.
            self.attend(id_, self._cadence.cancel_again)
            self.server.api.delete(id_)
        if record.cancel_asked:
            self._cancel(record, progress)

    def _cancel(self, record: Generation, progress: Progress) -> None:
        """Have the server let go of a prompt; without it where it is not there.

        What the server said had ended is waited for: its images may be there.
        """
        is_gone = self.server.freshness().link is Link.UNREACHABLE
        if is_gone and progress.phase is not Phase.SETTLING:
            why = explanations.CANCELLED_UNHEARD
            self.end(record.id, progress, why, status=Status.CANCELLED, is_doubtful=True)
            return
        self.attend(record.id, self._cadence.cancel_again)
        self.server.cancel(record.id)

    def _note(self, record: Generation, progress: Progress) -> None:
        """Store that the server took a prompt, and that it began."""
        news: dict[str, Any] = self._acceptance(record.id, progress)
        if progress.phase is not Phase.QUEUED:
            started = wall(progress.started_at) if progress.started_at else time.time()
            news |= {"status": Status.RUNNING, "started_at": started}
        if news and self._jobs.change(record.id, when=sent_as(record), **news):
            self._jobs.show(record.id, notice="", trouble="", tries=0)

    def _note_reached(self, record: Generation) -> None:
        """Store now and then how far a bar has come: the next run goes on from there."""
        self.attend(record.id, self._cadence.note)
        reached = self.server.reached(record.id, 0.0)
        if reached >= record.reached + NOTED_SHARE:
            self._jobs.change(record.id, when=sent_as(record), reached=reached)

    def _acceptance(self, id_: str, progress: Progress) -> dict[str, Any]:
        job = self._jobs.get(id_)
        is_news = progress.accepted and job is not None and job.record.accepted_at is None
        return {"accepted_at": time.time()} if is_news else {}

    def _settle(self, record: Generation, progress: Progress) -> None:
        """Write the end that the server gave a prompt."""
        match progress.phase:
            case Phase.FINISHED:
                self._keep(record, progress)
            case Phase.INTERRUPTED:
                why = None if record.cancel_asked else explanations.INTERRUPTED_ELSEWHERE
                doubtful = not progress.accepted
                status = Status.CANCELLED
                self.end(record.id, progress, why, status=status, is_doubtful=doubtful)
            case Phase.FAILED if progress.failure:
                why = explanations.explain_failure(progress.failure, progress.plan)
                self.end(record.id, progress, why, status=Status.FAILED)
            case Phase.LOST if kept := self._rescued(record, progress):
                times = {"started_at": kept.started_at, "finished_at": kept.finished_at}
                self._finish(record.id, None, kept, **times)
            case _:
                self._lost(record, progress)

    def _rescued(self, record: Generation, progress: Progress) -> Kept | None:
        """What there is of a prompt that ran to its end before its server forgot it."""
        if kept := self._keeper.recall(record.id):
            return kept
        return self._keeper.find(record) if progress.fate is Fate.UNKNOWN else None

    def _lost(self, record: Generation, progress: Progress) -> None:
        """Send again what certainly never ran; else what is asked to be, and once."""
        began = record.status is Status.RUNNING or progress.started_at is not None
        fate = Fate.UNKNOWN if began or record.cancel_asked else progress.fate
        if fate is Fate.NEVER_ARRIVED:
            job = self._jobs.get(record.id)
            trouble = job.trouble if job else ""
            self.setbacks.step_aside(record, trouble or explanations.NEVER_ARRIVED)
        elif fate is Fate.NEVER_BEGAN and record.attempts < MAX_DEATHS:
            self.setbacks.take_back(record, explanations.SENT_AGAIN)
        elif fate is Fate.NEVER_BEGAN:
            self.end(record.id, progress, explanations.LOST_TWICE, status=Status.LOST)
        elif record.retry_on_loss and not record.cancel_asked:
            once = {"retry_on_loss": False, "started_at": None}
            self.setbacks.take_back(record, explanations.SENT_AGAIN, **once)
        else:
            self.end(record.id, progress, explanations.LOST, status=Status.LOST)

    def _keep(self, record: Generation, progress: Progress) -> None:
        """Fetch and keep every file, then write the record in one transaction."""
        self._jobs.show(record.id, keeping=True)
        self._finish(record.id, progress, self._keeper.keep(progress))

    def _finish(self, id_: str, progress: Progress | None, kept: Kept, **times: Any) -> None:
        job = self._jobs.get(id_)
        self.end(
            id_,
            progress,
            status=Status.FINISHED,
            **(made_fields(job.record, kept.images) if job else {}),
            images=kept.images,
            warning=" ".join(kept.warnings),
            texts=kept.texts,
            fetched_at=time.time(),
            **times,
        )

    def _forget(self, id_: str) -> None:
        self.server.forget(id_)
        with self._lock:
            self._phases.pop(id_, None)
        self._keeper.forget(id_)
        self._forget_delay(id_)

    def _forget_delay(self, id_: str) -> None:
        with self._lock:
            self._delays.pop(id_, None)
