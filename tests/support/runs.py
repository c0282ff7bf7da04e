"""Each prompt in each recording, as the events that its client would hear, without sockets."""

from dataclasses import dataclass, replace
from functools import cache

from comfy.graph.plan import Plan, make_plan
from comfy.progress.advance import Phase, Progress, advance, begin
from comfy.protocol import events as ev
from comfy.protocol.frames import parse, parse_history
from tests.support.transcript import Call, Frame, Json, Transcript, transcripts

VERDICTS = {
    "execution_error": (Phase.FAILED,),
    "interrupt": (Phase.INTERRUPTED,),
    "queue_of_three_delete_one": (Phase.FINISHED, Phase.INTERRUPTED, Phase.FINISHED),
    "server_killed_mid_run": (Phase.LOST,),
}
"""By file, one for each prompt; all others finish. From recordings/README.md."""


@dataclass(frozen=True)
class Run:
    """One accepted prompt; `number` counts the prompts of the recording from 0."""

    transcript: Transcript
    number: int
    call: Call

    def __repr__(self) -> str:
        return f"{self.transcript}:{self.number}"

    @property
    def prompt_id(self) -> str:
        return str(self.call.answer["prompt_id"])

    @property
    def graph(self) -> Json:
        return dict(self.call.body["prompt"])

    @property
    def plan(self) -> Plan:
        return make_plan(self.graph)

    @property
    def verdict(self) -> Phase:
        phases = VERDICTS.get(self.transcript.path.stem, (Phase.FINISHED,) * 9)
        return phases[self.number]

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames of its client, in order; of every client where the prompt has none."""
        client = self.call.body.get("client_id")
        return tuple(f for f in self.transcript.frames if client in (None, f.client))

    @property
    def own_frames(self) -> tuple[Frame, ...]:
        """The frames that name this prompt."""
        return tuple(f for f in self.frames if f.prompt_id == self.prompt_id)

    @property
    def events(self) -> tuple[ev.Event, ...]:
        """What the frames say, then the history; then, where it has none, what that means."""
        heard: list[ev.Event] = []
        named = ""
        for frame in self.frames:
            named = frame.prompt_id or named
            for event in parse(frame.raw, frame.t):
                # A preview of type 1 names no prompt: it is of the one last named.
                lone = isinstance(event, ev.Previewed) and not event.prompt_id
                heard.append(replace(event, prompt_id=named) if lone else event)
        return (*heard, *self.settlement)

    @property
    def settlement(self) -> tuple[ev.Event, ...]:
        """The events that the server's history, or its absence, amounts to."""
        at = self.transcript.entries[-1].t
        entry = self.transcript.history(self.prompt_id)
        if entry is not None:
            return parse_history(self.prompt_id, entry, at)
        was_deleted = self.verdict is Phase.INTERRUPTED
        return ((ev.Interrupted if was_deleted else ev.Lost)(self.prompt_id, at),)

    @property
    def begun(self) -> Progress:
        return begin(self.prompt_id, self.plan)

    def snapshots(self) -> list[Progress]:
        """The first snapshot, then the one after each event."""
        found = [self.begun]
        for event in self.events:
            found.append(advance(found[-1], event))
        return found

    def values(self) -> dict[str, list[float]]:
        """The counted values that the server reported by node, as the raw frames say."""
        found: dict[str, list[float]] = {}
        for frame in self.own_frames:
            nodes = {}
            if frame.type == "progress":
                nodes = {frame.body["node"]: frame.body}
            elif frame.type == "progress_state":
                nodes = frame.body["nodes"]
            for node, report in nodes.items():
                seen = found.setdefault(node, [])
                if report["max"] > 1 and report["value"] > 0 and report["value"] not in seen:
                    seen.append(report["value"])
        return {node: values for node, values in found.items() if values}

    def cached(self) -> set[str]:
        """The nodes that the server said it would not run, by socket or in its history."""
        said = [f.body for f in self.own_frames if f.type == "execution_cached"]
        entry = self.transcript.history(self.prompt_id) or {"status": {"messages": []}}
        said += [data for name, data in entry["status"]["messages"] if name == "execution_cached"]
        return {node for data in said for node in data["nodes"]}

    def output(self) -> tuple[set[tuple[str, str]], list[str]]:
        """The (filename, type) and the texts in the recorded history, read naively."""
        entry = self.transcript.history(self.prompt_id) or {"outputs": {}}
        values = [v for out in entry["outputs"].values() for found in out.values() for v in found]
        files = {(v["filename"], v["type"]) for v in values if isinstance(v, dict)}
        return files, [v for v in values if isinstance(v, str)]


@cache
def runs() -> tuple[Run, ...]:
    """Every accepted prompt of every recording."""
    return tuple(
        Run(transcript, number, call)
        for transcript in transcripts()
        for number, call in enumerate(transcript.prompts)
    )


def run_of(name: str, number: int = 0) -> Run:
    """One of them, by ``comfyui-0.33.0/txt2img`` and number."""
    return next(r for r in runs() if r.transcript.name == name and r.number == number)
