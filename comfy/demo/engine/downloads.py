"""Files that an engine fetches, in the form of ``/models/download``.

From the internet it fetches nothing: a model would be of no use to it. It takes a moment, lists a
stand-in of that name, and says so. What lies on this machine, as in tests, it does fetch.
"""

import asyncio
import contextlib
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

Json = dict[str, Any]

STAND_IN_SECONDS = 2.0
CHUNK = 64 * 1024
NOTE = "The demo engine fetched nothing: this is a stand-in."
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MOST = 100
"""Tasks that are remembered."""


@dataclass(slots=True)
class Task:
    """One of them; `received` and `total` are bytes, None where there are none."""

    url: str
    folder: str
    name: str
    sha256: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    status: str = "pending"
    received: int | None = None
    total: int | None = None
    error: str = ""
    hash: str = ""
    note: str = ""

    def to_json(self) -> Json:
        """It as it is told."""
        return {
            "task_id": self.id,
            "url": self.url,
            "directory": self.folder,
            "filename": self.name,
            "status": self.status,
            "bytes_received": self.received,
            "bytes_total": self.total,
            "error": {"message": self.error} if self.error else None,
            "sha256": self.hash,
            "note": self.note,
        }


class Downloads:
    """The tasks of an engine. *keep* lists what has come, by folder and name."""

    def __init__(self, folder: Path, keep: Callable[[str, str], None]) -> None:
        self._folder = folder
        self._keep = keep
        self._tasks: dict[str, Task] = {}
        self._runs: dict[str, asyncio.Task[None]] = {}

    def begin(self, task: Task) -> Task:
        """Begin with *task*."""
        while len(self._tasks) >= MOST:
            self._tasks.pop(next(iter(self._tasks)))
        self._tasks[task.id] = task
        self._runs[task.id] = asyncio.create_task(self._run(task))
        return task

    def get(self, id_: str) -> Task | None:
        """The task of that id."""
        return self._tasks.get(id_)

    def cancel(self, id_: str) -> bool:
        """End one; False where it has ended by itself."""
        run = self._runs.get(id_)
        return bool(run and run.cancel())

    async def stop(self) -> None:
        """End all of them."""
        for run in self._runs.values():
            run.cancel()
        await asyncio.gather(*self._runs.values(), return_exceptions=True)

    def forget(self) -> None:
        """Forget all, as a restart does."""
        for run in self._runs.values():
            run.cancel()
        self._tasks.clear()
        self._runs.clear()

    async def _run(self, task: Task) -> None:
        task.status = "in_progress"
        path = self._folder / f"{task.id}.part"
        try:
            if urlsplit(task.url).hostname in _LOOPBACK:
                await self._fetch(task, path)
            else:
                await asyncio.sleep(STAND_IN_SECONDS)
                task.note = NOTE
        except asyncio.CancelledError:
            task.status = "cancelled"
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            task.status, task.error = "error", str(error) or type(error).__name__
        else:
            if task.hash and task.sha256 and task.hash != task.sha256:
                task.status, task.error = "error", "The SHA-256 hash does not match."
            else:
                self._keep(task.folder, task.name)
                task.status = "completed"
        finally:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    async def _fetch(self, task: Task, path: Path) -> None:
        """Take in what is there; only its size and hash are of use."""
        digest, task.received = hashlib.sha256(), 0
        async with aiohttp.ClientSession() as session, session.get(task.url) as answer:
            if answer.status != 200:
                raise OSError(f"HTTP {answer.status}")
            task.total = answer.content_length
            with path.open("wb") as file:
                async for chunk in answer.content.iter_chunked(CHUNK):
                    file.write(chunk)
                    digest.update(chunk)
                    task.received += len(chunk)
        task.hash = digest.hexdigest()
