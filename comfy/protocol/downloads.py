"""What servers tell of files that they fetch: answers and frames → reports. Pure.

There are three forms in ComfyUI, none of them settled (``/models/download``,
``/experiment/models/download_missing``, ``/api/assets/download``), and ComfyUI-Manager's queue.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from comfy.protocol.events import Event
from comfy.protocol.json_values import text

MAX_SAID = 500
"""Characters of what a server says of a failure."""
MAX_BYTES = 2**50
Json = Mapping[str, Any]


class Stage(StrEnum):
    """How far a download is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self in (Stage.DONE, Stage.FAILED, Stage.CANCELLED)


_STAGES = {
    **dict.fromkeys(("created", "pending", "queued", "waiting", "paused"), Stage.WAITING),
    **dict.fromkeys(
        ("running", "in_progress", "downloading", "preparing", "verifying", "cancelling"),
        Stage.RUNNING,
    ),
    **dict.fromkeys(
        ("completed", "complete", "success", "downloaded", "skipped_existing", "exists", "done"),
        Stage.DONE,
    ),
    **dict.fromkeys(("failed", "error", "blocked"), Stage.FAILED),
    **dict.fromkeys(("cancelled", "canceled"), Stage.CANCELLED),
}


@dataclass(frozen=True, slots=True)
class Report:
    """One look at a download; what was not said is None or "".

    `received` and `total` are bytes; `error` the server's own words; `note` what it adds, `sha256`
    what the content came to, as it says.
    """

    stage: Stage
    received: int | None = None
    total: int | None = None
    error: str = ""
    note: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class DownloadNews(Event):
    """A frame about a download, by the `keys` that it goes by; `task` is what cancels it."""

    keys: tuple[str, ...] = ()
    report: Report = Report(Stage.RUNNING)
    task: str = ""


def read_task(data: Json) -> Report | None:
    """The state of a task, from an answer or a frame; None where it tells none."""
    stage = _STAGES.get(text(data, "status").lower())
    if stage is None:
        return None
    result = data.get("result")
    inner = result if isinstance(result, Mapping) else {}
    if stage is Stage.DONE and inner.get("success") is False:
        stage = Stage.FAILED
    error = _said(data, "error", "error_message", "message") if stage is Stage.FAILED else ""
    received = _bytes(data, "bytes_downloaded", "bytes_received", "downloaded_bytes", "downloaded")
    return Report(
        stage,
        _bytes(inner, "bytes_downloaded") if received is None else received,
        _bytes(data, "bytes_total", "total_bytes", "total_size", "total") or None,
        error or _said(inner, "error") or ("" if stage is not Stage.FAILED else "failed"),
        _said(data, "note"),
        _hash(data.get("sha256")) or _hash(inner.get("hash")),
    )


def read_batch(data: Json) -> Report | None:
    """What came of the one file of a batch, from the answer that ends it."""
    results = data.get("results")
    first = results[0] if isinstance(results, list) and results else None
    return read_task(first) if isinstance(first, Mapping) else None


def read_manager(message: str) -> Report:
    """What ComfyUI-Manager says of the end of a task: ``success``, or why not."""
    if message in ("success", "skip"):
        return Report(Stage.DONE)
    return Report(Stage.FAILED, error=message[:MAX_SAID] or "failed")


def read_history(data: Json) -> Report | None:
    """The end of a task, from ComfyUI-Manager's own history; None where it has none."""
    entry = data.get("history")
    if not isinstance(entry, Mapping):
        return None
    status = entry.get("status")
    said = text(status, "status_str") if isinstance(status, Mapping) else text(entry, "status")
    result = text(entry, "result")
    if not said and not result:
        return None
    if said in ("success", "skip"):
        return Report(Stage.DONE)
    messages = status.get("messages") if isinstance(status, Mapping) else None
    why = " ".join(map(str, messages[:5])) if isinstance(messages, list) else ""
    return Report(Stage.FAILED, error=(result or why or said)[:MAX_SAID])


def task_frame(_id: str, at: float, data: Json) -> Iterator[Event]:
    """Frames ``asset_download`` and ``missing_model_download``."""
    report = read_task(data)
    keys = tuple(filter(None, (text(data, "batch_id"), text(data, "task_id"))))
    if report and keys:
        yield DownloadNews("", at, keys, report, text(data, "task_id"))


def manager_frame(_id: str, at: float, data: Json) -> Iterator[Event]:
    """Frames ``cm-queue-status``: each end is told together with the end of the queue."""
    for kind in ("model_result", "nodepack_result"):
        results = data.get(kind)
        for key, said in list(results.items())[:1000] if isinstance(results, Mapping) else ():
            if isinstance(key, str) and isinstance(said, str):
                yield DownloadNews("", at, (key,), read_manager(said))


def with_total(report: Report, total: int | None) -> Report:
    """*report* with the size that was known before, where it tells none itself."""
    known = report.total or total
    if known is not None and report.received is not None and report.received > known:
        known = None  # more came than there is: nobody knows how much there is
    return replace(report, total=known)


def _bytes(data: Json, *names: str) -> int | None:
    for name in names:
        value = data.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if 0 <= value < MAX_BYTES:  # NaN is not
            return int(value)
    return None


def _said(data: Json, *names: str) -> str:
    for name in names:
        value = data.get(name)
        if isinstance(value, Mapping):
            value = value.get("message") or value.get("code")
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:MAX_SAID]
    return ""


def _hash(value: Any) -> str:
    found = str(value).lower().removeprefix("sha256:") if isinstance(value, str) else ""
    return found if len(found) == 64 and not set(found) - set("0123456789abcdef") else ""
