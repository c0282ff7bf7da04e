"""What is missing, as people see it: what it is, how large, how it is had; having it fetched."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comfy.client.http.downloads import Routes
from comfy.client.server import Server
from comfy.errors import ComfyError, WorkflowError
from comfy.protocol.downloads import DownloadNews
from comfy.workflow.wanted.addresses import checked_address, page_of
from comfy.workflow.wanted.commands import (
    package_command,
    package_page,
    powershell_command,
    shell_command,
)
from comfy.workflow.wanted.files import WantedFile, wanted_file
from storage.store import Store
from studio.access.viewer import Viewer
from studio.background.parts import Part
from studio.errors import StudioError
from studio.fetching.fetch import Fetch
from studio.fetching.fetches import Fetches
from studio.fetching.permission import NOT_YOURS, check_may_install, may_install
from studio.fetching.sources import Sources
from studio.servers.catalogues import Catalogues
from studio.settings.settings import Settings

log = logging.getLogger(__name__)

CODE = "Such a file can hold code, which runs as it is loaded: do you trust its author?"
MAX_LOOKED = 40
"""Files whose sizes are asked for at once."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A file or package that is missing, and how it is had.

    `size` is in bytes, None where it is not known; `page` tells of its licence, "" where none is
    known; `trouble` and `why_not` are sentences: what is wrong with the source, and why nobody can
    press. `server` is the one that would get it. A package's `folder` and `url` are "".
    """

    name: str
    folder: str = ""
    url: str = ""
    sha256: str = ""
    size: int | None = None
    page: str = ""
    trouble: str = ""
    why_not: str = ""
    server: str = ""
    shell: str = ""
    powershell: str = ""


class Fetching:
    """Offers, and what comes of them. `parts` start and close with the application."""

    def __init__(
        self,
        store: Store,
        servers: Mapping[str, Server],
        catalogues: Catalogues,
        settings: Settings,
    ) -> None:
        self._servers = servers
        self._settings = settings
        self._sources = Sources(settings.model_hosts)
        self._fetches = Fetches(store.documents, servers, catalogues.want)
        self.parts: tuple[Part, ...] = (self._fetches,)

    @property
    def several(self) -> bool:
        """Whether there are several servers."""
        return len(self._servers) > 1

    def news(self, server: str, news: DownloadNews) -> None:
        """Take what a server told over its socket."""
        self._fetches.news(server, news)

    def may(self, viewer: Viewer) -> bool:
        """Whether *viewer* may have anything fetched."""
        return may_install(self._settings, viewer)

    def look(self, viewer: Viewer, file: WantedFile, server: str = "") -> Offer:
        """All there is to know of *file*. Blocks for seconds. Raises StudioError."""
        url = self._allowed(file)
        file = wanted_file(file.name, file.folder, url, file.sha256)
        source = self._sources.look(url)
        where, why_not = self._where(viewer, server, packages=False)
        trouble = source.trouble
        if source.is_refused:
            trouble, why_not = "", source.trouble
        return Offer(
            file.name,
            file.folder,
            url,
            file.sha256,
            source.size,
            page_of(url),
            " ".join(filter(None, (trouble, CODE if file.may_hold_code else ""))),
            why_not,
            where,
            shell_command(file),
            powershell_command(file),
        )

    def look_all(self, viewer: Viewer, files: Iterable[WantedFile]) -> list[Offer]:
        """The same for several; of one that cannot be fetched, why."""
        found = []
        for file in list(files)[:MAX_LOOKED]:
            try:
                found.append(self.look(viewer, file))
            except StudioError as error:
                found.append(Offer(file.name, file.folder, why_not=str(error)))
        return found

    def look_package(self, viewer: Viewer, package: str) -> Offer:
        """All there is to know of a *package* of custom nodes. Raises StudioError."""
        command = package_command(package)
        if not command:
            raise StudioError("This is no package of custom nodes.")
        where, why_not = self._where(viewer, "", packages=True)
        if "/" in package and not why_not:
            why_not = "It is not in ComfyUI's registry: use the command, if you trust its author."
        page = package_page(package)
        return Offer(
            package, page=page, why_not=why_not, server=where, shell=command, powershell=command
        )

    def packages(self, node_classes: Iterable[str]) -> dict[str, str]:
        """The package of each of *node_classes* that some server's ComfyUI-Manager knows."""
        wanted = frozenset(node_classes)
        for name, server in self._servers.items():
            try:
                if wanted and server.answers and (route := self._fetches.routes(name).manager):
                    return server.downloads.package_of(route, wanted)
            except ComfyError as error:
                log.info("%s does not say which packages there are: %s", name, error)
        return {}

    def fetch(self, viewer: Viewer, file: WantedFile, server: str = "") -> Fetch:
        """Have *file* fetched by *server*, or the first that can. Raises as `begin`."""
        check_may_install(self._settings, viewer)
        offer = self.look(viewer, file, server)
        if offer.why_not:
            raise StudioError(offer.why_not)
        wanted = wanted_file(offer.name, offer.folder, offer.url, offer.sha256)
        return self._fetches.begin(offer.server, wanted, offer.size)

    def install(self, viewer: Viewer, package: str) -> Fetch:
        """Have a *package* of ComfyUI's registry installed. Raises StudioError, ComfyError."""
        check_may_install(self._settings, viewer)
        offer = self.look_package(viewer, package)
        if offer.why_not:
            raise StudioError(offer.why_not)
        return self._fetches.install(offer.server, package)

    def all(self, viewer: Viewer) -> list[Fetch]:
        """What is and was fetched, the latest first; nothing for whoever may not."""
        return self._fetches.all() if self.may(viewer) else []

    def cancel(self, viewer: Viewer, id_: str) -> Fetch:
        """End one. Raises StudioError, ComfyError."""
        check_may_install(self._settings, viewer)
        return self._fetches.cancel(id_)

    def _allowed(self, file: WantedFile) -> str:
        """The address of *file*, checked. Raises StudioError."""
        try:
            return checked_address(file.url, self._sources.hosts)
        except WorkflowError as error:
            raise StudioError(str(error)) from error

    def _where(self, viewer: Viewer, server: str, *, packages: bool) -> tuple[str, str]:
        """The server that would get it, and why it cannot be pressed, or ""."""
        if not self.may(viewer):
            return "", NOT_YOURS
        if server and server not in self._servers:
            return "", "There is no such server."
        for name in [server] if server else list(self._servers):
            try:
                routes = self._fetches.routes(name)
            except ComfyError as error:
                log.info("%s does not say how it fetches: %s", name, error)
                routes = Routes()
            if routes.manager if packages else routes.models:
                return name, ""
        if packages:
            return "", "No server has ComfyUI-Manager, which would install it: use the command."
        return "", "No server fetches models by itself: use the command."
