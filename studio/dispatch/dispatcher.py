"""Hands waiting jobs to one server, one at a time: the record always knows before the server."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from comfy.client.threads import Threaded
from comfy.client.timeouts import USUAL, Cadence
from comfy.errors import (
    BadAnswer,
    ComfyError,
    Denied,
    NotFound,
    Rejected,
    TooLarge,
    TurnedAway,
    Unreachable,
    is_open,
)
from storage.errors import StorageError
from storage.records import Generation, Status
from studio.dispatch import explanations
from studio.dispatch.collector import Attendant
from studio.dispatch.placement import Placement, is_ready
from studio.dispatch.rejections import Refusals
from studio.generations.graphs import Grapher
from studio.jobs.job import Job, may_be_sent
from studio.jobs.jobs import Jobs
from studio.servers.ability import Ability

log = logging.getLogger(__name__)
T = TypeVar("T")

_LATER = (Unreachable, BadAnswer, TurnedAway, Denied, NotFound)
"""Troubles of a server, or of what stands before it, that may pass."""


class Sender(Threaded):
    """One server's hand-out, on a thread of its own."""

    def __init__(
        self,
        attendant: Attendant,
        jobs: Jobs,
        grapher: Grapher,
        ability: Ability,
        placement: Placement,
        refusals: Refusals,
        cadence: Cadence = USUAL,
    ) -> None:
        super().__init__()
        self._cadence = cadence
        self._refusals = refusals
        self._server = attendant.server
        self._attendant = attendant
        self._jobs = jobs
        self._grapher = grapher
        self._ability = ability
        self._placement = placement
        self._name = self._server.address.label
        self._pause = 0.0  # after a try that came to nothing, on a server that takes no prompts
        self._runs(f"hand out {self._name}", self._run)

    def _rouse(self) -> None:
        self._jobs.wake()

    def _run(self) -> None:
        while not self._ending.is_set():
            job = self._take()
            if job is None:
                continue
            try:
                self._send(job.record)
            except Exception:
                # One job that cannot be sent must not keep the others from their turn.
                log.exception("generation %s could not be sent", job.record.id)
                if not self._ending.is_set():
                    self._fail(job.record, explanations.UNEXPECTED, is_doubtful=True)

    def _take(self) -> Job | None:
        """Wait for the next that falls to this server; None where none came."""
        try:
            self._placement.look_up()
            return self._jobs.take(
                self._name,
                is_ready=self._is_ready,
                choose=lambda roster: self._placement.choose(self._name, roster),
            )
        except Exception:
            # Whatever waits must not end the hand-out: it is looked at again.
            log.exception("nothing could be chosen for %s", self._name)
        self._ending.wait(self._cadence.first_retry)
        return None

    def _is_ready(self) -> bool:
        if self._ending.is_set() or self._attendant.aftermath.owes:
            return False
        return is_ready(self._server)

    def _send(self, record: Generation) -> None:
        """Make the graph, store where it goes, send it."""
        id_ = record.id
        try:
            graph = self._grapher.graph(record, self._server)
        except _LATER as error:
            self._step_aside(record, str(error))
            return
        except ComfyError as error:
            self._fail(record, explanations.Explanation(str(error), "refused"))
            return
        plan = self._grapher.plan(record, graph, self._server)
        forecast = self._grapher.forecast(record, graph, plan, self._server)
        try:
            sent = self._jobs.change(
                id_,
                when=may_be_sent,
                status=Status.SUBMITTED,
                server=self._name,
                graph=graph,
                submitted_at=time.time(),
                attempts=record.attempts + 1,
                # Nothing has begun, and more is known now than when it was asked for.
                forecast_seconds=forecast.seconds if forecast else record.forecast_seconds,
            )
        except StorageError as error:
            self._let_go(id_, str(error))
            self._ending.wait(self._cadence.put_back)
            return
        if sent is None:  # held or cancelled meanwhile
            self._let_go(id_)
            return
        self._jobs.show(id_, forecast=forecast)
        self._server.expect(id_, graph, plan)
        self._submit(sent)

    def _let_go(self, id_: str, notice: str = "") -> None:
        """Let a job wait here again; one whose end cannot be stored now is ended later."""
        try:
            self._jobs.let_go(id_, self._name, notice)
        except StorageError as error:
            self._jobs.show(id_, notice=str(error))
            self._ending.wait(self._cadence.put_back)

    def _submit(self, record: Generation) -> None:
        """Send an expected prompt, once; whether it arrived is for its snapshot to tell."""
        id_ = record.id
        try:
            self._server.submit(id_)
        except Rejected as error:
            refused = self._grapher.explained(error, record.graph, self._server)
            self._refused(record, refused)
            return
        except TooLarge as error:
            why = explanations.Explanation(str(error), "too large")
            self._fail(record, why, is_doubtful=True)
            return
        except ComfyError as error:
            if not is_open(error):  # it was not sent, so the attempt does not count
                self._step_aside(record, str(error), attempts=max(0, record.attempts - 1))
                return
            log.warning("generation %s: %s", id_, error)
            looking = f"{error} Looking whether it took the prompt."
            self._jobs.show(id_, notice=looking, trouble=str(error))
        else:
            log.info("generation %s (prompt_id) is on %s", id_, self._name)
            self._pause = 0.0
        self._attendant.attend(id_)

    def _refused(self, record: Generation, error: Rejected) -> None:
        """Let another server have what this one refused; it fails where none is left."""
        job = self._jobs.get(record.id)
        reasons = {**(job.refused if job else {}), self._name: str(error)}
        self._jobs.show(record.id, refused=reasons)
        if others := self._ability.others(record, reasons):
            notice = f"{self._name} refused it, so it goes to {' or '.join(others)}. {error}"
            attempts = max(0, record.attempts - 1)
            self._stored(
                record,
                lambda: self._attendant.setbacks.take_back(record, notice, attempts=attempts),
            )
            return
        self._refusals.keep(record.group, error.problems)
        why = explanations.explain_rejection(error)
        lacks = self._ability.told(record, reasons)
        self._fail(record, explanations.refused_by_all(why, reasons, lacks))

    def _step_aside(self, record: Generation, notice: str, **fields: Any) -> None:
        """Let a job wait for a better time, however long it takes to store that."""
        works = self._stored(
            record, lambda: self._attendant.setbacks.step_aside(record, notice, **fields)
        )
        if works:
            self._pause = 0.0
            return
        first, most = self._cadence.put_back, self._cadence.max_retry
        self._pause = min(most, self._pause * 2 or first)
        self._ending.wait(self._pause)

    def _fail(
        self, record: Generation, why: explanations.Explanation, *, is_doubtful: bool = False
    ) -> None:
        self._stored(
            record,
            lambda: self._attendant.end(
                record.id, None, why, status=Status.FAILED, is_doubtful=is_doubtful
            ),
        )

    def _stored(self, record: Generation, write: Callable[[], T]) -> T | None:
        """Do what *write* does, again and again where it cannot be stored; None where we end."""
        while True:
            try:
                return write()
            except StorageError as error:
                self._jobs.show(record.id, notice=str(error))
                if self._ending.wait(self._cadence.first_retry):
                    return None
