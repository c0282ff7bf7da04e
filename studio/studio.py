"""The application without a page: all its parts, joined. `ui` and `web` ask the parts."""

import logging
import time
from collections.abc import Sequence

from comfy.client.http.address import Address
from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from comfy.client.timeouts import USUAL, Cadence
from storage.files.arriving import Arriving
from storage.records import Generation, Status
from storage.statistics import Statistics
from storage.store import Store
from studio.access.links import Links
from studio.access.people import People
from studio.access.sessions import Sessions
from studio.access.tokens import Tokens
from studio.access.viewer import ACCOUNT
from studio.access.visible import Access
from studio.background.janitor import Janitor
from studio.background.parts import Part, end
from studio.completion.tag_lists import TagLists
from studio.dispatch import explanations
from studio.dispatch.collector import Attendant
from studio.dispatch.dispatcher import Sender
from studio.dispatch.placement import Placement
from studio.fetching.fetching import Fetching
from studio.forecast.estimator import Estimator
from studio.generate.form_presets import FormPresets
from studio.generate.styles import Styles
from studio.generations.cancellation import Cancels
from studio.generations.defaults import Defaults
from studio.generations.generations import Generations
from studio.generations.graphs import Grapher
from studio.generations.snapshots import Snapshots
from studio.ids import client_id
from studio.improving.improver import Improver
from studio.jobs.jobs import Jobs
from studio.jobs.notifier import Board
from studio.library.library import Library
from studio.models.faces import Faces
from studio.models.models import Models
from studio.models.pictures import Pictures
from studio.notifications.deliverer import Deliverer
from studio.notifications.hooks import Hooks
from studio.notifications.news import News
from studio.notifications.senders import senders
from studio.queue.queue import Queueing
from studio.servers.ability import Ability
from studio.servers.catalogues import Catalogues
from studio.servers.labels import labelled, present
from studio.servers.loads import LiveServers
from studio.servers.servers import Servers
from studio.settings.settings import Settings
from studio.sql.monthly_sums import Summing
from studio.sql.sandbox import Sandbox
from studio.uploads.allowance import Allowance
from studio.uploads.arrivals import Arrivals
from studio.uploads.sweeping import Sweeping
from studio.uploads.uploads import Uploads
from studio.wildcards.wildcards import Wildcards
from studio.workflows.callable_presets import Endpoints
from studio.workflows.forms.continuing import Continuing
from studio.workflows.forms.drafts import Drafts
from studio.workflows.forms.forms import Forms
from studio.workflows.forms.making import Making
from studio.workflows.forms.open_forms import OpenForms
from studio.workflows.presets import Presets
from studio.workflows.runs import Runs
from studio.workflows.workflows import Workflows

log = logging.getLogger(__name__)


LATE_SECONDS = 120.0
"""How long after its end a prompt that was perhaps not taken may still arrive at its server."""
OWED_SECONDS = 7 * 86_400.0
"""For how long what was cancelled without its server is taken back from there after a restart."""


