"""Having a server fetch files and install packages, by whichever route it has.

ComfyUI's three forms for models are unsettled, and a server has one of them at the most; beside
them, or in their place, stands ComfyUI-Manager, version 3 (``/manager``) or 4 (``/v2/manager``).
Asking which there is changes nothing on the server.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from comfy.client.http.address import Address
from comfy.client.http.transport import Answer, Json, Transport
from comfy.client.timeouts import Cadence
from comfy.errors import BadAnswer, ComfyError, Denied, NotFound, TooLarge, TurnedAway
from comfy.protocol.downloads import (
    MAX_SAID,
    Report,
    Stage,
    read_batch,
    read_history,
    read_task,
)
from comfy.protocol.json_values import text
from comfy.workflow.wanted.files import WantedFile

MAX_JSON = 64 * 2**20
"""Bytes of one answer: ComfyUI-Manager's lists are long."""
MOST_SECONDS = 86_400.0
"""How long the server may take to answer where it answers at the end."""
_TASKS, _BATCH = "/models/download", "/experiment/models/download_missing"
_ASSETS, _ASSET_TASKS = "/api/assets/download", "/api/tasks"


class Route(StrEnum):
    """The ways in which servers fetch."""

    TASKS = "tasks"
    BATCH = "batch"
    ASSETS = "assets"
    MANAGER_4 = "manager4"
    MANAGER = "manager"

    @property
    def is_manager(self) -> bool:
        """Whether it is ComfyUI-Manager's."""
        return self in (Route.MANAGER, Route.MANAGER_4)

    @property
    def can_cancel(self) -> bool:
        """Whether what runs can be cancelled."""
        return not self.is_manager

    @property
    def answers_last(self) -> bool:
        """Whether the answer comes at the end alone."""
        return self is Route.BATCH


@dataclass(frozen=True, slots=True)
class Routes:
    """What a server has: how models are fetched, and ComfyUI-Manager; None for neither."""

    models: Route | None = None
    manager: Route | None = None


class NotListed(ComfyError):
    """ComfyUI-Manager fetches what is on its own list alone."""


