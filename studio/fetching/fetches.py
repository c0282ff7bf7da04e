"""Downloads on servers: begun, followed to their end, cancelled. One thread looks at all of them.

What a server fetches is its own matter: it goes on when Stepglass ends, and is followed again
afterwards. That a file is there is only said once the server lists it.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from comfy.client.http.downloads import Routes
from comfy.client.server import Server
from comfy.client.threads import Threaded
from comfy.clock import now
from comfy.errors import ComfyError, NotFound, Unreachable
from comfy.protocol.downloads import DownloadNews, Report, Stage
from comfy.workflow.wanted.files import WantedFile
from storage.documents import Documents
from storage.errors import StorageError
from studio.errors import StudioError
from studio.fetching.fetch import UNTOLD, Fetch, heard
from studio.fetching.known import Known
from studio.fetching.patience import USUAL_PATIENCE, Patience

log = logging.getLogger(__name__)

MAX_NEWS = 1000
"""Frames that wait to be taken."""


class Fetches(Threaded):
    """All of them. `on_done(server)` hears that a server has something new."""

    def __init__(
        self,
        documents: Documents,
        servers: Mapping[str, Server],
        on_done: Callable[[str], None],
        patience: Patience = USUAL_PATIENCE,
    ) -> None:
        super().__init__()
        self._known = Known(documents)
        self.all, self.get = self._known.all, self._known.get
        self._servers = servers
        self._on_done = on_done
        self._patience = patience
        self._away: dict[str, float] = {}
        self._orders: set[str] = set()
        self._news: deque[tuple[str, DownloadNews]] = deque(maxlen=MAX_NEWS)
        self._routes: dict[str, tuple[float, float | None, Routes]] = {}
        self._runs("downloads", self._run)

    def start(self) -> None:
        """Take up those that an earlier run left, and follow them."""
        self._known.take_up()
        super().start()

    def routes(self, name: str) -> Routes:
        """What server *name* can do; asked anew now and then. Raises ComfyError."""
        server = self._servers[name]
        at, presence, known = self._routes.get(name, (0.0, None, Routes()))
        if at and time.monotonic() - at < self._patience.routes and presence == server.presence:
            return known
        found = server.downloads.routes()
        self._routes[name] = time.monotonic(), server.presence, found
        return found

    def begin(self, name: str, file: WantedFile, total: int | None) -> Fetch:
        """Have server *name* fetch *file*, of *total* bytes. Raises StudioError, ComfyError."""
        route = self.routes(name).models
        if route is None:
            raise StudioError(f"{name} has no way to fetch models: use the command.")
        fetch = self._known.new(name, "file", file.name, route, file, total)
        if fetch.key:
            return fetch  # under way already
        try:
            if route.answers_last:
                self._check_absent(fetch)
                return self._begin_last(fetch)
            key, report = self._ordered(fetch)
        except NotFound:
            self._known.drop(fetch.id)
            self._routes.pop(name, None)
            raise StudioError(f"{name} has no way to fetch models any more.") from None
        except (StudioError, ComfyError):
            self._known.drop(fetch.id)
            raise
        self._known.put(replace(fetch, key=key or fetch.id))
        return self._heard(fetch.id, report)

    def install(self, name: str, package: str) -> Fetch:
        """Have ComfyUI-Manager on *name* install *package*. Raises StudioError, ComfyError."""
        route = self.routes(name).manager
        if route is None:
            raise StudioError(f"{name} has no ComfyUI-Manager: use the command.")
        fetch = self._known.new(name, "package", package, route)
        if fetch.key:
            return fetch
        try:
            self._servers[name].downloads.install(route, package, fetch.id)
        except ComfyError:
            self._known.drop(fetch.id)
            raise
        return self._known.put(replace(fetch, key=fetch.id))

    def cancel(self, id_: str) -> Fetch:
        """End one. Raises StudioError where it cannot be ended, and ComfyError."""
        fetch = self.get(id_)
        if fetch.is_over:
            return fetch
        if not fetch.how.can_cancel:
            raise StudioError("ComfyUI-Manager does not stop what it has begun.")
        if fetch.how.answers_last and not fetch.task:
            raise StudioError("It has not begun yet: try again in a moment.")
        try:
            self._servers[fetch.server].downloads.cancel(fetch.how, fetch.key, fetch.task)
        except NotFound:
            log.info("%s knows of no download %s any more", fetch.server, fetch.key)
        self._known.rouse()
        return self.get(id_)

    def news(self, name: str, news: DownloadNews) -> None:
        """Take what server *name* told over its socket; returns at once."""
        self._news.append((name, news))
        self._known.rouse()

    # Following

    def _rouse(self) -> None:
        self._known.rouse()

    def _run(self) -> None:
        while not self._ending.is_set():
            self._known.wait(self._patience.look, self._ending)
            try:
                self._look_at_all()
            except StorageError as error:
                log.warning("how a download stands could not be kept: %s", error)

    def _look_at_all(self) -> None:
        while self._news:
            name, news = self._news.popleft()
            for fetch in self._known.live():
                if fetch.server == name and fetch.key in news.keys:
                    self._heard(fetch.id, news.report, news.task)
        for fetch in self._known.live():
            if self._ending.is_set():
                return
            if fetch.key:
                self._look(fetch)

    def _look(self, fetch: Fetch) -> None:
        if fetch.server not in self._servers:
            return self._end(fetch, f"{fetch.server} is not among the servers any more.")
        downloads = self._servers[fetch.server].downloads
        try:
            report = downloads.look(fetch.how, fetch.key)
            if report is None and fetch.id in self._orders:
                self._check_there(fetch)
            elif report is None:
                report = self._looked_after(fetch)
            self._away.pop(fetch.id, None)
        except NotFound:
            if self._is_listed(fetch):
                report = Report(Stage.DONE)
            else:
                sentence = (
                    f"{fetch.server} knows nothing of it any more, and does not have the file: it "
                    "may have restarted. Fetch it again."
                )
                return self._end(fetch, sentence)
        except ComfyError as error:
            return self._troubled(fetch, error)
        if report:
            self._heard(fetch.id, report)
        elif fetch.trouble:
            self._known.put(replace(self.get(fetch.id), trouble=""))
        return None

    def _looked_after(self, fetch: Fetch) -> Report | None:
        """How one stands of which the server tells nothing: by what it has, and what it is at."""
        if time.time() - fetch.changed_at < self._patience.quiet:
            return None
        if fetch.how.is_manager and self._servers[fetch.server].downloads.is_busy(fetch.how):
            return Report(Stage.RUNNING)
        if fetch.kind == "file" and self._is_listed(fetch):
            return Report(Stage.DONE)
        if fetch.kind == "package":
            return Report(Stage.DONE, note=UNTOLD)
        if fetch.how.is_manager or time.time() - fetch.changed_at > self._patience.away:
            return Report(Stage.FAILED, error="it stopped, and the file is not there; see its log")
        return None

    def _check_there(self, fetch: Fetch) -> None:
        """While an order has no answer yet: raises Unreachable where the server is gone."""
        if not self._servers[fetch.server].answers:
            raise Unreachable(f"{fetch.server} does not answer: check that it runs.")

    def _troubled(self, fetch: Fetch, error: ComfyError) -> None:
        """Note that the server does not answer; beyond all patience, that nobody knows."""
        began = self._away.setdefault(fetch.id, time.monotonic())
        if time.monotonic() - began > self._patience.away:
            sentence = (
                f"{fetch.server} has not answered for long: nobody knows whether it has the file. "
                "Look when it is back."
            )
            return self._end(fetch, sentence)
        if fetch.trouble != str(error):
            self._known.put(replace(self.get(fetch.id), trouble=str(error)))
        return None

    def _check_absent(self, fetch: Fetch) -> None:
        if self._is_listed(fetch):
            raise StudioError(f"{fetch.name} is on {fetch.server} already.")

    def _ordered(self, fetch: Fetch) -> tuple[str, Report]:
        """Ask for a file; what it goes by there. Raises StudioError, ComfyError."""
        self._check_absent(fetch)
        downloads = self._servers[fetch.server].downloads
        key, report = downloads.order(fetch.how, fetch.file, fetch.id)
        if not key and not report.stage.is_over:
            raise StudioError(f"{fetch.server} does not say what it does with it: see its log.")
        return key, report

    def _begin_last(self, fetch: Fetch) -> Fetch:
        """Have a thread ask for what is answered at the end alone."""
        self._orders.add(fetch.id)
        begun = self._known.put(replace(fetch, key=fetch.id))
        thread = threading.Thread(target=self._order, args=(fetch.id,), name="fetch", daemon=True)
        thread.start()
        return begun

    def _order(self, id_: str) -> None:
        """Ask for what is answered at the end alone."""
        fetch = self.get(id_)
        downloads = self._servers[fetch.server].downloads
        try:
            _, report = downloads.order(fetch.how, fetch.file, fetch.key)
        except ComfyError as error:
            if self._ending.is_set():
                return  # it goes on there, and is followed by the next run
            report = Report(Stage.FAILED, error=str(error))
        finally:
            self._orders.discard(id_)
        # The thread that follows takes it: one alone writes, and is waited for at the end.
        self.news(fetch.server, DownloadNews("", now(), (fetch.key,), report))

    def _heard(self, id_: str, report: Report, task: str = "") -> Fetch:
        """Let one be as *report* says. What is over stays so."""
        fetch = self.get(id_)
        if fetch.is_over or (report.stage is Stage.DONE and not self._arrived(fetch)):
            return fetch
        after = heard(fetch, report, task)
        if after != fetch:
            after = self._known.put(replace(after, changed_at=time.time()))
        if after.stage == Stage.DONE:
            self._on_done(fetch.server)
        return after

    def _arrived(self, fetch: Fetch) -> bool:
        """Whether the server lists what it says it has; after a while that is given up."""
        if fetch.kind == "package" or self._is_listed(fetch):
            return True
        first = self._away.setdefault(f"{fetch.id} unlisted", time.monotonic())
        if time.monotonic() - first > self._patience.unlisted:
            sentence = (
                f"{fetch.server} says that it has fetched it, but does not list it in "
                f"{fetch.folder}: look there."
            )
            self._end(fetch, sentence)
        return False

    def _is_listed(self, fetch: Fetch) -> bool:
        """Whether the server has all of the file; where it lists no such folder, it is believed."""
        try:
            files = self._servers[fetch.server].downloads.listed(fetch.folder)
        except NotFound:
            return fetch.stage == Stage.RUNNING
        except ComfyError:
            return False
        return any(_is_it(fetch, name.replace("\\", "/"), size) for name, size in files.items())

    def _end(self, fetch: Fetch, sentence: str) -> None:
        after = replace(self.get(fetch.id), stage=Stage.FAILED, sentence=sentence, trouble="")
        self._known.put(replace(after, changed_at=time.time()))


def _is_it(fetch: Fetch, name: str, size: int | None) -> bool:
    """Whether a file of that *name* and *size* (None: not told) is the one that is fetched.

    In another folder there are others of the same name: there, only its size tells.
    """
    if name == fetch.name:
        return None in (size, fetch.total) or size == fetch.total
    is_namesake = name.rpartition("/")[2] == fetch.name.rpartition("/")[2]
    return is_namesake and size is not None and size == fetch.total
