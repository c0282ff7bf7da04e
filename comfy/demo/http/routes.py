"""ComfyUI's HTTP routes on an engine, each as ``/x`` and ``/api/x``."""

import asyncio
import html
import json
import os
import platform
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from comfy.client.http.proxy_check import memory_bytes
from comfy.demo import ENGINE_NAME, VERSION
from comfy.demo.engine.engine import Engine
from comfy.demo.engine.queue import Prompt, now_ms
from comfy.demo.http.files import (
    find_file,
    keep_upload,
    merge_mask,
    read_upload,
    view,
    view_headers,
)
from comfy.demo.http.jobs import get_job, list_jobs
from comfy.demo.nodes.catalogue import EMBEDDINGS, EMPTY_FOLDERS, METADATA, MODEL_FOLDERS
from comfy.demo.nodes.validate import is_prompt_id, refusal, validate

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

TROUBLE = "500 Internal Server Error\n\nServer got itself in trouble"
MEMORY_BYTES = 24 * 2**30
"""What the demo claims to have; nothing depends on it."""


class Routes:
    """The handlers of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def table(self) -> list[tuple[str, str, Handler]]:
        """(method, path, handler); paths under /api/jobs exist only so."""
        return [
            ("GET", "/ws", self._socket),
            ("GET", "/prompt", self._get_prompt),
            ("POST", "/prompt", self._post_prompt),
            ("GET", "/queue", self._get_queue),
            ("POST", "/queue", self._post_queue),
            ("POST", "/interrupt", self._interrupt),
            ("GET", "/history", self._get_history),
            ("GET", "/history/{prompt_id}", self._get_one_history),
            ("POST", "/history", self._post_history),
            ("GET", "/view", self._view),
            ("POST", "/upload/image", self._upload_image),
            ("POST", "/upload/mask", self._upload_mask),
            ("GET", "/object_info", self._object_info),
            ("GET", "/object_info/{node_class}", self._one_object_info),
            ("GET", "/models", self._model_folders),
            ("GET", "/models/{folder}", self._models),
            ("GET", "/embeddings", self._embeddings),
            ("GET", "/experiment/models/{folder}", self._model_files),
            ("GET", "/experiment/models/preview/{folder}/0/{name:.*}", self._model_preview),
            ("GET", "/view_metadata/{folder}", self._view_metadata),
            ("GET", "/system_stats", self._system_stats),
            ("GET", "/features", self._features),
            ("POST", "/free", self._free),
            ("GET", "/api/jobs", self._jobs),
            ("GET", "/api/jobs/{job_id}", self._job),
            ("POST", "/api/jobs/{job_id}/cancel", self._cancel),
            ("GET", "/", self._root),
        ]

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        return await self._engine.sockets.serve(request, self._engine.greeting)

    async def _root(self, _request: web.Request) -> web.Response:
        name = html.escape(ENGINE_NAME)
        page = f"<!doctype html><title>{name}</title><h1>{name}</h1><p>It speaks ComfyUI's API."
        return web.Response(text=page, content_type="text/html")

    async def _get_prompt(self, _request: web.Request) -> web.Response:
        return web.json_response({"exec_info": {"queue_remaining": self._engine.queue.remaining}})

    async def _post_prompt(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
            return self._submit(body)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return web.Response(status=500, text=TROUBLE)

    def _submit(self, body: Json) -> web.Response:
        engine = self._engine
        if "prompt" not in body:
            message = "No prompt provided"
            return _refused(refusal("no_prompt", message, message), {})
        prompt_id = str(body.get("prompt_id") or uuid.uuid4())
        if not is_prompt_id(prompt_id):
            message = "prompt_id must be a lower-case hyphenated UUID"
            return _refused(refusal("invalid_prompt_id", message, prompt_id[:100]), {})
        number = engine.queue.number(body)
        graph = body["prompt"]
        targets = body.get("partial_execution_targets")
        verdict = validate(graph, engine.catalogue, engine.folder / "input", targets)
        if verdict.error:
            return _refused(verdict.error, verdict.node_errors)
        extra = dict(body.get("extra_data") or {})
        if "client_id" in body:
            extra["client_id"] = body["client_id"]
        extra["create_time"] = now_ms()
        engine.accept(Prompt(number, prompt_id, graph, extra, verdict.outputs))
        answer = {"prompt_id": prompt_id, "number": number, "node_errors": verdict.node_errors}
        return web.json_response(answer)

    async def _get_queue(self, _request: web.Request) -> web.Response:
        queue = self._engine.queue
        answer = {
            "queue_running": [p.entry() for p in queue.running],
            "queue_pending": [p.entry() for p in queue.pending],
        }
        return web.json_response(answer)

    async def _post_queue(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        if body.get("clear"):
            self._engine.clear()
        for prompt_id in body.get("delete") or ():
            self._engine.delete(str(prompt_id))
        return web.Response()

    async def _interrupt(self, request: web.Request) -> web.Response:
        try:
            body = await read_object(request)
        except ValueError:
            body = {}
        self._engine.interrupt(body.get("prompt_id"))
        return web.Response()

    async def _get_history(self, request: web.Request) -> web.Response:
        entries = list(self._engine.queue.history.items())
        if "max_items" in request.query:
            most = max(0, int(request.query["max_items"]))
            start = int(request.query.get("offset", -1))
            start = len(entries) - most if start < 0 else start
            entries = entries[max(0, start) :][:most]
        return web.json_response(dict(entries))

    async def _get_one_history(self, request: web.Request) -> web.Response:
        prompt_id = request.match_info["prompt_id"]
        entry = self._engine.queue.history.get(prompt_id)
        return web.json_response({prompt_id: entry} if entry else {})

    async def _post_history(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        if body.get("clear"):
            self._engine.clear_history()
        if gone := body.get("delete"):
            self._engine.clear_history(map(str, gone))
        return web.Response()

    async def _view(self, request: web.Request) -> web.Response:
        path = find_file(self._engine, request.query)
        body, media = await asyncio.to_thread(view, path, dict(request.query))
        headers = view_headers(path.name, media)
        return web.Response(body=body, content_type=media, headers=headers)

    async def _upload_image(self, request: web.Request) -> web.Response:
        upload = await read_upload(request, self._engine.settings.max_upload_bytes)
        return web.json_response(keep_upload(self._engine, upload, upload.data))

    async def _upload_mask(self, request: web.Request) -> web.Response:
        upload = await read_upload(request, self._engine.settings.max_upload_bytes)
        if not upload.fields.get("original_ref"):
            return web.json_response(keep_upload(self._engine, upload, upload.data))
        data = await asyncio.to_thread(merge_mask, self._engine, upload)
        return web.json_response(keep_upload(self._engine, upload, data))

    async def _object_info(self, _request: web.Request) -> web.Response:
        return web.json_response(self._engine.catalogue.all())

    async def _one_object_info(self, request: web.Request) -> web.Response:
        node_class, catalogue = request.match_info["node_class"], self._engine.catalogue
        known = node_class in catalogue
        return web.json_response({node_class: catalogue[node_class]} if known else {})

    async def _model_folders(self, _request: web.Request) -> web.Response:
        return web.json_response([*MODEL_FOLDERS, *EMPTY_FOLDERS, "embeddings"])

    async def _models(self, request: web.Request) -> web.Response:
        names = self._engine.catalogue.models(request.match_info["folder"])
        return web.Response(status=404) if names is None else web.json_response(names)

    async def _model_files(self, request: web.Request) -> web.Response:
        names = self._engine.catalogue.models(request.match_info["folder"])
        if names is None:
            return web.Response(status=404)
        return web.json_response([{"name": name, "pathIndex": 0} for name in names])

    async def _model_preview(self, request: web.Request) -> web.StreamResponse:
        """The picture beside a model: models/loras/NAME.png in the engine's folder."""
        folder, name = request.match_info["folder"], request.match_info["name"]
        if name not in (self._engine.catalogue.models(folder) or ()):
            return web.Response(status=404)
        picture = (self._engine.folder / "models" / folder / name).with_suffix(".png")
        return web.FileResponse(picture) if picture.is_file() else web.Response(status=404)

    async def _view_metadata(self, request: web.Request) -> web.Response:
        name = request.query.get("filename", "")
        if name not in (self._engine.catalogue.models(request.match_info["folder"]) or ()):
            return web.Response(status=404)
        found = METADATA.get(name)
        return web.json_response(found) if found else web.Response(status=404)

    async def _embeddings(self, _request: web.Request) -> web.Response:
        return web.json_response(list(EMBEDDINGS))

    async def _system_stats(self, request: web.Request) -> web.Response:
        free = int(MEMORY_BYTES * 0.8)
        system = {
            "os": os.name,
            "ram_total": memory_bytes(),
            "ram_free": free,
            "comfyui_version": VERSION,
            "engine": ENGINE_NAME,
            "python_version": platform.python_version(),
            "pytorch_version": "none",
            "embedded_python": False,
            "argv": ["comfy.demo", "--port", str(_port(request))],
        }
        device = {
            "name": ENGINE_NAME,
            "type": "cpu",
            "index": None,
            "vram_total": MEMORY_BYTES,
            "vram_free": free,
            "torch_vram_total": MEMORY_BYTES,
            "torch_vram_free": free,
        }
        return web.json_response({"system": system, "devices": [device]})

    async def _features(self, _request: web.Request) -> web.Response:
        return web.json_response(self._engine.features)

    async def _free(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        if body.get("unload_models") or body.get("free_memory"):
            self._engine.unload()
        return web.Response()

    async def _jobs(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(list_jobs(self._engine.queue, dict(request.query)))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    async def _job(self, request: web.Request) -> web.Response:
        job = get_job(self._engine.queue, request.match_info["job_id"])
        if job is None:
            return web.json_response({"error": "Job not found"}, status=404)
        return web.json_response(job)

    async def _cancel(self, request: web.Request) -> web.Response:
        job_id = request.match_info["job_id"]
        stopped = self._engine.delete(job_id) or self._engine.interrupt(job_id)
        return web.json_response({"cancelled": stopped})


async def read_object(request: web.Request) -> Json:
    """The JSON object in a request; {} where it has no body. Raises ValueError."""
    body = json.loads(await request.text() or "{}")
    if not isinstance(body, dict):
        raise ValueError("The body is not an object.")
    return body


def _port(request: web.Request) -> int:
    """The port that a request came to."""
    return int((request.get_extra_info("sockname") or ("", 0))[1])


def _refused(error: Json, node_errors: Json) -> web.Response:
    return web.json_response({"error": error, "node_errors": node_errors}, status=400)
