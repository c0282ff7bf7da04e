"""A server that plays one recorded conversation over real HTTP and a real WebSocket.

The client under test brings its own prompt ids and client id: they take the place of the
recorded ones in every frame and answer. What was recorded as a consequence of something the
client did waits until the client does it; everything else follows in the recorded order.
GETs are answered from where the playback stands, since a client asks at other moments than
the one that was recorded. However fast it plays, no history can be read before the client has
read the frames that came before it.
"""

import asyncio
import math
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from aiohttp import WSMsgType, web

from tests.support.stage import Prompt, Stage, State, picture
from tests.support.transcript import (
    Call,
    Closed,
    Entry,
    Frame,
    Json,
    Negotiated,
    Note,
    Opened,
    Transcript,
)

PATIENCE_SECONDS = 15.0
"""How long the playback waits for the client to do what comes next."""
DEAD_SECONDS = 0.3
"""How long a killed server stays away."""
CANCEL_SINCE = (0, 26)
"""ComfyUI's first version with POST /api/jobs/{id}/cancel."""


class Replay:
    """Plays *transcript* at *speed* times the recorded pace; use as a context manager.

    `any_graph` takes whatever is posted for the next recorded prompt. `requests` are those made
    so far (method, path), `connections` how often a socket was opened. Leaving the context
    raises AssertionError where the playback waited in vain or failed.
    """

    def __init__(
        self, transcript: Transcript, *, speed: float = math.inf, any_graph: bool = False
    ) -> None:
        self.transcript = transcript
        self.requests: list[tuple[str, str]] = []
        self.connections = 0
        self.problem = ""
        self._speed = speed
        self._any_graph = any_graph
        self._stage = Stage(transcript)
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._negotiated: set[str] = set()
        self._pings = 0
        self._pongs: dict[str, int] = {}
        self._uploads = [c for c in transcript.calls if c.path == "/upload/image"]
        self._port: Future[int] = Future()
        self._over = threading.Event()
        self._wanted: SimpleQueue[str] = SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="replay", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port.result(PATIENCE_SECONDS)}"

    def wait(self, timeout: float = PATIENCE_SECONDS) -> None:
        """Block until everything was played."""
        assert self._over.wait(timeout), f"{self.transcript}: the playback goes on"
        assert not self.problem, self.problem

    def wait_for(self, what: str, timeout: float = PATIENCE_SECONDS) -> None:
        """Block until the playback waits for the client to send *what*."""
        while self._wanted.get(timeout=timeout) != what:
            pass

    def __enter__(self) -> Self:
        self._thread.start()
        self._port.result(PATIENCE_SECONDS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_SECONDS)
        if kind is None:
            assert not self.problem, self.problem

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:
            if not self._port.done():
                self._port.set_exception(error)
            raise
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._changed = asyncio.Condition()
        self._stop = asyncio.Event()
        self._runner = await self._listen(0)
        play = asyncio.create_task(self._play())
        await self._stop.wait()
        play.cancel()
        await asyncio.gather(play, return_exceptions=True)
        await self._die()

    async def _listen(self, port: int) -> web.AppRunner:
        app = web.Application(client_max_size=2**27)
        app.add_routes([web.get("/ws", self._socket), web.route("*", "/{path:.*}", self._answer)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        if not self._port.done():
            self._port.set_result(runner.addresses[0][1])
        return runner

    async def _die(self) -> None:
        """Go at once, without close frames or answers, as SIGKILL does."""
        for socket in self._sockets.values():
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()
        self._sockets.clear()
        await self._runner.cleanup()

    async def _play(self) -> None:
        causes = {self.transcript.cause(p.call): p for p in self._stage.prompts}
        before = 0.0
        try:
            for index, entry in enumerate(self.transcript.entries):
                await asyncio.sleep(max(0.0, entry.t - before) / self._speed)
                before = entry.t
                if index in causes:
                    prompt = causes[index]
                    await self._until(partial(_is_posted, prompt), "the next POST /prompt")
                await self._step(index, entry)
        except Exception as error:  # noqa: BLE001 - the test is told when it leaves
            self.problem = self.problem or f"{self.transcript}: {error!r}"
        self._over.set()

    async def _step(self, index: int, entry: Entry) -> None:
        stage = self._stage
        match entry:
            case Opened(client=client):
                await self._until(lambda: stage.clients.get(client) in self._sockets, "a socket")
            case Negotiated(client=client):
                await self._until(
                    lambda: stage.clients.get(client) in self._negotiated, "its feature flags"
                )
            case Frame() if "sid" not in entry.body:  # that one is said on connecting
                if entry.type == "executing" and not entry.body.get("node"):
                    await self._are_read()
                stage.sending(entry)
                await self._send(entry)
            case Closed(client=client) if self._opens_again(index, client):
                if socket := self._sockets.pop(stage.clients[client], None):
                    await socket.close(code=1001)
            case Note(text=text) if "killed" in text:
                await self._die()
                stage.forget()
                await asyncio.sleep(DEAD_SECONDS)
            case Note(text=text) if "started" in text:
                self._runner = await self._listen(self._port.result())
            case Call():
                await self._called(entry)

    def _opens_again(self, index: int, client: str) -> bool:
        later = self.transcript.entries[index:]
        return any(isinstance(e, Opened) and e.client == client for e in later)

    async def _called(self, call: Call) -> None:
        if call.is_accepted_prompt:
            self._stage.answered(call)
            await self._tell()
        elif call.path.startswith("/history/") and call.answer:
            await self._are_read()
            self._stage.end(set(call.answer))
        elif call.method == "POST" and call.path in ("/interrupt", "/queue"):
            ids = {call.body.get("prompt_id"), *call.body.get("delete", ())}
            stopped = [p for p in self._stage.prompts if p.recorded in ids]
            await self._until(lambda: all(p.stop_asked for p in stopped), f"POST {call.path}")

    async def _send(self, frame: Frame) -> None:
        socket = self._sockets.get(self._stage.clients.get(frame.client, ""))
        if socket is None or socket.closed:
            return  # nothing is kept for a client that is away
        with suppress(ConnectionError):  # it left just now
            if isinstance(frame.data, bytes):
                await socket.send_bytes(self._stage.renamed_bytes(frame.data))
            else:
                await socket.send_str(self._stage.renamed(frame.data))

    async def _are_read(self) -> None:
        """Wait until every client has read all that was sent: it answers a ping in its turn."""
        self._pings += 1
        for client, socket in list(self._sockets.items()):
            with suppress(ConnectionError):
                await socket.ping(str(self._pings).encode())
            await self._until(partial(self._has_read, client, socket), "pong")

    def _has_read(self, client: str, socket: web.WebSocketResponse) -> bool:
        gone = self._sockets.get(client) is not socket or socket.closed
        return gone or self._pongs.get(client) == self._pings

    async def _until(self, ready: Callable[[], bool], what: str) -> None:
        if not ready():
            self._wanted.put(what)
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(ready), PATIENCE_SECONDS)
            except TimeoutError:
                self.problem = f"{self.transcript}: the client never sent {what}"
                raise

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        client = request.query.get("clientId", "")
        self.connections += 1
        self._stage.admit(client)
        self._sockets[client] = socket
        status = {"status": self._stage.remaining, "sid": client}
        await socket.send_json({"type": "status", "data": status})
        await self._tell()
        async for message in socket:
            match message.type:
                case WSMsgType.TEXT if "feature_flags" in message.data:
                    self._negotiated.add(client)
                case WSMsgType.PING:
                    await socket.pong(message.data)
                case WSMsgType.PONG:
                    self._pongs[client] = int(message.data)
            await self._tell()
        if self._sockets.get(client) is socket:
            del self._sockets[client]
            await self._tell()
        return socket

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests.append((request.method, request.path))
        path = request.path.removeprefix("/api")
        stage = self._stage
        match (request.method, *path.strip("/").split("/")):
            case ("POST", "prompt"):
                return await self._post(await request.json())
            case ("POST", "interrupt"):
                return await self._stop_prompts([(await request.json())["prompt_id"]], running=True)
            case ("POST", "queue"):
                return await self._stop_prompts((await request.json())["delete"], running=False)
            case ("POST", "jobs", id_, "cancel") if self.transcript.is_since(CANCEL_SINCE):
                return await self._stop_prompts([id_], running=None)
            case ("POST", "upload", _):
                return await self._upload(request)
            case ("GET", "view") if (name := request.query["filename"]) in stage.files:
                data, media = picture(name)
                return web.Response(body=data, content_type=media)
            case ("GET", *_) if (answer := stage.get(path)) is not None:
                return web.json_response(answer)
        return web.Response(status=404 if request.method == "GET" else 405)

    async def _post(self, body: Json) -> web.Response:
        if refusal := self._stage.refusal(body):
            return web.json_response(refusal.answer, status=refusal.status)
        prompt = self._stage.post(body, any_graph=self._any_graph)
        if prompt is None:
            self.problem = f"{self.transcript}: a prompt was posted that was not recorded"
            return web.json_response({"error": {"message": self.problem}}, status=400)
        await self._tell()
        await self._until(lambda: prompt.is_answered, "what had to come before the answer")
        answer = self._stage.renamed(prompt.call.answer)
        return web.Response(text=answer, content_type="application/json")

    async def _stop_prompts(self, ids: list[str], *, running: bool | None) -> web.Response:
        """Stop *ids*: only running ones, only waiting ones, or (None) either."""
        wanted = {State.RUNNING: running is not False, State.PENDING: running is not True}
        self._stage.stop(ids, *(state for state, yes in wanted.items() if yes))
        await self._tell()
        return web.json_response({})

    async def _upload(self, request: web.Request) -> web.Response:
        sent = (await request.post())["image"]
        assert isinstance(sent, web.FileField)
        made_up = {"name": sent.filename, "subfolder": "", "type": "input"}
        return web.json_response(self._uploads.pop(0).answer if self._uploads else made_up)


def _is_posted(prompt: Prompt) -> bool:
    return prompt.state is not State.ABSENT
