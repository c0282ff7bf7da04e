"""What the scripts of a list of missing things ask: what each is, having it fetched, how far."""

from collections.abc import Callable, Mapping
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.wanted.files import WantedFile, wanted_file
from studio.errors import StudioError
from studio.fetching.fetch import Fetch
from studio.fetching.fetching import MAX_LOOKED, Offer
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask


class FetchAnswers:
    """Answers to the page's scripts. A file is a JSON object {name, folder, url, sha256}."""

    def __init__(self, parts: Parts) -> None:
        self._fetching = parts.studio.fetching

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which the page's scripts call them."""
        return {
            "fetch_look": self.look,
            "fetch_begin": self.begin,
            "fetch_state": self.state,
            "fetch_cancel": self.cancel,
        }

    def look(self, ask: Ask) -> Answer:
        """What each of {files} and {packages} is, and how it is had; whence node {classes} come."""
        given = _listed(ask, "files")
        named = [one for one in _listed(ask, "packages") if isinstance(one, str)]
        classes = [one for one in _listed(ask, "classes") if isinstance(one, str)]
        names = dict.fromkeys((*named, *self._fetching.packages(classes).values()))
        files, offers = [], []
        for one in given:
            try:
                files.append(_file(one if isinstance(one, dict) else {}))
            except WorkflowError as error:
                offers.append(Offer("", why_not=str(error)))
        offers += self._fetching.look_all(ask.viewer, files)
        packages = []
        for one in list(names)[:MAX_LOOKED]:
            try:
                packages.append(self._fetching.look_package(ask.viewer, one))
            except StudioError:
                continue  # it is named in the problem itself
        found = {"files": [shown(one) for one in offers], "packages": [shown(p) for p in packages]}
        return {**found, "several": self._fetching.several, **self.state(ask)}

    def begin(self, ask: Ask) -> Answer:
        """Fetch {file}, or install {package}."""
        if package := ask.text("package"):
            fetch = self._fetching.install(ask.viewer, package)
        else:
            fetch = self._fetching.fetch(ask.viewer, _file(ask.object("file")))
        return {"fetch": going(fetch), **self.state(ask)}

    def state(self, ask: Ask) -> Answer:
        """How far all of them are."""
        return {"fetches": [going(one) for one in self._fetching.all(ask.viewer)[:MAX_LOOKED]]}

    def cancel(self, ask: Ask) -> Answer:
        """End the one with {id}."""
        self._fetching.cancel(ask.viewer, ask.text("id"))
        return self.state(ask)


def wanted_json(file: WantedFile) -> dict[str, str]:
    """A file as the scripts hold it, and send it back."""
    return {"name": file.name, "folder": file.folder, "url": file.url, "sha256": file.sha256}


def shown(offer: Offer) -> Answer:
    """What the script draws of something that is missing."""
    return {
        "name": offer.name,
        "folder": offer.folder,
        "url": offer.url,
        "sha256": offer.sha256,
        "size": offer.size,
        "page": offer.page,
        "trouble": offer.trouble,
        "whyNot": offer.why_not,
        "server": offer.server,
        "shell": offer.shell,
        "powershell": offer.powershell,
    }


def going(fetch: Fetch) -> Answer:
    """What the script draws of a download."""
    return {
        "id": fetch.id,
        "name": fetch.name,
        "folder": fetch.folder,
        "server": fetch.server,
        "stage": str(fetch.stage),
        "received": fetch.received,
        "total": fetch.total,
        "fraction": fetch.fraction,
        "canCancel": fetch.can_cancel,
        "sentence": fetch.sentence,
        "trouble": fetch.trouble,
    }


def _listed(ask: Ask, name: str) -> list[Any]:
    """The list *name*, as much of it as is looked at."""
    found = ask.data.get(name)
    return found[:MAX_LOOKED] if isinstance(found, list) else []


def _file(data: Mapping[str, Any]) -> WantedFile:
    name, folder, url, sha256 = (
        value if isinstance(value, str) else ""
        for value in (data.get(key) for key in ("name", "folder", "url", "sha256"))
    )
    return wanted_file(name, folder, url, sha256)