class Studio:
    """All the parts, joined. `addresses` are the servers, in order of preference.

    Whatever takes an id takes a viewer too: what is not theirs is not there for them.
    """

    def __init__(
        self,
        settings: Settings,
        addresses: Sequence[Address],
        store: Store,
        cadence: Cadence = USUAL,
    ) -> None:
        self.settings = settings
        self._cadence = cadence
        self._store = store
        self._folder = settings.data_folder
        self._board = Board()
        self._estimator = Estimator(store)
        self._jobs = Jobs(store, self._board, cadence, settings.limits, self._estimator.learn)
        self._servers = {a.label: self._server(a) for a in labelled(addresses)}
        self._catalogues = Catalogues(self._servers.values(), on_change=self._jobs.wake)
        self.uploads = Uploads(self._folder / "uploads", settings.max_upload_bytes)
        self._grapher = Grapher(self._catalogues, self.uploads, self._estimator)
        self._ability = Ability(self._catalogues, self._servers)
        snapshots = Snapshots(
            *(store, self._jobs, self._board, self._servers, self._estimator, cadence),
            can_run=self._ability.can_run,
        )
        access = Access(snapshots.record)
        self._join_rooms(snapshots, access)
        self._attendants = {
            name: Attendant(server, self._jobs, self._folder, cadence)
            for name, server in self._servers.items()
        }
        placement = Placement(self._servers, self._ability, self._estimator)
        hand = (
            *(self._jobs, self._grapher, self._ability, placement),
            *(self.workflows.refusals, cadence),
        )
        # In the order in which they start; they close in the other.
        self._parts: tuple[Part, ...] = (
            *self._servers.values(),
            *self._attendants.values(),
            *(Sender(attendant, *hand) for attendant in self._attendants.values()),
            self._catalogues,
            self.sandbox,
            self._deliverer,
            self.live_servers,
            self.drafts,
            Summing(store),
            Janitor([self.sweeping.sweep]),
            *self.library.parts,
            *self.fetching.parts,
        )

    def _join_rooms(self, snapshots: Snapshots, access: Access) -> None:
        """Make the parts that `ui` and `web` ask."""
        settings, store = self.settings, self._store
        self.servers = Servers(self._servers, self._catalogues)
        self.live_servers = LiveServers(self._servers, snapshots.sent)
        self.generations = Generations(
            *(store, self._jobs, snapshots, access, self.uploads, self._estimator, self._servers)
        )
        self.cancels = Cancels(self._jobs, access, self._attend)
        self.queue = Queueing(store, self._jobs, snapshots, access, self._servers, self._board)
        self.news = News(store, self._jobs, self._board)
        private = settings.allow_private_addresses
        send = senders(allow_private=private)
        self._deliverer = Deliverer(store, send, self._jobs.presses_of)
        self.hooks = Hooks(store, self._deliverer, send, allow_private=private)
        self.library = Library(store, access, settings)
        self.statistics = Statistics(store)
        self.sandbox = Sandbox(store)
        self.workflows = Workflows(self._catalogues)
        self.wildcards = Wildcards(store, self._folder)
        self.styles = Styles(store)
        self.form_presets = FormPresets(store)
        self.models = Models(store, self._catalogues, self._servers, self.wildcards, self.styles)
        self.fetching = Fetching(store, self._servers, self._catalogues, settings)
        self.tags = TagLists(store)
        pictures = Pictures(self._servers)
        self.faces = Faces(store, self._catalogues, self.models, pictures)
        self.improver = Improver(settings)
        self.defaults = Defaults(store, self._catalogues)
        self.presets = Presets(store)
        self.drafts = Drafts(store)
        self.runs = Runs(self.workflows, self.generations, self.wildcards, self.styles)
        self.endpoints = Endpoints(self.presets, self.workflows, self.runs)
        self.people = People(store, settings)
        self.tokens = Tokens(store, self._folder, settings.accounts)
        self.links = Links(store, self._folder)
        self.sessions = Sessions(store, [f"{ACCOUNT}{name}" for name in settings.accounts])
        self.arrivals = Arrivals()
        self.sweeping = Sweeping(store, self._folder)
        open_forms, workflows = OpenForms(self.drafts), self.workflows
        self.forms = Forms(
            *(open_forms, workflows, self.presets, self.generations, self.library, self.uploads)
        )
        self.making = Making(
            *(open_forms, self.forms, workflows, self.generations, self.library, self.wildcards)
        )
        self.continuing = Continuing(
            *(self.forms, open_forms, workflows, self.generations, self.library)
        )
        self.sweeping.held.append(open_forms.upload_names)
        self.allowance = Allowance(settings.max_upload_bytes_per_hour)

    def start(self) -> None:
        """Take up what was not over, then start every thread; returns at once."""
        self.people.settle()
        unfinished = [self._relabelled(record) for record in self._store.generations.unfinished()]
        Arriving(self._folder).sweep({record.id for record in unfinished})
        self._jobs.adopt(unfinished)
        for record in sorted(unfinished, key=lambda record: record.submitted_at or 0.0):
            self._resume(record)
        for name, server in self._servers.items():
            if last := self._store.generations.last_run(name):
                server.remember(last)
        now, unheard = time.time(), explanations.CANCELLED_UNHEARD.kind
        for record in self._store.generations.doubtful(
            now - LATE_SECONDS, unheard, now - OWED_SECONDS
        ):
            if attendant := self._attendants.get(record.server):
                is_owed = explanations.is_unheard(record.error_kind)
                attendant.aftermath.expect(record.id, is_owed=is_owed)
        for part in self._parts:
            part.start()

    def close(self) -> None:
        """Stop every thread within two seconds, then close the store. Prompts on servers go on."""
        self._jobs.close()
        end(self._parts)
        self._store.close()

    def _server(self, address: Address) -> Server:
        return Server(
            address,
            client_id(self._folder, address),
            preview_method=self.settings.preview_method,
            cadence=self._cadence,
            on_change=lambda id_: self._heard(address.label, id_),
            on_state=lambda: self._link_changed(address.label),
            on_sent=lambda *sent: self._attendants[address.label].sent(*sent),
            on_download=lambda news: self.fetching.news(address.label, news),
        )

    def _heard(self, name: str, id_: str) -> None:
        self._attendants[name].heard(id_)
        self._board.publish(id_)

    def _link_changed(self, name: str) -> None:
        if self._servers[name].freshness().link is Link.LIVE:
            self._attendants[name].aftermath.back()
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
        return self._store.generations.change(record.id, server=label)

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
            witness=self._store.generations.last_run(record.server, record.submitted_at),
        )
        self._attendants[record.server].attend(record.id)
