"""Presets as tools for the official MCP client, over streamable HTTP on loopback."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import httpx
import pytest
from mcp import ClientSession, types
from mcp.client.streamable_http import streamable_http_client
from PIL import Image

from comfy.demo.http.server import DemoServer
from tests.support.served import Served
from tests.web.conftest import Serve
from tests.web.generating import generating
from tests.web.presets import CHECKPOINT, Program, program


class Client:
    """A connected client; `changes` is set when the server says that its tools are others."""

    def __init__(self, session: ClientSession, changes: asyncio.Event) -> None:
        self.session = session
        self.changes = changes

    async def tools(self) -> dict[str, types.Tool]:
        return {tool.name: tool for tool in (await self.session.list_tools()).tools}


@asynccontextmanager
async def connected(served: Served, who: Program | None = None) -> AsyncIterator[Client]:
    changes = asyncio.Event()

    async def heard(message: Any) -> None:
        root = getattr(message, "root", None)
        if isinstance(root, types.ToolListChangedNotification):
            changes.set()

    async with (
        httpx.AsyncClient(headers=who.headers if who else None, timeout=30) as http,
        streamable_http_client(f"{served.url}/mcp", http_client=http) as (reading, writing, _),
        ClientSession(reading, writing, message_handler=heard) as session,
    ):
        await session.initialize()
        yield Client(session, changes)


def test_each_preset_is_a_tool_with_a_schema(ann: Program) -> None:

    async def look() -> types.Tool:
        async with connected(ann.served, ann) as client:
            return (await client.tools())["sea-at-dawn"]

    tool = asyncio.run(look())
    properties = tool.inputSchema["properties"]
    assert properties["prompt"] == {
        "type": "string",
        "title": "Prompt",
        "description": "",
        "default": "a sea",
    }
    assert CHECKPOINT in properties["checkpoint"]["enum"]
    assert (properties["steps"]["type"], properties["steps"]["minimum"]) == ("integer", 1)
    assert "required" not in tool.inputSchema
    assert tool.title == "Sea at dawn"


def test_a_call_reports_progress_and_ends_with_the_picture_and_a_link(ann: Program) -> None:
    heard: list[tuple[float, float | None, str | None]] = []

    async def told(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async def call() -> types.CallToolResult:
        async with connected(ann.served, ann) as client:
            values = {"prompt": "a red fox", "steps": 40, "seed": "18446744073709551615"}
            return await client.session.call_tool("sea-at-dawn", values, progress_callback=told)

    result = asyncio.run(call())
    assert not result.isError, result.content
    shares = [share for share, _, _ in heard]
    assert shares == sorted(set(shares))
    assert any((said or "").startswith("Step ") for *_, said in heard)
    image = next(one for one in result.content if isinstance(one, types.ImageContent))
    with Image.open(BytesIO(base64.b64decode(image.data))) as picture:
        assert picture.size == (64, 64)
    link = next(one for one in result.content if isinstance(one, types.ResourceLink))
    assert httpx.get(str(link.uri)).content == base64.b64decode(image.data)
    assert result.structuredContent
    made = ann.served.studio.generations.get(result.structuredContent["generationId"], ann.viewer)
    assert made
    assert (made.prompt, made.seed, made.owner) == ("a red fox", 2**64 - 1, ann.viewer.owner)


def test_a_preset_saved_later_is_told_and_can_be_called(served: Served) -> None:
    late = program(served)

    async def wait() -> bool:
        async with connected(served, late) as client:
            assert "sea-at-dawn" not in await client.tools()
            await asyncio.to_thread(late.save)
            await client.changes.wait()
            assert "sea-at-dawn" in await client.tools()
            result = await client.session.call_tool("sea-at-dawn", {})
            return not result.isError

    assert asyncio.run(wait())


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("sea-at-dawn", {"steps": 0}, "less than 1"),
        ("sea-at-dawn", {"stepz": 3}, "no argument “stepz”"),
        ("nothing", {}, "preset “nothing” is not here"),
        ("img2img", {}, "choose an image"),
        ("img2img", {"image": "https://example.com/a.png"}, "not fetched"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(
    ann: Program, name: str, values: dict[str, Any], says: str
) -> None:

    async def call() -> types.CallToolResult:
        async with connected(ann.served, ann) as client:
            return await client.session.call_tool(name, values)

    result = asyncio.run(call())
    assert result.isError
    assert isinstance(result.content[0], types.TextContent)
    assert says in result.content[0].text


def test_an_earlier_result_is_an_input(served: Served) -> None:
    async def call() -> bool:
        async with connected(served) as client:
            first = await client.session.call_tool("txt2img_sd15", {"steps": 2})
            assert first.structuredContent, first.content
            values = {"image": first.structuredContent["generationId"], "steps": 2}
            return not (await client.session.call_tool("img2img", values)).isError

    assert asyncio.run(call())


def test_a_strangers_tools_results_and_session_are_out_of_reach(
    served: Served, ann: Program
) -> None:
    bob = program(served)

    async def look() -> None:
        async with connected(served, bob) as client:
            assert "sea-at-dawn" not in await client.tools()
            result = await client.session.call_tool("sea-at-dawn", {})
            assert result.isError
        async with connected(served) as client:
            assert "sea-at-dawn" not in await client.tools()

    asyncio.run(look())
    headers = {"Accept": "application/json, text/event-stream"}
    opening = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "x", "version": "1"},
        },
    }
    url = f"{served.url}/mcp"
    answer = httpx.post(url, json=opening, headers=headers | ann.headers)
    session = {"mcp-session-id": answer.headers["mcp-session-id"]}
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    for who in (bob.headers, {}):
        taken = httpx.post(url, json=listing, headers=headers | session | who)
        assert taken.status_code == 404
    forged = {"Authorization": "Bearer sg_forged"}
    taken = httpx.post(url, json=listing, headers=headers | session | forged)
    assert taken.status_code == 401
    foreign = {"Origin": "https://evil.example"}
    assert httpx.post(url, json=opening, headers=headers | foreign).status_code == 403


def test_a_client_without_cookies_keeps_its_session(served: Served) -> None:
    async def look() -> bool:
        async def forget(request: httpx.Request) -> None:
            request.headers.pop("cookie", None)

        hooks = {"request": [forget]}
        async with (
            httpx.AsyncClient(timeout=30, event_hooks=hooks) as http,
            streamable_http_client(f"{served.url}/mcp", http_client=http) as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            result = await session.call_tool("txt2img_sd15", {"steps": 2})
            return not result.isError

    assert asyncio.run(look())


def test_with_accounts_a_token_or_login_is_needed(serve: Serve, engine: DemoServer) -> None:
    served = generating(serve, engine, auth="ann:pw-ann")
    url, headers = f"{served.url}/mcp", {"Accept": "application/json, text/event-stream"}
    assert httpx.post(url, json={}, headers=headers).status_code == 401

    async def look() -> bool:
        async with connected(served, program(served, "user:ann")) as client:
            return "txt2img_sd15" in await client.tools()

    assert asyncio.run(look())
