"""The WebSocket clients of an engine, and what each is sent.

Nothing is kept for a client that is away. As in ComfyUI, the end of an older socket's handler
takes a newer one of the same clientId off the register.
"""

import asyncio
import json
import logging
import struct
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from comfy.demo.engine.faults import Faults

log = logging.getLogger(__name__)

Json = dict[str, Any]

PREVIEW = 1
PREVIEW_WITH_METADATA = 4
MAX_OUTBOX = 20_000
"""Frames waiting for one slow client; beyond that it is cut off."""
IDLE_SECONDS = 0.05
CLOSE_SECONDS = 1.0
"""How long a client may take to answer a goodbye."""
FLUSH_ROUNDS = 100
_FORMATS = {"image/jpeg": 1, "image/png": 2}

Greeting = Callable[[str], list[tuple[str, Json]]]
"""What a new socket of a client is told first, as (event, data)."""


@dataclass(eq=False)
class Client:
    """One socket. `outbox` holds frames not yet written."""

    sid: str
    socket: web.WebSocketResponse
    transport: asyncio.BaseTransport | None
    features: Json = field(default_factory=dict)
    half_open: bool = False
    outbox: asyncio.Queue[str | bytes] = field(default_factory=asyncio.Queue)

    @property
    def takes_metadata(self) -> bool:
        """Whether previews go to it with metadata (type 4)."""
        return self.features.get("supports_preview_metadata") is True

    def put(self, frame: str | bytes) -> None:
        """Queue a frame for writing."""
        if self.outbox.qsize() >= MAX_OUTBOX:
            self.cut()
        else:
            self.outbox.put_nowait(frame)

    def cut(self) -> None:
        """End the TCP connection without a word."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()


class Sockets:
    """All sockets of an engine; `open` is every connected one, `by_id` whom events reach."""

    def __init__(self, faults: Faults, features: Json) -> None:
        self._faults = faults
        self._features = features
        self.by_id: dict[str, Client] = {}
        self.open: set[Client] = set()

    def send(self, event: str, data: Json, client_id: str | None = None) -> None:
        """Send a text frame to one client, or to all."""
        frame = json.dumps({"type": event, "data": data})
        for client in self._receivers(client_id):
            client.put(frame)

    def send_preview(
        self,
        image: bytes,
        media: str,
        metadata: Mapping[str, Any],
        client_id: str | None,
        *,
        with_metadata: bool,
    ) -> None:
        """Send a preview to those receivers that do, or do not, take metadata."""
        plain = struct.pack(">II", PREVIEW, _FORMATS[media]) + image
        head = json.dumps({**metadata, "image_type": media}).encode()
        full = struct.pack(">II", PREVIEW_WITH_METADATA, len(head)) + head + image
        for client in self._receivers(client_id):
            negotiated = client.takes_metadata and client_id is not None
            if negotiated == with_metadata:
                client.put(full if with_metadata else plain)

    def raw(self, frames: Iterable[str | bytes]) -> None:
        """Send *frames* as they are to everybody."""
        for frame in frames:
            for client in self.open:
                client.put(frame)

    def cut(self, client_id: str | None = None) -> int:
        """Cut the TCP connections of one client, or of all; return how many."""
        clients = [c for c in self.open if client_id is None or c.sid == client_id]
        for client in clients:
            client.cut()
        return len(clients)

    def silence(self) -> None:
        """Leave the present sockets half-open: up, but carrying nothing."""
        for client in self.open:
            client.half_open = True

    def clobber(self) -> None:
        """Take the present sockets off the register: pongs, but no events."""
        self.by_id.clear()

    async def close(self) -> None:
        """Close all sockets as a server that shuts down does."""
        for client in list(self.open):
            if self._is_half_open(client):
                client.cut()
            else:
                await client.socket.close()

    async def flush(self) -> None:
        """Let the writers catch up, as far as they soon can."""
        for _ in range(FLUSH_ROUNDS):
            if all(client.outbox.empty() for client in self.open):
                return
            await asyncio.sleep(0)

    async def serve(self, request: web.Request, greet: Greeting) -> web.WebSocketResponse:
        """Serve one socket until it ends."""
        socket = web.WebSocketResponse(timeout=CLOSE_SECONDS, autoping=False, autoclose=False)
        await socket.prepare(request)
        sid = request.rel_url.query.get("clientId", "") or uuid.uuid4().hex
        client = Client(sid, socket, request.transport)
        self.by_id[sid] = client
        self.open.add(client)
        writer = asyncio.create_task(self._write(client))
        try:
            for event, data in greet(sid):
                client.put(json.dumps({"type": event, "data": data}))
            await self._read(client)
        finally:
            writer.cancel()
            self.open.discard(client)
            self.by_id.pop(sid, None)  # even if it is a newer socket's: ComfyUI's own flaw
        return socket

    async def _read(self, client: Client) -> None:
        first = True
        async for message in client.socket:
            if message.type is WSMsgType.PING and not self._is_half_open(client):
                await client.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                if first and (flags := _feature_flags(message.data)) is not None:
                    client.features = flags
                    frame = {"type": "feature_flags", "data": self._features}
                    client.put(json.dumps(frame))
                first = False
        while self._is_half_open(client) and not _is_gone(client):  # noqa: ASYNC110 - a fault
            await asyncio.sleep(IDLE_SECONDS)
        if not _is_gone(client):
            await client.socket.close()

    async def _write(self, client: Client) -> None:
        while not client.socket.closed:
            frame = await client.outbox.get()
            if self._is_half_open(client) or self._faults.mute:
                continue
            try:
                if isinstance(frame, bytes):
                    await client.socket.send_bytes(frame)
                else:
                    await client.socket.send_str(frame)
            except (ConnectionError, RuntimeError) as error:
                log.debug("Socket %s is gone: %s", client.sid, error)
                return

    def _is_half_open(self, client: Client) -> bool:
        return self._faults.half_open or client.half_open

    def _receivers(self, client_id: str | None) -> list[Client]:
        if client_id is None:
            return list(self.by_id.values())
        client = self.by_id.get(client_id)
        return [client] if client else []


def _is_gone(client: Client) -> bool:
    return client.transport is None or client.transport.is_closing()


def _feature_flags(text: str) -> Json | None:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("type") != "feature_flags":
        return None
    data = message.get("data")
    return data if isinstance(data, dict) else None
