"""``/models/download``: a client has the engine fetch a file, and follows it."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from comfy.demo.engine.downloads import Task
from comfy.demo.engine.engine import Engine
from comfy.demo.nodes.catalogue import MODEL_FOLDERS
from comfy.errors import WorkflowError
from comfy.workflow.wanted.files import wanted_file

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class DownloadRoutes:
    """The handlers of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def table(self) -> list[tuple[str, str, Handler]]:
        """(method, path, handler)."""
        one = "/models/download/{task}"
        return [
            ("POST", "/models/download", self._begin),
            ("GET", one, self._show),
            ("POST", f"{one}/cancel", self._cancel),
        ]

    async def _begin(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
            given = [body.get(name) for name in ("filename", "directory", "url")]
            name, folder, url = (one if isinstance(one, str) else "" for one in given)
            file = wanted_file(name, folder, url, str(body.get("sha256") or ""))
        except (ValueError, AttributeError, RecursionError):
            return _no("The body is not an object with url, directory and filename.")
        except WorkflowError as error:
            return _no(str(error))
        if file.folder not in MODEL_FOLDERS:
            return _no(f"There is no folder {file.folder}.")
        if file.name in (self._engine.catalogue.models(file.folder) or ()):
            return _no("It is there already.", 409)
        task = self._engine.downloads.begin(Task(file.url, file.folder, file.name, file.sha256))
        return web.json_response({"task_id": task.id, "status": task.status}, status=202)

    async def _show(self, request: web.Request) -> web.Response:
        task = self._engine.downloads.get(request.match_info["task"])
        return web.json_response(task.to_json()) if task else _no("No such task.", 404)

    async def _cancel(self, request: web.Request) -> web.Response:
        id_ = request.match_info["task"]
        if self._engine.downloads.get(id_) is None:
            return _no("No such task.", 404)
        self._engine.downloads.cancel(id_)
        return web.json_response({"task_id": id_}, status=202)


def _no(sentence: str, status: int = 400) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
