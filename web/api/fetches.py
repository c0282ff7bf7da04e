"""The downloads' API: what is missing, having servers fetch it, following that."""

from typing import Annotated

from pydantic import Field
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from comfy.errors import WorkflowError
from comfy.workflow.wanted.files import WantedFile, wanted_file
from studio.fetching.fetch import Fetch
from studio.fetching.fetching import Offer
from studio.studio import Studio
from web.api.shapes.bodies import Body, Text
from web.http.fields import says
from web.http.refusal import Refusal
from web.http.router import Caller, Router


class WantedBody(Body):
    """A file of a model, as workflows name it (`properties.models`)."""

    name: Text = Field(description="The file's name, sub-folders included.")
    folder: Text = Field(description="ComfyUI's folder of models, as `checkpoints`.")
    url: Text = Field(description="Where it is to be had: https, on a host that is allowed.")
    sha256: Text = Field(default="", description="What its content must come to.")
    server: Text = Field(default="", description="The server's name; else the first that can.")


class PackageBody(Body):
    """A package of custom nodes."""

    package: Text = Field(description="Its id in ComfyUI's registry, or OWNER/NAME on GitHub.")


class OfferShape(TypedDict):
    """What is known of something that is missing."""

    name: Annotated[str, says("The file's name, or the package's.")]
    folder: Annotated[str, says("Of a file: ComfyUI's folder of models.")]
    url: Annotated[str, says("Of a file: where it is to be had.")]
    size: Annotated[int | None, says("Bytes; null where that is not known.")]
    page: Annotated[str, says("The page that tells of it and its licence; empty for none.")]
    trouble: Annotated[str, says("What is wrong with its address, in a sentence; else empty.")]
    server: Annotated[str, says("The server that would get it; empty where none can.")]
    whyNot: Annotated[str, says("Why you cannot have it fetched, in a sentence; else empty.")]
    shell: Annotated[str, says("The command for a POSIX shell, in ComfyUI's folder.")]
    powershell: Annotated[str, says("The same for PowerShell.")]


class FetchShape(TypedDict):
    """A download, or the installation of a package."""

    id: Annotated[str, says("Its id.")]
    kind: Annotated[str, says("`file` or `package`.")]
    name: Annotated[str, says("The file's name, or the package's.")]
    folder: Annotated[str, says("Of a file: ComfyUI's folder of models.")]
    server: Annotated[str, says("The server that gets it.")]
    stage: Annotated[str, says("`waiting`, `running`, `done`, `failed` or `cancelled`.")]
    received: Annotated[int | None, says("Bytes so far; null where the server does not tell.")]
    total: Annotated[int | None, says("Bytes in all; null where that is not known.")]
    hashChecked: Annotated[bool, says("Whether the hash was compared, and is right.")]
    canCancel: Annotated[bool, says("Whether it can be cancelled now.")]
    sentence: Annotated[str, says("How it stands or ended.")]
    trouble: Annotated[str, says("Why the server cannot be asked just now; else empty.")]
    beganAt: Annotated[float, says("Epoch seconds.")]
    changedAt: Annotated[float, says("When there was news last, epoch seconds.")]


class FetchList(TypedDict):
    """All that is and was fetched."""

    may: Annotated[bool, says("Whether you may have anything fetched.")]
    fetches: Annotated[list[FetchShape], says("The latest first; none for whoever may not.")]


class FetchesApi:
    """The routes over *studio*'s downloads: whoever may not have anything fetched can look."""

    def __init__(self, studio: Studio) -> None:
        self._fetching = studio.fetching

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Downloads")
        routes.get("/api/fetches", self.list_fetches)
        routes.post("/api/fetches", self.fetch_file, status=202, says_no=(409,))
        routes.post("/api/fetches/look", self.look_at_file, says_no=(409,))
        routes.post("/api/fetches/package", self.install_package, status=202, says_no=(409,))
        routes.post("/api/fetches/{id}/cancel", self.cancel_fetch, says_no=(409,))
        return [*routes.routes]

    def list_fetches(self, viewer: Caller) -> FetchList:
        """List downloads with how far they are."""
        found = [fetch_shape(one) for one in self._fetching.all(viewer)]
        return {"may": self._fetching.may(viewer), "fetches": found}

    def look_at_file(self, asked: WantedBody, viewer: Caller) -> OfferShape:
        """Look at a file before it is fetched: its size, its page, who can get it."""
        return offer_shape(self._fetching.look(viewer, _file(asked), asked.server))

    def fetch_file(self, asked: WantedBody, viewer: Caller) -> FetchShape:
        """Have a server fetch a file."""
        return fetch_shape(self._fetching.fetch(viewer, _file(asked), asked.server))

    def install_package(self, asked: PackageBody, viewer: Caller) -> FetchShape:
        """Have ComfyUI-Manager install a package of custom nodes."""
        return fetch_shape(self._fetching.install(viewer, asked.package))

    def cancel_fetch(self, id: str, viewer: Caller) -> FetchShape:  # noqa: A002 # the path's name
        """Cancel a download, where the server can."""
        return fetch_shape(self._fetching.cancel(viewer, id))


def _file(asked: WantedBody) -> WantedFile:
    try:
        return wanted_file(asked.name, asked.folder, asked.url, asked.sha256)
    except WorkflowError as error:
        raise Refusal(422, str(error), {}) from error


def offer_shape(offer: Offer) -> OfferShape:
    """*offer* as programs get it."""
    return {
        "name": offer.name,
        "folder": offer.folder,
        "url": offer.url,
        "size": offer.size,
        "page": offer.page,
        "trouble": offer.trouble,
        "server": offer.server,
        "whyNot": offer.why_not,
        "shell": offer.shell,
        "powershell": offer.powershell,
    }


def fetch_shape(fetch: Fetch) -> FetchShape:
    """*fetch* as programs get it."""
    return {
        "id": fetch.id,
        "kind": fetch.kind,
        "name": fetch.name,
        "folder": fetch.folder,
        "server": fetch.server,
        "stage": str(fetch.stage),
        "received": fetch.received,
        "total": fetch.total,
        "hashChecked": fetch.checked,
        "canCancel": fetch.can_cancel,
        "sentence": fetch.sentence,
        "trouble": fetch.trouble,
        "beganAt": fetch.began_at,
        "changedAt": fetch.changed_at,
    }
