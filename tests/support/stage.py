"""Where the playback of a recording stands, and what its server would answer there."""

import json
from dataclasses import dataclass
from enum import Enum, auto
from io import BytesIO
from pathlib import PurePath
from typing import Any
from zlib import crc32

from PIL import Image

from tests.support.transcript import (
    FOLDER,
    Call,
    Frame,
    Json,
    Opened,
    Transcript,
    join_metadata,
    split_metadata,
)

JOBS_SINCE = (0, 6)
"""ComfyUI's first version with GET /api/jobs/{id}."""


class State(Enum):
    """Of a recorded prompt in playback. POSTED: sent by the client, not answered yet."""

    ABSENT = auto()
    POSTED = auto()
    PENDING = auto()
    RUNNING = auto()
    ENDED = auto()
    DELETED = auto()


@dataclass
class Prompt:
    """One recorded prompt; `id` is the one that the client gave it, `body` what it posted."""

    call: Call
    state: State = State.ABSENT
    id: str = ""
    body: Json | None = None
    is_answered: bool = False
    stop_asked: bool = False

    @property
    def recorded(self) -> str:
        """Its id in the recording."""
        return str(self.call.answer["prompt_id"])


class Stage:
    """State of the playback. `clients` maps recorded clientIds to those of the client."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.prompts = [Prompt(call) for call in transcript.prompts]
        self.clients: dict[str, str] = {}
        self.files = _files(transcript)
        self.catalogue = _catalogue(transcript)

    def forget(self) -> None:
        """Lose queue and history, as a restart does."""
        self.prompts = []

    def admit(self, client: str) -> None:
        """Let *client* take the place of the first recorded client that is still free."""
        recorded = [e.client for e in self.transcript.entries if isinstance(e, Opened)]
        free = [r for r in recorded if r not in self.clients]
        if client not in self.clients.values() and free:
            self.clients[free[0]] = client

    def post(self, body: Json, *, any_graph: bool) -> Prompt | None:
        """Return the recorded prompt that *body* is now, or None where there is none."""
        for prompt in self.prompts:
            fits = any_graph or prompt.call.body["prompt"] == body.get("prompt")
            if prompt.state is State.ABSENT and fits:
                prompt.id = body.get("prompt_id") or prompt.recorded
                prompt.state, prompt.body = State.POSTED, body
                return prompt
        return None

    def refusal(self, body: Json) -> Call | None:
        """Return the recorded refusal of this very graph."""
        return next(
            (
                call
                for call in self.transcript.refused
                if isinstance(call.body, dict) and call.body.get("prompt") == body.get("prompt")
            ),
            None,
        )

    def answered(self, call: Call) -> None:
        """The prompt of *call* may be answered now."""
        for prompt in self.prompts:
            if prompt.call is call:
                prompt.is_answered = True
                if prompt.state is State.POSTED:
                    prompt.state = State.PENDING

    def sending(self, frame: Frame) -> None:
        """Take note of what *frame* says before it is sent."""
        for prompt in self.prompts:
            if prompt.recorded == frame.prompt_id and prompt.state is not State.ENDED:
                prompt.state = State.RUNNING
        if frame.type == "executing" and frame.body.get("node") is None:
            self.end({frame.prompt_id})

    def end(self, recorded: set[str]) -> None:
        """The history of these is readable from now on."""
        for prompt in self.prompts:
            if prompt.recorded in recorded:
                prompt.state = State.ENDED

    def stop(self, ids: list[str], *states: State) -> None:
        """The client asks to stop *ids*, which touches only those in *states*."""
        for prompt in self.prompts:
            if prompt.id and prompt.id in ids and prompt.state in states:
                prompt.stop_asked = True
                if prompt.state is State.PENDING:
                    prompt.state = State.DELETED

    def renamed(self, data: Any) -> str:
        """*data* as JSON, with the client's ids in place of the recorded ones."""
        text = json.dumps(data)
        for recorded, actual in self.clients.items():
            text = text.replace(recorded, actual)
        for prompt in self.prompts:
            text = text.replace(prompt.recorded, prompt.id or prompt.recorded)
        return text

    def renamed_bytes(self, frame: bytes) -> bytes:
        """The same for a binary frame."""
        metadata, image = split_metadata(frame)
        return join_metadata(json.loads(self.renamed(metadata)), image) if metadata else frame

    def get(self, path: str) -> Any:
        """What GET *path* answers as JSON; None is 404."""
        match path.strip("/").split("/"):
            case ["prompt"]:
                return self.remaining
            case ["queue"]:
                return self.queue
            case ["history", id_]:
                return self.history(id_)
            case ["jobs", id_] if self.transcript.is_since(JOBS_SINCE):
                return self.job(id_)
        return self.catalogue.get(path)

    @property
    def remaining(self) -> Json:
        """What GET /prompt answers."""
        left = sum(p.state in (State.PENDING, State.RUNNING) for p in self.prompts)
        return {"exec_info": {"queue_remaining": left}}

    @property
    def queue(self) -> Json:
        """What GET /queue answers; what waits comes in no useful order, as on a real server."""
        pending = list(reversed(self._entries(State.PENDING)))
        return {"queue_running": self._entries(State.RUNNING), "queue_pending": pending}

    def history(self, id_: str) -> Json:
        """What GET /history/{id} answers."""
        for prompt in self.prompts:
            if prompt.id == id_ and prompt.state is State.ENDED:
                entry = self.transcript.history(prompt.recorded)
                return {id_: json.loads(self.renamed(entry))}
        return {}

    def job(self, id_: str) -> Json | None:
        """What GET /api/jobs/{id} answers; None is 404."""
        state = next((p.state for p in self.prompts if p.id == id_), State.ABSENT)
        words = {State.PENDING: "pending", State.RUNNING: "in_progress", State.ENDED: "completed"}
        if state not in words:
            return None
        job: Json = {"id": id_, "status": words[state]}
        if entry := self.history(id_).get(id_):
            job |= {"outputs": entry["outputs"], "execution_status": entry["status"]}
            names = {name for name, _ in entry["status"]["messages"]}
            if "execution_interrupted" in names:
                job["status"] = "cancelled"
            elif "execution_error" in names:
                job["status"] = "failed"
        return job

    def _entries(self, state: State) -> list[Any]:
        return [
            [p.call.answer["number"], p.id, p.call.body["prompt"], {}, []]
            for p in self.prompts
            if p.state is state
        ]


