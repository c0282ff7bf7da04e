"""Presets as tools for models: the Model Context Protocol's side of it.

Imported only when the first client of that kind comes: the protocol's package takes a while.
"""

import asyncio
import base64
import logging
import weakref
from functools import partial
from io import BytesIO
from typing import Any, cast

from mcp import types
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.models import InitializationOptions
from mcp.server.session import ServerSession
from PIL import Image as Picture
from pydantic import AnyUrl
from starlette.requests import Request

from comfy.errors import ComfyError
from comfy.workflow.form.signature import Argument
from comfy.workflow.form.validate import FILES
from storage.errors import StorageError
from storage.records import Generation, Image
from studio.access.viewer import Viewer, viewer_of
from studio.errors import StudioError
from studio.studio import Studio
from studio.version import VERSION
from studio.workflows.callable_presets import RUN_MANY, Endpoint
from web.functions.calls import Calls
from web.functions.outcome import Told, follow, follow_all, outcome
from web.functions.run_many import DESCRIPTION, ManyArguments, finished, outcomes
from web.http.requests import own_address

MAX_INLINE = 4
"""Files that come with an answer; of all there are links."""
MAX_INLINE_BYTES = 500_000
"""Of one; clients refuse answers of over a megabyte. Larger pictures come smaller."""
MAX_SIDE = 1024
MAX_TEXT = 20_000
"""Characters of a text that was made."""
INSTRUCTIONS = (
    "Each tool runs one ComfyUI workflow and waits for it, which takes seconds to minutes; "
    "progress is reported. Leave out what you have no wish about. The answer holds the images, "
    "small where they are large, and links to all files and to the generation's own page."
)
FILE_HELP = "Base64, a data URL, or the generationId of an earlier result, whose file is taken."
_FAILURES = (StudioError, ComfyError, StorageError)
_log = logging.getLogger(__name__)
_Answer = tuple[dict[str, Any], list[types.ContentBlock]]