class Downloads:
    """Calls about downloads on one server; safe to use from several threads."""

    def __init__(self, address: Address, client_id: str, cadence: Cadence) -> None:
        self.where = address.label
        self._client_id = client_id
        self._http = Transport(address, cadence, max_json=MAX_JSON)

    def close(self) -> None:
        """End all calls under way; the server goes on with what it fetches."""
        self._http.close()

    def routes(self) -> Routes:
        """Which routes there are. Raises ComfyError where the server does not answer."""
        manager = None
        for route in (Route.MANAGER_4, Route.MANAGER):
            if self._is_there("GET", f"{_prefix(route)}/version"):
                manager = route
                break
        posts = ((Route.TASKS, f"/api{_TASKS}"), (Route.BATCH, _BATCH), (Route.ASSETS, _ASSETS))
        found = next((route for route, path in posts if self._is_there("POST", path)), manager)
        return Routes(found, manager)

    def listed(self, folder: str) -> dict[str, int | None]:
        """The files in *folder* with their bytes, which older servers do not tell.

        Raises NotFound where the server has no such folder, and other ComfyErrors.
        """
        name = quote(folder, safe="")
        try:
            found = self._value(f"/experiment/models/{name}")
        except (NotFound, BadAnswer, TurnedAway):
            found = self._value(f"/models/{name}")
        files: dict[str, int | None] = {}
        for one in found if isinstance(found, list) else ():
            if isinstance(one, Mapping) and isinstance(one.get("name"), str):
                size = one.get("size")
                files[one["name"].replace("\\", "/")] = size if isinstance(size, int) else None
            elif isinstance(one, str):
                files[one.replace("\\", "/")] = None
        return files

    def order(self, route: Route, file: WantedFile, key: str) -> tuple[str, Report]:
        """Have *file* fetched: by what name it goes from now on, *key* where that is ours to give.

        Raises ComfyError. On `Route.BATCH` it returns at the end of the download.
        """
        body: Json
        match route:
            case Route.TASKS:
                body = {"directory": file.folder, "folder": file.folder, "filename": file.name}
                data = self._post(f"/api{_TASKS}", body | {"url": file.url, "sha256": file.sha256})
                return text(data, "task_id"), read_task(data) or Report(Stage.WAITING)
            case Route.ASSETS:
                tags = ["models", file.folder]
                more = {"name": file.name, "filename": file.name}
                body = {"source_url": file.url, "tags": tags, "user_metadata": more}
                data = self._post(_ASSETS, body)
                task = text(data, "task_id")
                # Without a task the answer is the file itself: it was there.
                return task, (read_task(data) or Report(Stage.WAITING if task else Stage.DONE))
            case Route.BATCH:
                model = {"name": file.name, "directory": file.folder, "url": file.url}
                body = {"models": [model], "client_id": self._client_id, "batch_id": key}
                data = self._post(_BATCH, body, seconds=MOST_SECONDS)
                return key, read_batch(data) or Report(Stage.FAILED, error="no result")
        self._order_of_manager(route, file, key)
        return key, Report(Stage.WAITING)

    def install(self, route: Route, package: str, key: str) -> None:
        """Have ComfyUI-Manager install a *package* of its registry. Raises ComfyError."""
        version = {"version": "latest", "selected_version": "latest"}
        params = {"id": package, **version, "channel": "default", "mode": "cache"}
        if route is Route.MANAGER_4:
            task = {"kind": "install", "client_id": self._client_id, "ui_id": key}
            self._post(f"{_prefix(route)}/queue/task", task | {"params": params}, is_json=False)
        else:
            body = params | {"ui_id": key, "skip_post_install": False}
            self._post(f"{_prefix(route)}/queue/install", body, is_json=False)
        self._begin(route)

    def look(self, route: Route, key: str) -> Report | None:
        """How far the download *key* is; None where the server does not tell.

        Raises NotFound where it knows of none, and other ComfyErrors.
        """
        if route in (Route.TASKS, Route.ASSETS):
            base = f"/api{_TASKS}" if route is Route.TASKS else _ASSET_TASKS
            data = self._get(f"{base}/{quote(key, safe='')}")
            task = data.get("task")
            return read_task(task if isinstance(task, Mapping) else data)
        if route is Route.MANAGER_4:
            with suppress(NotFound, TurnedAway, BadAnswer):
                path = f"{_prefix(route)}/queue/history?ui_id={quote(key, safe='')}"
                return read_history(self._get(path))
        return None

    def is_busy(self, route: Route) -> bool:
        """Whether ComfyUI-Manager works on anything. Raises ComfyError."""
        return self._get(f"{_prefix(route)}/queue/status").get("is_processing") is True

    def cancel(self, route: Route, key: str, task: str) -> None:
        """End a download. Raises NotFound where there is none any more, and ComfyError."""
        match route:
            case Route.TASKS:
                self._post(f"/api{_TASKS}/{quote(key, safe='')}/cancel", {}, is_json=False)
            case Route.ASSETS:
                self._post(f"{_ASSET_TASKS}/{quote(key, safe='')}/cancel", {}, is_json=False)
            case Route.BATCH:
                body = {"task_id": task, "client_id": self._client_id, "batch_id": key}
                self._post(f"{_BATCH}/cancel", body, is_json=False)

    def package_of(self, route: Route, node_classes: frozenset[str]) -> dict[str, str]:
        """The package that has each of *node_classes*, as ComfyUI-Manager's own list says.

        Addresses of GitHub come as OWNER/NAME. Raises ComfyError.
        """
        v2 = "/v2" if route is Route.MANAGER_4 else ""
        found: dict[str, str] = {}
        for package, entry in self._get(f"{v2}/customnode/getmappings?mode=local").items():
            classes = entry[0] if isinstance(entry, list) and entry else None
            for one in classes if isinstance(classes, list) else ():
                if isinstance(one, str) and one in node_classes:
                    found.setdefault(one, package.removeprefix("https://github.com/"))
        return found

    def _order_of_manager(self, route: Route, file: WantedFile, key: str) -> None:
        """Queue what ComfyUI-Manager's list has under this name and address."""
        v2 = "/v2" if route is Route.MANAGER_4 else ""
        try:
            models = self._get(f"{v2}/externalmodel/getlist?mode=cache").get("models")
        except (NotFound, TurnedAway):
            models = []
        listed = models if isinstance(models, list) else []
        entry = next((one for one in listed if _is_same(one, file)), None)
        if entry is None:
            raise NotListed(
                f"ComfyUI-Manager on {self.where} fetches what is on its own list alone, and "
                f"{file.name} is not: use the command."
            )
        body = entry | {"url": file.url, "ui_id": key, "client_id": self._client_id}
        self._post(f"{_prefix(route)}/queue/install_model", body, is_json=False)
        self._begin(route)

    def _begin(self, route: Route) -> None:
        self._post(f"{_prefix(route)}/queue/start", {}, is_json=False)

    def _is_there(self, method: str, path: str) -> bool:
        """Whether the server has a route: it says what is wrong with an empty request, if so."""
        body: dict[str, Any] = {"json": {}} if method == "POST" else {}
        with self._http.send(method, path, **body) as answer:
            if method == "GET":
                return answer.status_code == HTTPStatus.OK and _is_version(self._short(answer))
            if answer.status_code not in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
                return False
            with suppress(BadAnswer, TooLarge):
                return bool(self._http.json(answer))
            return False

    def _value(self, path: str) -> Any:
        with self._http.send("GET", path) as answer:
            self._http.check(answer)
            return self._http.value(answer)

    def _get(self, path: str) -> Json:
        with self._http.send("GET", path) as answer:
            return self._http.object(answer)

    def _post(self, path: str, body: Json, *, is_json: bool = True, seconds: float = 0.0) -> Json:
        more: dict[str, Any] = {"timeout": seconds} if seconds else {}
        with self._http.send("POST", path, json=body, **more) as answer:
            if answer.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT):
                raise TurnedAway(self._refusal(answer))
            if answer.status_code == HTTPStatus.FORBIDDEN and "manager/" in path:
                raise Denied(
                    f"ComfyUI-Manager on {self.where} does not allow it: its security_level and "
                    "network_mode, in its config.ini, say who may have it install."
                )
            self._http.check(answer)
            return self._http.json(answer) if is_json else {}

    def _refusal(self, answer: Answer) -> str:
        """The server's own words on what it does not do."""
        said = self._short(answer)
        with suppress(ValueError, RecursionError):
            said = _reason(json.loads(said)) or said
        return f"{self.where} does not fetch it: {' '.join(said.split())[:MAX_SAID]}"

    def _short(self, answer: Answer) -> str:
        with suppress(TooLarge):
            return self._http.read(answer, 64 * 1024).decode(errors="replace")
        return ""


def _prefix(route: Route) -> str:
    return "/v2/manager" if route is Route.MANAGER_4 else "/manager"


def _is_version(said: str) -> bool:
    """Whether that is a version, not the page that a server shows for any address."""
    return 0 < len(said) < 100 and "<" not in said and any(c.isdigit() for c in said)


def _is_same(entry: Any, file: WantedFile) -> bool:
    """Whether an *entry* of ComfyUI-Manager's list is *file*: of the same address and name."""
    if not isinstance(entry, dict) or text(entry, "url") != file.url:
        return False
    return text(entry, "filename") == file.name.rpartition("/")[2]


def _reason(data: Any) -> str:
    found = (data.get("error") or data.get("message")) if isinstance(data, Mapping) else None
    if isinstance(found, Mapping):
        found = found.get("message") or found.get("code")
    return found if isinstance(found, str) else ""