def picture(name: str) -> tuple[bytes, str]:
    """The bytes and media type of the picture served as *name*; each name has its own colour."""
    kind = {".png": "PNG", ".webp": "WEBP", ".jpg": "JPEG"}[PurePath(name).suffix]
    buffer = BytesIO()
    Image.new("RGB", (64, 64), crc32(name.encode()) & 0xFFFFFF).save(buffer, kind)
    return buffer.getvalue(), f"image/{kind.lower()}"


def _files(transcript: Transcript) -> set[str]:
    """All filenames in the recorded outputs."""
    found: set[str] = set()
    outputs = [f.body.get("output") or {} for f in transcript.frames if f.type == "executed"]
    for prompt in transcript.prompts:
        entry = transcript.history(prompt.answer["prompt_id"]) or {}
        outputs += entry.get("outputs", {}).values()
    for output in outputs:
        for values in output.values():
            found |= {v["filename"] for v in values if isinstance(v, dict) and "filename" in v}
    return found


def _catalogue(transcript: Transcript) -> Json:
    """What a server of the same version says of itself and its nodes, by path."""
    info = Transcript(FOLDER / transcript.path.parent.name / "server_info.jsonl")
    answers = {c.path: c.answer for c in info.calls if c.method == "GET" and c.status == 200}
    nodes = [answer for path, answer in answers.items() if path.startswith("/object_info/")]
    answers["/object_info"] = {name: node for found in nodes for name, node in found.items()}
    live = ("/queue", "/prompt", "/history", "/api", "/view")
    return {path: answer for path, answer in answers.items() if not path.startswith(live)}
