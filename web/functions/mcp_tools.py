"""Presets as tools for models: the Model Context Protocol's side of it.

Imported only when the first client of that kind comes: the protocol's package takes a while.
"""

import asyncio
import base64
import logging
import weakref
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
from studio.workflows.callable_presets import Endpoint
from web.functions.calls import Calls
from web.functions.outcome import Told, follow, outcome
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
        return types.ServerResult(types.ListToolsResult(tools=[_tool(one) for one in endpoints]))

    async def _call(self, request: types.CallToolRequest) -> types.ServerResult:
        context = self.server.request_context
        asking, asked = cast("Request", context.request), request.params
        viewer = viewer_of(asking)
        try:
            made = await asyncio.to_thread(
                self._calls.start, asked.name, asked.arguments or {}, viewer
            )
            # Whatever becomes of the client, the generation goes on: it is in the gallery.
            record = await follow(self._studio, made.id, viewer, _teller(context))
            told = outcome(record, own_address(asking), self._studio.links, viewer)
            content = await asyncio.to_thread(self._content, record, told, viewer)
        except _FAILURES as error:
            said = types.TextContent(type="text", text=str(error))
            return types.ServerResult(types.CallToolResult(content=[said], isError=True))
        result = types.CallToolResult(content=content, structuredContent=told)
        return types.ServerResult(result)

    def _content(
        self, record: Generation, told: dict[str, Any], viewer: Viewer
    ) -> list[types.ContentBlock]:
        said = f"Finished in {told['seconds']} s with seed {told['seed']}. {record.warning}".strip()
        content: list[types.ContentBlock] = [
            types.TextContent(type="text", text=f"{said}\nSee it at {told['link']}")
        ]
        for image in record.images[:MAX_INLINE]:
            found = self._studio.library.file(record, image.number, viewer)
            data = found[0].read_bytes() if found and found[0].is_file() else b""
            content += _inline(image, data) if data else []
        for image, file in zip(record.images, told["files"], strict=True):
            name = image.filename or f"{record.id}-{image.number}"
            link = types.ResourceLink(
                type="resource_link",
                uri=AnyUrl(file["url"]),
                name=name,
                mimeType=image.media,
                size=image.bytes,
            )
            content.append(link)
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