class Tools:
    """The protocol's server. Its sessions live in one event loop, in which all of this runs."""

    def __init__(self, studio: Studio, calls: Calls) -> None:
        self._studio = studio
        self._calls = calls
        self._loop = asyncio.get_running_loop()
        self._owners: weakref.WeakKeyDictionary[ServerSession, str] = weakref.WeakKeyDictionary()
        self.server = _Server("Stepglass", version=VERSION, instructions=INSTRUCTIONS)
        self.server.request_handlers[types.ListToolsRequest] = self._list
        # Not by the package's decorator, which keeps one viewer's tools for the next.
        self.server.request_handlers[types.CallToolRequest] = self._call
        studio.presets.listen(self._changed)
        # It writes a traceback whenever a client leaves.
        logging.getLogger("mcp.server.streamable_http").setLevel(logging.CRITICAL)

    async def _list(self, _request: types.ListToolsRequest) -> types.ServerResult:
        context = self.server.request_context
        viewer = viewer_of(context.request)
        self._owners[context.session] = viewer.owner
        try:
            endpoints = await asyncio.to_thread(self._studio.endpoints.all, viewer)
        except StudioError as error:
            _log.warning("there are no tools to list: %s", error)
            endpoints = ()
        tools = [_tool(one) for one in endpoints]
        if tools:
            tools.append(_MANY)
        return types.ServerResult(types.ListToolsResult(tools=tools))

    async def _call(self, request: types.CallToolRequest) -> types.ServerResult:
        context = self.server.request_context
        asking, asked = cast("Request", context.request), request.params
        viewer = viewer_of(asking)
        given, base = asked.arguments or {}, own_address(asking)
        run = self._run_many if asked.name == RUN_MANY else partial(self._run, asked.name)
        try:
            told, content = await run(given, base, viewer, _teller(context))
        except _FAILURES as error:
            said = types.TextContent(type="text", text=str(error))
            return types.ServerResult(types.CallToolResult(content=[said], isError=True))
        result = types.CallToolResult(content=content, structuredContent=told)
        return types.ServerResult(result)

    async def _run(
        self, name: str, given: dict[str, Any], base: str, viewer: Viewer, teller: Told
    ) -> _Answer:
        made = await asyncio.to_thread(self._calls.start, name, given, viewer)
        # Whatever becomes of the client, the generation goes on: it is in the gallery.
        record = await follow(self._studio, made.id, viewer, teller)
        told = outcome(record, base, self._studio.links, viewer)
        said = f"Finished in {told['seconds']} s with seed {told['seed']}. {record.warning}".strip()
        said += f"\nSee it at {told['link']}"
        return told, await asyncio.to_thread(self._content, said, [(record, told)], viewer)

    async def _run_many(
        self, given: dict[str, Any], base: str, viewer: Viewer, teller: Told
    ) -> _Answer:
        run = await asyncio.to_thread(self._calls.start_many, given, viewer)
        records = await follow_all(self._studio, [one.id for one in run.made], viewer, teller)
        good = finished(records)
        told = outcomes(run, records, base, self._studio.links, viewer)
        by_id = {one["generationId"]: one for one in told["generations"]}
        said = f"{len(good)} of {len(run.made)} finished. See the first at "
        said += by_id[good[0].id]["link"]
        pairs = [(record, by_id[record.id]) for record in good]
        return told, await asyncio.to_thread(self._content, said, pairs, viewer)

    def _content(
        self, said: str, made: list[tuple[Generation, dict[str, Any]]], viewer: Viewer
    ) -> list[types.ContentBlock]:
        """What was *said*, the first files themselves, and links to all."""
        content: list[types.ContentBlock] = [types.TextContent(type="text", text=said)]
        files = [(record, image) for record, _ in made for image in record.images]
        for record, image in files[:MAX_INLINE]:
            found = self._studio.library.files.find(record, image.number, viewer)
            data = found[0].read_bytes() if found and found[0].is_file() else b""
            content += _inline(image, data) if data else []
        for record, told in made:
            for image, file in zip(record.images, told["files"], strict=True):
                content.append(_link(record, image, file["url"]))
        return content

    def _changed(self, owner: str) -> None:
        """Tell the owner's clients that their tools are others now; from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, owner)

    def _tell(self, owner: str) -> None:
        for session in [one for one, whose in self._owners.items() if whose == owner]:
            task = self._loop.create_task(_told(session))
            task.add_done_callback(lambda _: None)


class _Server(Server[Any, Any]):
    def create_initialization_options(
        self,
        notification_options: NotificationOptions | None = None,
        experimental_capabilities: dict[str, dict[str, Any]] | None = None,
    ) -> InitializationOptions:
        options = notification_options or NotificationOptions(tools_changed=True)
        return super().create_initialization_options(options, experimental_capabilities)


async def _told(session: ServerSession) -> None:
    try:
        await session.send_tool_list_changed()
    except Exception as error:  # noqa: BLE001 # a client that left need not be told
        _log.debug("a client could not be told of its new tools: %s", error)


def _teller(context: Any) -> Told:
    """Report progress to the client, where it asked for that; each report is a little further."""
    token = context.meta.progressToken if context.meta else None
    last = -1.0

    async def told(percentage: float, said: str) -> None:
        nonlocal last
        if token is None:
            return
        last = max(percentage, last + 0.001)  # the protocol wants it to grow
        await context.session.send_progress_notification(
            token, last, 100.0, said, related_request_id=str(context.request_id)
        )

    return told


def _tool(endpoint: Endpoint) -> types.Tool:
    properties = {one.name: _property(one) for one in endpoint.arguments}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    if required := [one.name for one in endpoint.arguments if one.required]:
        schema["required"] = required
    return types.Tool(
        name=endpoint.name,
        title=endpoint.preset.name,
        description=endpoint.description,
        inputSchema=schema,
        annotations=types.ToolAnnotations(
            title=endpoint.preset.name, destructiveHint=False, openWorldHint=False
        ),
    )


_MANY = types.Tool(
    name=RUN_MANY,
    title="Run many",
    description=DESCRIPTION,
    inputSchema=ManyArguments.model_json_schema(),
    annotations=types.ToolAnnotations(title="Run many", destructiveHint=False, openWorldHint=False),
)


def _link(record: Generation, image: Image, url: str) -> types.ResourceLink:
    return types.ResourceLink(
        type="resource_link",
        uri=AnyUrl(url),
        name=image.filename or f"{record.id}-{image.number}",
        mimeType=image.media,
        size=image.bytes,
    )


def _property(one: Argument) -> dict[str, Any]:
    schema = dict(one.schema)
    if one.field.kind in FILES:
        schema["description"] = f"{schema['description']} {FILE_HELP}".strip()
    return schema


def _inline(image: Image, data: bytes) -> list[types.ContentBlock]:
    kind = image.media.partition("/")[0]
    if kind == "image":
        if len(data) > MAX_INLINE_BYTES:
            return _smaller(data)
        return [types.ImageContent(type="image", data=_encoded(data), mimeType=image.media)]
    if kind == "audio" and len(data) <= MAX_INLINE_BYTES:
        return [types.AudioContent(type="audio", data=_encoded(data), mimeType=image.media)]
    if kind == "text":
        text = data[: 4 * MAX_TEXT].decode("utf-8", "replace")[:MAX_TEXT]
        return [types.TextContent(type="text", text=text)]
    return []


def _smaller(data: bytes) -> list[types.ContentBlock]:
    try:
        with Picture.open(BytesIO(data)) as picture:
            picture.thumbnail((MAX_SIDE, MAX_SIDE))
            buffer = BytesIO()
            picture.convert("RGB").save(buffer, "JPEG", quality=85)
    except (OSError, ValueError, SyntaxError) as error:
        _log.warning("an image could not be made smaller: %s", error)
        return []
    encoded = _encoded(buffer.getvalue())
    return [types.ImageContent(type="image", data=encoded, mimeType="image/jpeg")]


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
