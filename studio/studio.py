"""The application without a page: what `ui` and `web` ask of it.

Generations belong to it, not to a browser: they are stored before anything else, go on without
watchers, and are taken up again after a restart.
"""

import contextlib
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path

from comfy.client.http.address import Address
from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from comfy.client.timeouts import USUAL, Cadence
from comfy.workflow.request import GenerationRequest
from storage.files.arriving import Arriving
from storage.records import Generation, NodeRun, Status
from storage.statistics import Statistics
from storage.store import Store
from studio.access.links import Links
from studio.access.people import hand_over, settle_owners
from studio.access.sessions import Sessions
from studio.access.tokens import Tokens
from studio.access.viewer import ACCOUNT, Viewer
from studio.access.visible import Access, shown
from studio.background.janitor import Janitor
from studio.background.parts import Part, end
from studio.dispatch import explanations
from studio.dispatch.collector import Attendant
from studio.dispatch.dispatcher import Sender
from studio.errors import StudioError
from studio.forecast.estimator import Estimator
from studio.generations.cancellation import Cancelled, Cancels
from studio.generations.defaults import Defaults
from studio.generations.graphs import Grapher
from studio.generations.new_records import records_of
from studio.generations.watch import Watching
from studio.ids import client_id
from studio.jobs.jobs import Jobs
from studio.jobs.notifier import Board
from studio.library.library import Library
from studio.queue.queue import Queueing
from studio.servers.catalogues import Catalogues, Choices
from studio.servers.labels import labelled, present
from studio.servers.loads import LiveServers
from studio.servers.state import ServerState, state_of
from studio.settings.settings import Settings
from studio.snapshot import Forecast, Snapshot
from studio.sql.monthly_sums import Summing
from studio.sql.sandbox import Sandbox
from studio.uploads.allowance import Allowance
from studio.uploads.arrivals import Arrivals
from studio.uploads.sweeping import Sweeping
from studio.uploads.uploads import Uploads
from studio.workflows.callable_presets import Endpoints
from studio.workflows.drafts import Drafts
from studio.workflows.presets import Shelf
from studio.workflows.workflows import Workflows

log = logging.getLogger(__name__)


LATE_SECONDS = 120.0
"""How long after its end a prompt that was perhaps not taken may still arrive at its server."""


