"""Hands waiting jobs to one server, one at a time: the record always knows before the server."""

import logging
import threading
import time
from typing import Any

from comfy.cadence import USUAL, Cadence
from comfy.ending import JOIN_SECONDS, join
from comfy.errors import (
    BadAnswer,
    ComfyError,
    Rejected,
    TooLarge,
    TurnedAway,
    Unanswered,
    Unreachable,
)
from comfy.freshness import Link
from storage.errors import StorageError
from storage.records import Generation, Status
from studio import failures
from studio.attendant import Attendant
from studio.grapher import Grapher
from studio.jobs import Jobs
from studio.refusals import Refusals

log = logging.getLogger(__name__)


class Sender:
    """One server's hand-out, on a thread of its own."""

    def __init__(
        self,
        attendant: Attendant,
        jobs: Jobs,
        grapher: Grapher,
        refusals: Refusals,
        cadence: Cadence = USUAL,
    ) -> None:
        self._cadence = cadence
        self._refusals = refusals
        self._server = attendant.server
        self._attendant = attendant
        self._jobs = jobs
        self._grapher = grapher
        self._name = self._server.address.label
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"hand out {self._name}", daemon=True
        )

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; returns at once."""
        self._stop.set()
        self._jobs.wake()

    def close(self, seconds: float = JOIN_SECONDS) -> None:
        """Stop, and wait at most *seconds* for the thread, which may wait for an answer."""
        self.stop()
        join([self._thread], seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            job = self._jobs.take(
                self._name,
                is_ready=self._is_ready,
                can_run=lambda record: self._grapher.can_run(record, self._server),
            )
            if job is None:
                continue
            try:
                self._send(job.record)
            except StorageError as error:
                self._put_back(job.record.id, str(error))
            except Exception:
                # One job that cannot be sent must not keep the others from their turn.
                log.exception("generation %s could not be sent", job.record.id)
                if not self._stop.is_set():
                    self._fail(job.record.id, failures.UNEXPECTED)

    def _is_ready(self) -> bool:
        if self._stop.is_set() or not self._server.answers:
            return False
        return self._server.freshness().link in (Link.LIVE, Link.POLLING, Link.STALLED)

    def _send(self, record: Generation) -> None:
        """Make the graph, store where it goes, send it."""
        id_ = record.id
        try:
            graph = self._grapher.graph(record, self._server)
        except (Unreachable, BadAnswer, TurnedAway) as error:
            self._put_back(id_, str(error))
            return
        except ComfyError as error:
            self._fail(id_, failures.Explanation(str(error), "refused"))
            return
        plan = self._grapher.plan(record, graph, self._server)
        forecast = self._grapher.forecast(record, graph, plan, self._server)
        self._jobs.change(
            id_,
            status=Status.SUBMITTED,
            server=self._name,
            graph=graph,
            submitted_at=time.time(),
            attempts=record.attempts + 1,
            # Nothing has begun, and more is known now than when it was asked for.
            forecast_seconds=forecast.seconds if forecast else record.forecast_seconds,
        )
        self._jobs.show(id_, forecast=forecast)
        self._server.expect(id_, graph, plan)
        try:
            self._submit(id_)
        except Rejected as error:
            self._refusals.keep(record.group, error.problems)
            self._fail(id_, failures.explain_rejection(error))
        except TooLarge as error:
            self._fail(id_, failures.Explanation(str(error), "too large"))
        except ComfyError as error:  # it was not sent: let it wait for a better time
            self._unsent(id_, str(error))

    def _submit(self, id_: str) -> None:
        """Send an expected prompt so that it never runs twice by our doing."""
        while not self._stop.is_set():
            job = self._jobs.get(id_)
            if job is None:
                return
            if job.record.cancel_asked:
                self._attendant.end(id_, None, status=Status.CANCELLED)
                return
            try:
                self._server.submit(id_)
            except (Unanswered, BadAnswer) as error:
                log.warning("generation %s: %s", id_, error)
                self._jobs.show(id_, notice=f"{error} Looking whether it took the prompt.")
                if not self._arrived(id_):
                    self._jobs.change(id_, attempts=job.record.attempts + 1)
                    continue
            if self._stop.is_set():
                return  # the record says submitted: the next run of Stepglass looks for it
            log.info("generation %s (prompt_id) is on %s", id_, self._name)
            self._jobs.show(id_, notice="")
            self._attendant.attend(id_)
            return

    def _arrived(self, id_: str) -> bool:
        """Look for a prompt whose answer never came; True where it is there, or we must stop."""
        looks, before = 0, self._server.snapshot(id_)
        while looks < self._cadence.doubt_looks:
            if self._stop.wait(self._cadence.doubt):
                return True
            try:
                found = self._server.knows(id_)
                looks += 1
            except ComfyError as error:
                self._jobs.show(id_, notice=str(error))  # no answer is no absence
                continue
            if found or self._server.snapshot(id_) is not before:
                self._server.sent(id_)
                return True
        return False

    def _unsent(self, id_: str, notice: str) -> None:
        """The last attempt did not reach the server, so it does not count."""
        job = self._jobs.get(id_)
        if job is not None:
            self._put_back(id_, notice, attempts=max(0, job.record.attempts - 1))

    def _put_back(self, id_: str, notice: str, **fields: Any) -> None:
        """Let a job wait for a better time, however long it takes to store that."""
        while True:
            try:
                self._jobs.put_back(id_, notice, release=lambda: self._server.forget(id_), **fields)
            except StorageError as error:
                self._jobs.show(id_, notice=str(error))
                if self._stop.wait(self._cadence.first_retry):
                    return
            else:
                self._stop.wait(self._cadence.put_back)
                return

    def _fail(self, id_: str, why: failures.Explanation) -> None:
        try:
            self._attendant.end(id_, None, why, status=Status.FAILED)
        except StorageError as error:
            self._put_back(id_, str(error))
