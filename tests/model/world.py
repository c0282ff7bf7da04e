"""One engine, one application on one folder, and strangers: what histories happen to.

A world may serve many histories, one after the other: each has its own generations, and begins
with an engine that is well and has forgotten everything, and an application that is awake.
"""

import multiprocessing
import os
import shutil
import signal
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import websocket

from comfy.client.timeouts import Cadence
from comfy.demo.engine.ledger import Entry
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.workflow.families.build import build_graph
from comfy.workflow.request import GenerationRequest
from storage.records import Generation
from tests.model.application import LOG, SERVER, SWIFT, Answer, Order, serve

STEP_SECONDS = 0.03
"""Of a picture of 512 × 512; those here take a fifth of it."""
PATIENCE = 60.0
"""Seconds after which something has certainly gone wrong, on any machine."""
POLL = 0.01
STRANGER = "stranger"

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.model.application"])


@dataclass(slots=True)
class Asked:
    """One generation as it was asked for; `cancelled` once its owner has asked for its end."""

    id: str
    owner: str
    retry: bool = False
    cancelled: bool = False


class Refused(Exception):
    """The application answered an order with a sentence."""


class World:
    """Close it, and throw it away where a history went wrong in it."""

    def __init__(self, cadence: Cadence = SWIFT) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="model-"))
        (self.folder / "engine").mkdir()
        settings = EngineSettings(
            folder=self.folder / "engine", step_seconds=STEP_SECONDS, throttle=False, faults=True
        )
        self.engine = DemoServer(settings).__enter__()
        self._http = httpx.Client(base_url=self.engine.url, timeout=PATIENCE, trust_env=False)
        self._sockets: list[websocket.WebSocket] = []
        self._cadence = cadence
        self._process: Any = None
        self._orders: Any = None
        self.offset = 0.0
        self.is_asleep = self.is_full = False
        self.start()
        wait_until(lambda: bool(self.tell("is_ready")), self.told)

    def close(self) -> None:
        self.kill()
        self._http.close()
        self.engine.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def told(self) -> str:
        """The end of the application's log, for a failing test."""
        return "\n".join((self.folder / LOG).read_text().splitlines()[-60:])

    # The application.

    @property
    def is_up(self) -> bool:
        """Whether it runs and is awake."""
        return self._process is not None and not self.is_asleep

    @property
    def is_down(self) -> bool:
        return self._process is None

    def start(self) -> None:
        self._orders, theirs = _processes.Pipe()
        arguments = (theirs, self.folder / "data", self.engine.url, self._cadence, self.offset)
        self._process = _processes.Process(target=serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        self._answer()

    def kill(self) -> None:
        """End it without a warning, with all that it had to do still to do."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._forget_process()

    def quit(self) -> None:
        """End it as a person does."""
        self.tell("close")
        self._process.join()
        self._forget_process()

    def sleep(self) -> None:
        """Let it stand still, as a laptop that is closed."""
        os.kill(self._process.pid, signal.SIGSTOP)
        self.is_asleep = True

    def wake(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)
        self.is_asleep = False

    def set_clock(self, by: float) -> None:
        """Set the wall clock ahead, or back."""
        self.offset += by
        if self.is_up:
            self.tell("set_clock", self.offset)

    def fill_disk(self, *, full: bool) -> None:
        self.tell("fill_disk", full=full)
        self.is_full = full

    def tell(self, name: str, *arguments: Any, **named: Any) -> Any:
        """Give an order; return what came of it. Raises Refused."""
        self._orders.send(Order(name, (*arguments, named)))
        return self._answer()

    def _answer(self) -> Any:
        if not self._orders.poll(PATIENCE):
            self.kill()  # or the next order would get this one's answer
            raise AssertionError(f"The application does not answer.\n{self.told()}")
        try:
            answer: Answer = self._orders.recv()
        except EOFError:
            raise AssertionError(f"The application died by itself.\n{self.told()}") from None
        if answer.refusal:
            raise Refused(answer.refusal)
        return answer.value

    def _forget_process(self) -> None:
        self._orders.close()
        self._process, self.is_asleep, self.is_full = None, False, False

    # Strangers, who reach the engine past everything that spoils our own answers.

    def clear_queue(self) -> None:
        self._on_loop(self.engine.engine.clear)

    def clear_history(self) -> None:
        self._on_loop(self.engine.engine.clear_history)

    def wipe(self) -> None:
        self._on_loop(self.engine.engine.wipe)

    def interrupt(self) -> str:
        """Press Cancel in ComfyUI's own page: whatever runs. Return what that was, or ""."""
        return str(self._on_loop(self._interrupt_now))

    def _interrupt_now(self) -> str:
        running = [prompt.prompt_id for prompt in self.engine.engine.queue.running]
        self.engine.engine.interrupt(None)
        return running[0] if running else ""

    def take_out(self, id_: str) -> None:
        """Take one waiting prompt out of the queue."""
        self._on_loop(lambda: self.engine.engine.delete(id_))

    def stranger(self, seed: int, steps: int) -> None:
        """Another client queues something like ours, under the same prefix of its files."""
        request = GenerationRequest.model_validate(
            {**picture(seed, steps), "prompt": "a stranger's mountain"}
        )
        body = {
            "prompt": build_graph(request, seed=seed),
            "prompt_id": str(uuid.uuid4()),
            "client_id": STRANGER,
        }
        with suppress(httpx.HTTPError):  # it meets the same faults as we do
            self._http.post("/prompt", json=body, timeout=0.5)

    def take_over(self, *, stays: bool) -> None:
        """Open sockets under the ids of those that are open; the others hear nothing then."""
        for client_id in self.engine.call(lambda: list(self.engine.engine.sockets.by_id)):
            url = self.engine.url.replace("http", "ws") + f"/ws?clientId={client_id}"
            with suppress(websocket.WebSocketException, OSError):  # it meets the faults too
                socket = websocket.create_connection(url, timeout=0.5, suppress_origin=True)
                self._sockets.append(socket)
        if not stays:
            self._leave()

    def _leave(self) -> None:
        while self._sockets:
            self._sockets.pop().close(timeout=0)

    def waiting(self) -> list[str]:
        """What waits in the engine's queue."""
        return list(self._on_loop(lambda: [p.prompt_id for p in self.engine.engine.queue.pending]))

    def is_idle(self) -> bool:
        return self.engine.engine.queue.remaining == 0

    def entry(self, id_: str) -> Entry | None:
        return self.engine.books.get(id_)

    def records(self, ids: list[str]) -> dict[str, Generation | None]:
        return dict(zip(ids, self.tell("records", ids), strict=True))

    def heal(self) -> None:
        """End every fault; the clock stays where it was set."""
        self.engine.faults.clear()
        self._leave()
        if self.is_asleep:
            self.wake()
        if self._process is None:
            self.start()
        if self.is_full:
            self.fill_disk(full=False)

    def begin(self) -> None:
        """Make ready for the next history."""
        self.heal()
        self.engine.faults.do("restart", keep_output=False)

    def _on_loop(self, work: Callable[[], Any]) -> Any:
        """Do *work* on the engine's own thread, as its handlers do."""
        return self.engine.call(work)


def picture(seed: int, steps: int) -> dict[str, Any]:
    """The fields of the smallest generation."""
    return {
        "prompt": f"a lighthouse, {seed}",
        "checkpoint": "demo-landscapes.safetensors",
        "width": 64,
        "height": 64,
        "steps": steps,
        "seed": seed,
    }


def wait_until(is_so: Callable[[], bool], told: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, told()
        time.sleep(POLL)


__all__ = ["SERVER", "Asked", "Refused", "World", "picture", "wait_until"]
