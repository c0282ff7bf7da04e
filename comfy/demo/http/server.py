"""An engine behind real HTTP and WebSocket, on an event loop or in a thread of its own."""

import asyncio
import logging
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web
from aiohttp.web_runner import BaseSite

from comfy.demo.engine.engine import Engine
from comfy.demo.engine.faults import Faults
from comfy.demo.engine.ledger import Books
from comfy.demo.http.download_routes import DownloadRoutes
from comfy.demo.http.fault_actions import carry_out
from comfy.demo.http.fault_routes import FaultRoutes
from comfy.demo.http.middleware import check_token, dress, inject, keep_out, let_go
from comfy.demo.http.origin import is_loopback
from comfy.demo.http.page_routes import PageRoutes
from comfy.demo.http.routes import Routes
from comfy.demo.settings import EngineSettings

log = logging.getLogger(__name__)

T = TypeVar("T")

SHUTDOWN_SECONDS = 1.0
START_SECONDS = 15.0
DOING_SECONDS = 30.0


def make_app(engine: Engine) -> web.Application:
    """The aiohttp application of *engine*; the worker starts and stops with it."""
    settings = engine.settings
    app = web.Application(
        client_max_size=settings.max_upload_bytes,
        middlewares=[
            let_go,
            keep_out(loopback=is_loopback(settings.host)),
            check_token(settings.token),
            inject(engine.faults),
        ],
    )
    app.on_response_prepare.append(dress)
    table = Routes(engine).table() + PageRoutes(engine).table() + DownloadRoutes(engine).table()
    if settings.faults:
        table += FaultRoutes(engine).table()
    for method, path, handler in table:
        app.router.add_route(method, path, handler)
        if not path.startswith("/api/"):
            app.router.add_route(method, f"/api{path}", handler)

    async def lifetime(_app: web.Application) -> Any:
        engine.start()
        yield
        await engine.downloads.stop()
        await engine.stop()
        engine.close()

    async def shut(_app: web.Application) -> None:
        await engine.sockets.close()

    app.cleanup_ctx.append(lifetime)
    app.on_shutdown.append(shut)
    return app


class Listener:
    """Listens for an engine. `port` is the true one once started."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.port = engine.settings.port
        self._runner = web.AppRunner(
            make_app(engine), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS
        )
        self._site: BaseSite | None = None
        self._refusals = 0
        self._doings: list[asyncio.Future[None]] = []

    async def start(self) -> None:
        """Start to listen. Raises OSError where the port is taken."""
        await self._runner.setup()
        await self._listen()
        self._loop = asyncio.get_running_loop()
        self._inside = threading.current_thread()
        self.engine.faults.bind(self._do)

    def _do(self, doing: str, arguments: Mapping[str, Any]) -> None:
        """Carry out a fault from any thread; from ours, what takes time goes on by itself."""
        if threading.current_thread() is not self._inside:
            work = self._carry_out(doing, arguments)
            asyncio.run_coroutine_threadsafe(work, self._loop).result(DOING_SECONDS)
        elif left := carry_out(self.engine, self.refuse, doing, arguments):
            self._doings.append(asyncio.ensure_future(left))

    async def _carry_out(self, doing: str, arguments: Mapping[str, Any]) -> None:
        if left := carry_out(self.engine, self.refuse, doing, arguments):
            await left

    async def _listen(self) -> None:
        site = web.TCPSite(self._runner, self.engine.settings.host, self.port, reuse_address=True)
        await site.start()
        self._site = site
        self.port = self._runner.addresses[0][1]

    async def refuse(self, seconds: float) -> None:
        """Cut every connection and refuse new ones for a while."""
        self._refusals += 1
        if self._site is not None:
            site, self._site = self._site, None
            await site.stop()
        self.engine.sockets.cut()
        server = self._runner.server
        for connection in server.connections if server else ():
            if connection.transport:
                connection.transport.abort()
        await asyncio.sleep(seconds)
        self._refusals -= 1
        if not self._refusals:  # the last of several at once opens the door again
            await self._listen()

    async def stop(self) -> None:
        """Stop listening and everything behind it."""
        for doing in self._doings:
            doing.cancel()
        await asyncio.gather(*self._doings, return_exceptions=True)
        await self._runner.cleanup()


class DemoServer:
    """A server in a thread of its own, for tests: ``with DemoServer(EngineSettings()) as server``.

    `url`, `faults`, `books` and `folder` may be used from any thread.
    """

    def __init__(self, settings: EngineSettings | None = None) -> None:
        self.settings = settings or EngineSettings()
        self._own = None if self.settings.folder else tempfile.TemporaryDirectory()
        self.folder = self.settings.folder or Path(self._own.name if self._own else "")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="demo engine", daemon=True)
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._error: BaseException | None = None
        self._listener: Listener | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(START_SECONDS) or self._listener is None:
            raise RuntimeError("The demo engine did not start.") from self._error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop and join the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
        if self._own:
            self._own.cleanup()

    @property
    def engine(self) -> Engine:
        """The engine; belongs to its own thread."""
        if self._listener is None:
            raise RuntimeError("The demo engine does not run.")
        return self._listener.engine

    @property
    def url(self) -> str:
        """Where it listens."""
        port = self._listener.port if self._listener else 0
        return f"http://{self.settings.host}:{port}"

    @property
    def faults(self) -> Faults:
        """What goes wrong."""
        return self.engine.faults

    @property
    def books(self) -> Books:
        """What really happened."""
        return self.engine.books

    def call(self, work: Callable[[], T]) -> T:
        """What *work* makes of the engine, done between two steps of its own thread."""

        async def there() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(there(), self._loop).result(DOING_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for the start
            self._error = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        listener = Listener(Engine(self.settings, self.folder))
        await listener.start()
        self._listener = listener
        self._ready.set()
        await self._stop.wait()
        await listener.stop()
        await _end_tasks()


async def _end_tasks() -> None:
    """End what still waits on this loop: answers that a fault delays, above all."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
