"""Generations: created, found, seen and followed, always for a viewer.

They belong to the application, not to a browser: they are stored before anything else, go on
without watchers, and are taken up again after a restart.
"""

import contextlib
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from dataclasses import replace

from pydantic import ValidationError

from comfy.graph.plan import make_plan
from storage.records import Generation, NodeRun, Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.access.visible import Access, shown
from studio.errors import StudioError
from studio.forecast.estimator import Estimator, unseeded
from studio.generations.follow import Following, Pace, follow
from studio.generations.new_records import Press, press_again, records_of
from studio.generations.snapshots import Snapshots
from studio.jobs.jobs import Jobs
from studio.requested import seeds_of, uploads_of
from studio.snapshot import Forecast, Snapshot
from studio.uploads.uploads import Uploads

log = logging.getLogger(__name__)


class Generations:
    """All generations. `create` is the only way in: page, API, presets, programs and retries."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        snapshots: Snapshots,
        access: Access,
        uploads: Uploads,
        estimator: Estimator,
        servers: Iterable[str],
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._snapshots = snapshots
        self._uploads = uploads
        self._estimator = estimator
        self._servers = tuple(servers)
        self.get = access.get
        self.seen = access.seen
        self.own = access.own

    # Creating

    def create(self, viewer: Viewer, *presses: Press) -> tuple[Generation, ...]:
        """Store all that *presses* ask for as the viewer's own, and return at once.

        All of it waits for a server then, or none of it. Raises StudioError with a sentence (of
        these UploadError for a file that is gone, TooMany), StorageError where it cannot be kept.
        """
        records = [record for press in presses for record in self._records(press, viewer)]
        for name in {name for record in records for name in uploads_of(record).values()}:
            self._uploads.path(name)
        created = self._jobs.create(records)
        for record in created:
            log.info("generation %s (prompt_id) is queued", record.id)
        return created

    def create_again(
        self, viewer: Viewer, ids: Iterable[str], *, same_seed: bool
    ) -> tuple[Generation, ...]:
        """Queue generations of the past anew, as they were or with new seeds: all, or none.

        Raises StudioError, StorageError.
        """
        return self.create(viewer, *(self._again(id_, viewer, same_seed=same_seed) for id_ in ids))

    def forecast(self, press: Press, *, drawn: bool = False) -> Forecast | None:
        """How long the first generation of *press* will run; None without a basis.

        Its seeds count as unlike any before, unless they are *drawn* already.
        """
        record = records_of(replace(press, generations=press.generations[:1]), "")[0]
        graph = record.graph if drawn else unseeded(record.graph, seeds_of(record))
        return self._estimator.expect(press.plan or make_plan(graph), record, graph, self._servers)

    def _records(self, press: Press, viewer: Viewer) -> tuple[Generation, ...]:
        records = records_of(press, viewer.owner)
        if press.forecast_seconds is not None:
            return records
        if press.plan:
            expected = self.forecast(press)
        else:
            expected = self._estimator.waiting(records[0], self._servers)
        seconds = expected.seconds if expected else None
        return tuple(replace(record, forecast_seconds=seconds) for record in records)

    def _again(self, id_: str, viewer: Viewer, *, same_seed: bool) -> Press:
        record = self.own(id_, viewer)
        if not record.status.is_final:
            raise StudioError("This generation is not over yet.")
        try:
            return press_again(record, same_seed=same_seed)
        except ValidationError as error:
            raise StudioError(
                "This generation was made by another version of Stepglass and cannot be run "
                "again from here: fill in the form instead."
            ) from error

    # Finding

    def press(self, id_: str, viewer: Viewer) -> tuple[str, ...]:
        """Ids of the generations of the same press that the viewer may see, in order."""
        record = self.get(id_, viewer)
        press = self._store.generations.group(record.group) if record else ()
        return tuple(g.id for g in press if viewer.visible(g.owner, g.id))

    def latest_live(self, viewer: Viewer) -> Generation | None:
        """The viewer's own newest generation that is not over."""
        live = [job.record for job in self._jobs.all() if job.record.owner == viewer.owner]
        return max(live, key=lambda record: (record.created_at, record.id), default=None)

    def latest_finished(self, viewer: Viewer) -> Generation | None:
        """The viewer's own newest generation that finished here, among the newest of theirs."""
        made = (one for one in self.history(viewer) if not one.origin)
        return next((one for one in made if one.status is Status.FINISHED), None)

    def history(
        self, viewer: Viewer, before: str = "", limit: int = 48, query: str = ""
    ) -> list[Generation]:
        """The viewer's generations before the one with id *before*, newest first."""
        page = self._store.generations.page(
            owner=viewer.owner, before=before, limit=limit, query=query
        )
        return [seen for record in page if (seen := shown(record, viewer))]

    def node_runs(self, id_: str, viewer: Viewer) -> list[NodeRun]:
        """The nodes that ran for a generation; empty where the viewer may not see it."""
        return self._store.generations.node_runs(id_) if self.get(id_, viewer) else []

    # Seeing

    def snapshot(self, id_: str, viewer: Viewer) -> Snapshot | None:
        """The generation now; None where there is none for this viewer."""
        snapshot = self._snapshots.get(id_)
        return _shown(snapshot, viewer) if snapshot else None

    async def watch(self, id_: str, viewer: Viewer) -> AsyncGenerator[Snapshot, None]:
        """Yield one generation as `follow` does, as fast as it is asked for.

        Ends at once where there is no such generation for this viewer.
        """
        async with contextlib.aclosing(self.follow(Following([id_]), viewer)) as changes:
            async for (snapshot,) in changes:
                yield snapshot

    def follow(
        self, following: Following, viewer: Viewer, pace: Pace | None = None
    ) -> AsyncGenerator[tuple[Snapshot, ...], None]:
        """Yield those of *following* that the viewer may see, until all are final; see `follow`."""

        def look(id_: str) -> Snapshot | None:
            snapshot = self._snapshots.shared(id_)
            return _shown(snapshot, viewer) if snapshot else None

        heartbeat = self._snapshots.heartbeat
        return follow(look, self._snapshots.board, following, heartbeat, pace)

    def live(self, viewer: Viewer) -> list[Snapshot]:
        """Every generation that is not over and that the viewer may see."""
        return [seen for s in self._snapshots.live() if (seen := _shown(s, viewer))]

    def live_counts(self) -> Counter[Status]:
        """How many generations that are not over have each status, everybody's."""
        return Counter(job.record.status for job in self._jobs.all())

    @property
    def watchers(self) -> int:
        """How many follow a generation now."""
        return self._snapshots.board.watchers


def _shown(snapshot: Snapshot, viewer: Viewer) -> Snapshot | None:
    """*snapshot* as *viewer* may see it, None where they may not."""
    record = shown(snapshot.record, viewer)
    if record is None or record is snapshot.record:
        return snapshot if record else None
    return replace(snapshot, record=record)
