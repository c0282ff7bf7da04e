"""Recorded conversations with real ComfyUI servers, read from `tests/recordings`."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.support.paths import RECORDINGS

FOLDER = RECORDINGS

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; `t` in seconds since the recording began."""

    t: float


@dataclass(frozen=True, slots=True)
class Opened(Entry):
    """A socket was opened with the clientId `client`."""

    client: str


@dataclass(frozen=True, slots=True)
class Closed(Entry):
    """A socket of `client` was closed."""

    client: str


@dataclass(frozen=True, slots=True)
class Negotiated(Entry):
    """`client` sent its feature flags."""

    client: str


@dataclass(frozen=True, slots=True)
class Frame(Entry):
    """The server sent `data` to `client`: a JSON object, or bytes."""

    client: str
    data: Json | bytes

    @property
    def type(self) -> str:
        """ComfyUI's event type, or "" for a binary frame."""
        return str(self.data["type"]) if isinstance(self.data, dict) else ""

    @property
    def raw(self) -> str | bytes:
        """The frame as it comes over the wire."""
        return json.dumps(self.data) if isinstance(self.data, dict) else self.data

    @property
    def body(self) -> Json:
        """The ``data`` of a JSON frame, the metadata of a binary one of type 4, else {}."""
        if isinstance(self.data, bytes):
            return split_metadata(self.data)[0]
        return dict(self.data.get("data") or {})

    @property
    def prompt_id(self) -> str:
        """The prompt that the frame names, or ""."""
        return str(self.body.get("prompt_id", ""))


@dataclass(frozen=True, slots=True)
class Call(Entry):
    """An HTTP exchange; `path` with its query, `answer` JSON or bytes."""

    method: str
    path: str
    status: int
    body: Any
    answer: Any

    @property
    def is_accepted_prompt(self) -> bool:
        """True for a POST /prompt that the server took."""
        return (self.method, self.path, self.status) == ("POST", "/prompt", 200)


@dataclass(frozen=True, slots=True)
class Note(Entry):
    """What the person who recorded did, or saw fail."""

    text: str


class Transcript:
    """One recording. `name` is its folder and file: ``comfyui-0.33.0/txt2img``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"{path.parent.name}/{path.stem}"
        self.entries = tuple(_until_repeated(_entries(path)))

    def __repr__(self) -> str:
        return self.name

    def is_since(self, version: tuple[int, int]) -> bool:
        """True where the ComfyUI recorded is of *version* or later."""
        recorded = self.path.parent.name.removeprefix("comfyui-").split(".")
        return tuple(map(int, recorded[:2])) >= version

    @cached_property
    def prompts(self) -> tuple[Call, ...]:
        """The POSTs that were accepted, in order."""
        return tuple(e for e in self.calls if e.is_accepted_prompt)

    @cached_property
    def refused(self) -> tuple[Call, ...]:
        """The POSTs that were refused, in order."""
        return tuple(
            e for e in self.calls if (e.method, e.path) == ("POST", "/prompt") and e.status != 200
        )

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """All HTTP exchanges."""
        return tuple(e for e in self.entries if isinstance(e, Call))

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """All frames from the server."""
        return tuple(e for e in self.entries if isinstance(e, Frame))

    def cause(self, call: Call) -> int:
        """Index of the first entry that is there only because the prompt in *call* was posted.

        Frames can come before the answer to the POST that caused them: those that name its
        prompt, and the news of the longer queue.
        """
        id_ = call.answer["prompt_id"]
        first = next(
            i
            for i, entry in enumerate(self.entries)
            if entry is call or (isinstance(entry, Frame) and entry.prompt_id == id_)
        )
        while first and _is_status(self.entries[first - 1]):
            first -= 1
        return first

    def history(self, prompt_id: str) -> Json | None:
        """The history entry of a prompt; made from its frames where none was recorded."""
        for call in self.calls:
            if call.path == f"/history/{prompt_id}" and call.answer:
                return dict(call.answer[prompt_id])
        return self._made_history(prompt_id)

    def _made_history(self, prompt_id: str) -> Json | None:
        frames = [f for f in self.frames if f.type and f.prompt_id == prompt_id]
        messages = [[f.type, f.body] for f in frames if f.type.startswith("execution_")]
        ends = {"execution_success", "execution_error", "execution_interrupted"}
        if not any(name in ends for name, _ in messages):
            return None
        good = messages[-1][0] == "execution_success"
        return {
            "outputs": {f.body["node"]: f.body["output"] for f in frames if f.type == "executed"},
            "status": {
                "status_str": "success" if good else "error",
                "completed": good,
                "messages": messages,
            },
        }


def split_metadata(frame: bytes) -> tuple[Json, bytes]:
    """The metadata and image of a binary frame of type 4; ({}, frame) for the others."""
    if frame[:4] != b"\0\0\0\4":
        return {}, frame
    length = int.from_bytes(frame[4:8], "big")
    return json.loads(frame[8 : 8 + length]), frame[8 + length :]


def join_metadata(metadata: Json, image: bytes) -> bytes:
    """A binary frame of type 4."""
    head = json.dumps(metadata).encode()
    return b"\0\0\0\4" + len(head).to_bytes(4, "big") + head + image


def transcripts() -> list[Transcript]:
    """All recordings of runs, sorted by name; those that hold no run are left out."""
    paths = sorted(FOLDER.glob("*/*.jsonl"))
    return [Transcript(p) for p in paths if p.stem != "server_info"]


def transcript(name: str) -> Transcript:
    """The recording called *name*."""
    return Transcript(FOLDER / f"{name}.jsonl")


def _entries(path: Path) -> Iterator[Entry]:
    clients: dict[str, str] = {}
    for line in path.read_text().splitlines():
        row = json.loads(line)
        t = row["t"]
        client = clients.setdefault(row["ws"], row.get("open", "")) if "ws" in row else ""
        if "open" in row:
            yield Opened(t, client)
        elif "close" in row:
            yield Closed(t, client)
        elif "sent" in row:
            yield Negotiated(t, client)
        elif "text" in row:
            yield Frame(t, client, row["text"])
        elif "binary_base64" in row:
            yield Frame(t, client, base64.b64decode(row["binary_base64"]))
        elif "http" in row:
            yield _call(t, row["http"])
        else:
            yield Note(t, str(row.get("note") or row.get("http_error")))


def _until_repeated(entries: Iterator[Entry]) -> Iterator[Entry]:
    """Stop where an id is posted a second time: servers run it again, our client never does it."""
    posted = set()
    for entry in entries:
        if isinstance(entry, Call) and entry.is_accepted_prompt:
            if entry.answer["prompt_id"] in posted:
                return
            posted.add(entry.answer["prompt_id"])
        yield entry


def _is_status(entry: Entry) -> bool:
    return isinstance(entry, Frame) and entry.type == "status" and "sid" not in entry.body


def _call(t: float, http: Json) -> Call:
    answer = http.get("response")
    if "response_base64" in http:
        answer = base64.b64decode(http["response_base64"])
    return Call(t, http["method"], http["path"], http["status"], http.get("body"), answer)
