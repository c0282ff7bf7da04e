"""What ComfyUI's page and other clients ask beside the engine: settings, a user's files, lists.

There is one user, as in a ComfyUI without ``--multi-user``. Nothing is ever translated, replaced
or logged here, and there are no extensions: those lists are empty, as of a fresh ComfyUI.
"""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from comfy.demo.engine.engine import Engine

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SETTINGS = "comfy.settings.json"
_UNSAFE = re.compile(r'[\x00-\x1f:*?"<>|]')
"""What no file name may hold on one system or another."""


class PageRoutes:
    """The handlers of one engine; a user's files lie in its folder ``user/default``."""

    def __init__(self, engine: Engine) -> None:
        self._root = (engine.folder / "user" / "default").resolve()

    def table(self) -> list[tuple[str, str, Handler]]:
        """(method, path, handler)."""
        return [
            ("GET", "/users", self._users),
            ("GET", "/settings", self._get_settings),
            ("GET", "/settings/{id}", self._get_setting),
            ("POST", "/settings", self._post_settings),
            ("POST", "/settings/{id}", self._post_setting),
            ("GET", "/userdata", self._list),
            ("GET", "/userdata/{file}", self._get),
            ("POST", "/userdata/{file}", self._post),
            ("DELETE", "/userdata/{file}", self._delete),
            ("GET", "/extensions", _answer([])),
            ("GET", "/i18n", _answer({})),
            ("GET", "/workflow_templates", _answer({})),
            ("GET", "/node_replacements", _answer({})),
            ("GET", "/global_subgraphs", _answer({})),
            ("GET", "/internal/logs", _answer("")),
            (
                "GET",
                "/internal/logs/raw",
                _answer({"entries": [], "size": {"cols": 80, "rows": 24}}),
            ),
        ]

    async def _users(self, _request: web.Request) -> web.Response:
        return web.json_response({"storage": "server", "migrated": self._root.is_dir()})

    async def _get_settings(self, _request: web.Request) -> web.Response:
        return web.json_response(self._settings())

    async def _get_setting(self, request: web.Request) -> web.Response:
        return web.json_response(self._settings().get(request.match_info["id"]))

    async def _post_settings(self, request: web.Request) -> web.Response:
        new = await _json(request)
        if not isinstance(new, dict):
            raise web.HTTPBadRequest
        return self._keep_settings(new)

    async def _post_setting(self, request: web.Request) -> web.Response:
        return self._keep_settings({request.match_info["id"]: await _json(request)})

    async def _list(self, request: web.Request) -> web.Response:
        folder = request.query.get("dir", "")
        if not folder:
            return web.Response(status=400, text="Directory not provided")
        path = self._path(folder)
        if not path.is_dir():
            return web.Response(status=404, text="Directory not found")
        deep = request.query.get("recurse", "").lower() == "true"
        files = sorted(p for p in (path.rglob("*") if deep else path.glob("*")) if p.is_file())
        if request.query.get("full_info", "").lower() == "true":
            return web.json_response([_info(file, path) for file in files])
        names = [file.relative_to(path).as_posix() for file in files]
        if request.query.get("split", "").lower() == "true":
            return web.json_response([[name, *name.split("/")] for name in names])
        return web.json_response(names)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Disposition": "attachment", "Content-Type": "application/octet-stream"}
        return web.FileResponse(self._file(request), headers=headers)

    async def _post(self, request: web.Request) -> web.Response:
        path = self._path(request.match_info["file"])
        if request.query.get("overwrite") == "false" and path.exists():
            return web.Response(status=409, text="File already exists")
        if path.is_dir():
            raise web.HTTPBadRequest
        body = await request.read()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        if request.query.get("full_info", "").lower() == "true":
            return web.json_response(_info(path, self._root))
        return web.json_response(path.relative_to(self._root).as_posix())

    async def _delete(self, request: web.Request) -> web.Response:
        self._file(request).unlink()
        return web.Response(status=204)

    def _settings(self) -> Json:
        try:
            kept = json.loads((self._root / SETTINGS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _keep_settings(self, new: Json) -> web.Response:
        self._root.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self._settings() | new, indent=4)
        (self._root / SETTINGS).write_text(text, encoding="utf-8")
        return web.Response()

    def _path(self, name: str) -> Path:
        """The path of *name* inside the user's folder. Raises HTTPForbidden, HTTPBadRequest."""
        if _UNSAFE.search(name):
            raise web.HTTPBadRequest(text="")
        path = (self._root / name).resolve()
        if path == self._root or not path.is_relative_to(self._root):
            raise web.HTTPForbidden(text="")
        return path

    def _file(self, request: web.Request) -> Path:
        path = self._path(request.match_info["file"])
        if not path.is_file():
            raise web.HTTPNotFound(text="")
        return path


def _answer(value: object) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response(value)

    return handler


async def _json(request: web.Request) -> Any:
    try:
        return await request.json()
    except (ValueError, RecursionError) as error:
        raise web.HTTPBadRequest from error


def _info(file: Path, root: Path) -> Json:
    """Size in bytes; times in milliseconds since 1970."""
    stat = file.stat()
    times = {"modified": int(stat.st_mtime * 1000), "created": int(stat.st_ctime * 1000)}
    return {"path": file.relative_to(root).as_posix(), "size": stat.st_size, **times}