class Studio:
    """All the parts, joined. `addresses` are the servers, in order of preference."""

    def __init__(
        self,
        settings: Settings,
        addresses: Sequence[Address],
        store: Store,
        cadence: Cadence = USUAL,
    ) -> None:
        self.settings = settings
        self._cadence = cadence
        self.statistics = Statistics(store)
        self._store = store
        self._folder = settings.data_folder
        self.arrivals = Arrivals()
        self._uploads = Uploads(self._folder / "uploads", settings.max_upload_bytes)
        self._board = Board()
        self._estimator = Estimator(store)
        self._jobs = Jobs(store, self._board, cadence, settings.limits, self._estimator.learn)
        self._servers = {a.label: self._server(a) for a in labelled(addresses)}
        self._catalogues = Catalogues(self._servers.values(), on_change=self._jobs.wake)
        self._grapher = Grapher(self._catalogues, self._uploads, self._estimator)
        self._watching = Watching(
            store,
            self._jobs,
            self._board,
            self._servers,
            self._estimator,
            cadence,
            can_run=self._grapher.can_run,
        )
        self._access = Access(self._watching.record)
        self.cancels = Cancels(self._jobs, self._access, self._attend)
        self.workflows = Workflows(self._catalogues, self._uploads, self._jobs, self._estimator)
        self.defaults = Defaults(store, self._catalogues)
        self.shelf = Shelf(store)
        self.drafts = Drafts(store)
        self.endpoints = Endpoints(self.shelf, self.workflows)
        self.tokens = Tokens(store, self._folder, settings.accounts)
        self.links = Links(store, self._folder)
        self.sessions = Sessions(store, [f"{ACCOUNT}{name}" for name in settings.accounts])
        self.library = Library(store, self._access, settings)
        self.queue = Queueing(
            store, self._jobs, self._watching, self._access, self._servers, self._board
        )
        self.sandbox = Sandbox(store)
        self.sweeping = Sweeping(store, self._folder)
        self.allowance = Allowance(settings.max_upload_bytes_per_hour)
        self.live_servers = LiveServers(self._servers, self._watching.sent)
        self._attendants = {
            name: Attendant(server, self._jobs, self._folder, cadence)
            for name, server in self._servers.items()
        }
        hand = (self._jobs, self._grapher, self.workflows.refusals, cadence)
        # In the order in which they start; they close in the other.
        self._parts: tuple[Part, ...] = (
            *self._servers.values(),
            *self._attendants.values(),
            *(Sender(one, *hand) for one in self._attendants.values()),
            self._catalogues,
            self.sandbox,
            self.live_servers,
            self.drafts,
            Summing(store),
            Janitor([self.sweeping.sweep]),
            *self.library.parts,
        )

    def start(self) -> None:
        """Take up what was not over, then start every thread; returns at once."""
        settle_owners(self._store, self.settings)
        unfinished = [self._relabelled(record) for record in self._store.unfinished()]
        Arriving(self._folder).sweep({record.id for record in unfinished})
        self._jobs.adopt(unfinished)
        for record in sorted(unfinished, key=lambda record: record.submitted_at or 0.0):
            self._resume(record)
        for name, server in self._servers.items():
            if last := self._store.last_run(name):
                server.remember(last)
        for record in self._store.doubtful(time.time() - LATE_SECONDS):
            if attendant := self._attendants.get(record.server):
                attendant.expect_late(record.id)
        for part in self._parts:
            part.start()

    def count_of(self, viewer: Viewer) -> int:
        """How many generations the viewer has, whatever became of them."""
        return self._store.owned(viewer.owner)

    def hand_over(self, viewer: Viewer, owner: str) -> None:
        """Let *owner* have everything that is the viewer's. Raises StudioError."""
        hand_over(self._store, viewer.owner, owner)

    def close(self) -> None:
        """Stop every thread within two seconds, then close the store. Prompts on servers go on."""
        self._jobs.close()
        end(self._parts)
        self._store.close()

    def choices(self) -> Choices:
        """What the servers offer, as far as is known."""
        return self._catalogues.choices()

    @property
    def choices_edition(self) -> int:
        """Another number whenever `choices` may have become others."""
        return self._catalogues.edition

    def refresh_choices(self) -> Choices:
        """Ask the servers now. Blocks for seconds; raises ComfyError where none answers."""
        self._catalogues.refresh()
        return self._catalogues.choices()

    def servers(self) -> list[ServerState]:
        """Every server now."""
        return [
            state_of(server, self._catalogues.offer(name)) for name, server in self._servers.items()
        ]

    def keep_image(self, source: Path | bytes, kind: str = "image") -> str:
        """Check and keep an upload, a picture unless *kind* says otherwise; return its name."""
        return self._uploads.keep(source, kind)

    def has_room(self, size: int) -> bool:
        """Whether an upload of *size* bytes fits on the disk."""
        return self._uploads.has_room(size)

    def image_path(self, name: str) -> Path:
        """Where a kept upload is. Raises UploadError."""
        return self._uploads.path(name)

    def forecast(self, request: GenerationRequest) -> Forecast | None:
        """How long one generation of *request* will run; None without a basis."""
        return self._estimator.forecast(request, self._servers)

    def generate(
        self, request: GenerationRequest, owner: str, *, retry_on_loss: bool = False
    ) -> tuple[Generation, ...]:
        """Store *request* as one generation a prompt and return at once.

        With *retry_on_loss* one that its server loses on the way is run once more. Raises
        StudioError with a sentence, StorageError where it cannot be kept.
        """
        if not request.checkpoint:
            raise StudioError("No checkpoint is chosen: choose one, or refresh the choices.")
        if request.image:
            self._uploads.path(request.image)
        expected = self.forecast(request)
        seconds = expected.seconds if expected else None
        records = records_of(request, owner, seconds, retry_on_loss=retry_on_loss)
        self._jobs.create(records)
        for record in records:
            log.info("generation %s (prompt_id) is queued", record.id)
        return records

    def cancel(self, id_: str, viewer: Viewer) -> Cancelled:
        """Ask for the end of a generation; nothing happens where it is over. Returns at once.

        Raises Absent, ReadOnly, StorageError.
        """
        return self.cancels.one(id_, viewer)

    def group(self, id_: str, viewer: Viewer) -> tuple[str, ...]:
        """Ids of the generations of the same press that the viewer may see, in order."""
        record = self.get(id_, viewer)
        press = self._store.group(record.group) if record else ()
        return tuple(g.id for g in press if viewer.visible(g.owner, g.id))

    def latest_live(self, viewer: Viewer) -> Generation | None:
        """The viewer's own newest generation that is not over."""
        live = [job.record for job in self._jobs.all() if job.record.owner == viewer.owner]
        return max(live, key=lambda record: (record.created_at, record.id), default=None)

    def snapshot(self, id_: str, viewer: Viewer) -> Snapshot | None:
        """The generation now; None where there is none for this viewer."""
        snapshot = self._watching.snapshot(id_)
        return _shown(snapshot, viewer) if snapshot else None

    async def watch(self, id_: str, viewer: Viewer) -> AsyncGenerator[Snapshot, None]:
        """Yield the present state, then each change (the latest wins), until the final one.

        Ends at once where there is no such generation for this viewer.
        """
        async with contextlib.aclosing(self._watching.watch(id_)) as snapshots:
            async for snapshot in snapshots:
                seen = _shown(snapshot, viewer)
                if seen is None:
                    return
                yield seen

    def live(self, viewer: Viewer) -> list[Snapshot]:
        """Every generation that is not over and that the viewer may see."""
        return [seen for s in self._watching.live() if (seen := _shown(s, viewer))]

    def live_counts(self) -> Counter[Status]:
        """How many generations that are not over have each status, everybody's."""
        return Counter(job.record.status for job in self._jobs.all())

    @property
    def watchers(self) -> int:
        """How many follow a generation now."""
        return self._board.watchers

    def get(self, id_: str, viewer: Viewer) -> Generation | None:
        """The record; None where it is unknown, deleted, or not for this viewer."""
        return self._access.get(id_, viewer)

    def seen(self, id_: str, viewer: Viewer) -> Generation:
        """The record. Raises Absent."""
        return self._access.seen(id_, viewer)

    def own(self, id_: str, viewer: Viewer) -> Generation:
        """The record, which the viewer may change. Raises Absent, ReadOnly."""
        return self._access.own(id_, viewer)

    def history(
        self, viewer: Viewer, before: str = "", limit: int = 48, query: str = ""
    ) -> list[Generation]:
        """The viewer's generations before the one with id *before*, newest first."""
        return self._store.page(owner=viewer.owner, before=before, limit=limit, query=query)

    def waterfall(self, id_: str, viewer: Viewer) -> list[NodeRun]:
        """The nodes that ran for a generation; empty where the viewer may not see it."""
        return self._store.node_runs(id_) if self.get(id_, viewer) else []

    def file(
        self, record: Generation, number: int, viewer: Viewer, *, thumbnail: bool = False
    ) -> tuple[Path, str] | None:
        """Path and media type of a kept file of *record*; None where the viewer has none such."""
        is_seen = viewer.visible(record.owner, record.id)
        image = next((i for i in record.images if is_seen and i.number == number), None)
        if image is None:
            return None
        if thumbnail and (preview := self.library.previews.ensure(image)):
            return preview, "image/webp"
        return self._folder / image.path, image.media

    def _server(self, address: Address) -> Server:
        return Server(
            address,
            client_id(self._folder, address),
            preview_method=self.settings.preview_method,
            cadence=self._cadence,
            on_change=lambda id_: self._heard(address.label, id_),
            on_state=lambda: self._link_changed(address.label),
            on_sent=lambda *sent: self._attendants[address.label].sent(*sent),
        )

    def _heard(self, name: str, id_: str) -> None:
        self._attendants[name].heard(id_)
        self._board.publish(id_)

    def _link_changed(self, name: str) -> None:
        if self._servers[name].freshness().link is Link.LIVE:
            self._catalogues.want(name)  # it may have restarted with other models
        self._jobs.wake()
        self._board.publish(*(j.record.id for j in self._jobs.all() if j.line in ("", name)))

    def _attend(self, name: str, id_: str) -> None:
        if attendant := self._attendants.get(name):
            attendant.attend(id_)

    def _relabelled(self, record: Generation) -> Generation:
        """*record* with the label that its server, which may have got a name since, has now."""
        label = present(record.server, [one.address for one in self._servers.values()])
        if not label or label == record.server:
            return record
        return self._store.change(record.id, server=label)

    def _resume(self, record: Generation) -> None:
        """Go on with a generation that an earlier run had sent, or was about to send."""
        if record.status is Status.QUEUED:
            return
        server = self._servers.get(record.server)
        if server is None:
            self._jobs.finish(
                record.id,
                status=Status.LOST,
                finished_at=time.time(),
                error=explanations.server_gone(record.server),
                error_kind="lost",
            )
            return
        plan = self._grapher.plan(record, record.graph, server)
        server.resume(
            record.id,
            record.graph,
            plan,
            accepted=record.accepted_at is not None or record.status is Status.RUNNING,
            began=record.status is Status.RUNNING,
            reached=record.reached,
            witness=self._store.last_run(record.server, record.submitted_at),
        )
        self._attendants[record.server].attend(record.id)


def _shown(snapshot: Snapshot, viewer: Viewer) -> Snapshot | None:
    """*snapshot* as *viewer* may see it, None where they may not."""
    record = shown(snapshot.record, viewer)
    if record is None or record is snapshot.record:
        return snapshot if record else None
    return replace(snapshot, record=record)
