"""Every recording, played over real sockets to a real `Server`: the verdict must be the right one.

The client's part is read from the recording too: it posts, uploads, deletes and interrupts when
the person who recorded did.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO

import pytest
from PIL import Image

from comfy.client.http.address import parse_address
from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from comfy.client.timeouts import Cadence
from comfy.errors import Rejected
from comfy.graph.plan import make_plan
from comfy.progress.advance import CEILING, Phase, Progress
from tests.support.ends import Ends
from tests.support.replay import Replay
from tests.support.runs import Run, runs
from tests.support.stage import picture
from tests.support.transcript import Call, Json, Opened, Transcript, transcript, transcripts

PATIENCE_SECONDS = 20.0
IMPATIENT = Cadence(healthy=1.0)
"""A prompt without a client_id is never said to be over: only the regular look finds out."""


@dataclass
class Client:
    """One `Server` and everything that it ever told its listeners."""

    server: Server
    told: dict[str, list[Progress]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    up: threading.Event = field(default_factory=threading.Event)
    ends: Ends = field(default_factory=Ends)

    def note(self, prompt_id: str) -> None:
        with self.lock:  # two threads tell; asking inside keeps the answers in order
            if snapshot := self.server.snapshot(prompt_id):
                self.told.setdefault(prompt_id, []).append(snapshot)
        self.ends.note(prompt_id)

    def note_state(self) -> None:
        if self.server.freshness().link is Link.LIVE:
            self.up.set()

    def post(self, graph: Json, prompt_id: str = "") -> str:
        prompt_id = prompt_id or str(uuid.uuid4())
        self.server.expect(prompt_id, graph, make_plan(graph))
        self.server.submit(prompt_id)
        return prompt_id

    def final(self, prompt_id: str) -> Progress:
        return self.ends.of(self.server, prompt_id)


@contextmanager
def connected(url: str) -> Iterator[Client]:
    """A client whose socket is open."""
    client = Client.__new__(Client)
    server = Server(
        parse_address(url),
        uuid.uuid4().hex,
        on_change=lambda id_: client.note(id_),
        on_state=lambda: client.note_state(),
        cadence=IMPATIENT,
    )
    Client.__init__(client, server)
    server.start()
    try:
        assert client.up.wait(PATIENCE_SECONDS)
        yield client
    finally:
        server.close()


@dataclass
class Played:
    """What became of a recording: final snapshots by recorded id, and who asked for what."""

    clients: dict[str, Client]
    ids: dict[str, str] = field(default_factory=dict)
    owners: dict[str, Client] = field(default_factory=dict)
    finals: dict[str, Progress] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)

    def act(self, call: Call, replay: Replay) -> None:
        """Do what the client did in *call*."""
        body = call.body if isinstance(call.body, dict) else {}
        if call.is_accepted_prompt:
            recorded = call.answer["prompt_id"]
            client = self.clients.get(body.get("client_id", ""), next(iter(self.clients.values())))
            self.ids[recorded] = client.post(body["prompt"])
            self.owners[recorded] = client
        elif call.method == "POST" and call.path in ("/queue", "/interrupt"):
            stopped = [body.get("prompt_id"), *body.get("delete", ())]
            for recorded in filter(self.ids.get, stopped):
                replay.wait_for(f"POST {call.path}")
                self.owners[recorded].server.cancel(self.ids[recorded])


def play(recording: Transcript) -> Played:
    """Play *recording* to its end, with one `Server` for each client in it."""
    names = dict.fromkeys(e.client for e in recording.entries if isinstance(e, Opened))
    with Replay(recording) as replay, ExitStack() as stack:
        played = Played({name: stack.enter_context(connected(replay.url)) for name in names})
        for call in recording.calls:
            played.act(call, replay)
        for recorded, client in played.owners.items():
            played.finals[recorded] = client.final(played.ids[recorded])
        replay.wait()
        played.requests = replay.requests
    return played


def runs_of(recording: Transcript) -> list[Run]:
    return [run for run in runs() if run.transcript.name == recording.name]


@pytest.mark.parametrize("recording", transcripts(), ids=repr)
def test_a_recording_played_over_sockets_comes_to_the_right_verdict(recording: Transcript) -> None:
    played = play(recording)
    for run in runs_of(recording):
        last = played.finals[run.prompt_id]
        assert last.phase is run.verdict
        check_steps_and_outputs(run, last)
        told = played.owners[run.prompt_id].told[played.ids[run.prompt_id]]
        check_all_that_was_told(run, told)
    posts = [path for method, path in played.requests if method == "POST"]
    assert posts.count("/prompt") == len(recording.prompts)


def check_steps_and_outputs(run: Run, last: Progress) -> None:
    """No step, preview or output is missed."""
    offline = run.snapshots()[-1]
    seen = {id_: [v for v, _ in n.step_times] for id_, n in last.nodes.items() if n.step_times}
    assert seen == {id_: v for id_, v in run.values().items() if id_ in last.plan.nodes}
    assert (last.files, sorted(last.texts)) == (offline.files, sorted(offline.texts))
    assert bool(last.preview) is bool(offline.preview)
    if last.preview and offline.preview:
        assert last.preview.number == offline.preview.number
        assert last.preview.image == offline.preview.image
    assert (last.failure is None) is (offline.failure is None)


def check_all_that_was_told(run: Run, told: list[Progress]) -> None:
    """The percentage never falls, and is whole at the end alone."""
    fractions = [snapshot.fraction for snapshot in told]
    assert fractions == sorted(fractions)
    assert all(fraction <= CEILING for fraction in fractions[:-1])
    assert (fractions[-1] == 1.0) is (run.verdict is Phase.FINISHED)
    assert [s.phase.is_final for s in told].count(True) == 1


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
def test_each_recorded_refusal_names_its_node_and_field(version: str) -> None:
    recording = transcript(f"comfyui-{version}/validation_errors")
    refused = [c for c in recording.refused if isinstance(c.body, dict) and "prompt" in c.body]
    assert len(refused) == 9
    with Replay(recording) as replay, connected(replay.url) as client:
        for call in refused:
            with pytest.raises(Rejected) as caught:
                client.post(call.body["prompt"])
            expected = {
                (node, error["extra_info"]["input_name"])
                for node, entry in call.answer["node_errors"].items()
                for error in entry["errors"]
            }
            found = {(p.node, p.field) for p in caught.value.problems}
            assert found >= expected
            assert all(p.message and p.kind for p in caught.value.problems)
        client.final(client.post(recording.prompts[0].body["prompt"]))


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
def test_a_prompt_that_lost_an_output_finishes_with_a_warning(version: str) -> None:
    recording = transcript(f"comfyui-{version}/validation_errors")
    (last,) = play(recording).finals.values()
    assert any("nothing-here.png" in warning for warning in last.warnings)
    assert not {"30", "31"} & set(last.plan.nodes)


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
def test_a_failure_names_the_node_and_the_reason(version: str) -> None:
    (last,) = play(transcript(f"comfyui-{version}/execution_error")).finals.values()
    assert last.failure is not None
    assert (last.failure.node, last.plan.title(last.failure.node)) == ("9", "Save Image")
    assert "outside the output folder" in last.failure.message


def test_clients_hear_of_their_own_prompts_only() -> None:
    played = play(transcript("comfyui-0.33.0/two_clients"))
    first, second = played.clients.values()
    assert not set(first.told) & set(second.told)


def test_a_listener_that_raises_does_not_end_the_listening() -> None:
    recording = transcript("comfyui-0.33.0/txt2img")
    with Replay(recording) as replay, connected(replay.url) as client:
        raised = iter([True] * 5)

        def note(prompt_id: str) -> None:
            Client.note(client, prompt_id)
            if threading.current_thread().name.startswith("socket") and next(raised, False):
                raise KeyError(prompt_id)

        client.note = note  # type: ignore[method-assign] # the listener that `Server` was given
        last = client.final(client.post(recording.prompts[0].body["prompt"]))
    assert [value for value, _ in last.nodes["3"].step_times] == [1, 2, 3, 4, 5, 6]


def test_an_interrupt_always_names_its_prompt() -> None:
    played = play(transcript("comfyui-0.3.64/interrupt"))
    assert ("POST", "/interrupt") in played.requests  # the playback refuses one without an id


def test_outputs_can_be_fetched_as_the_server_made_them() -> None:
    recording = transcript("comfyui-0.33.0/batch_of_four")
    with Replay(recording) as replay, connected(replay.url) as client:
        last = client.final(client.post(recording.prompts[0].body["prompt"]))
        fetched = []
        for file in last.files:
            with client.server.api.view(file) as chunks:
                fetched.append(b"".join(chunks))
    assert fetched == [picture(file.filename)[0] for file in last.files]
    assert len(set(fetched)) == 4


def test_an_upload_is_used_under_the_name_that_the_server_gives_it() -> None:
    recording = transcript("comfyui-0.33.0/inpaint")
    with Replay(recording) as replay, connected(replay.url) as client:
        png = BytesIO()
        Image.new("RGBA", (8, 8)).save(png, "PNG")
        assert client.server.api.upload(png.getvalue(), "mine.png") == "hole-mask.png"
        client.final(client.post(recording.prompts[0].body["prompt"]))


def test_a_prompt_is_taken_up_again_by_a_later_run_of_the_application() -> None:
    recording = transcript("comfyui-0.33.0/txt2img")
    graph, id_ = recording.prompts[0].body["prompt"], str(uuid.uuid4())
    with Replay(recording) as replay:
        with connected(replay.url) as client:
            client.post(graph, id_)
        replay.wait()
        with connected(replay.url) as client:
            assert client.server.api.history(id_) is not None
            client.server.resume(id_, graph, make_plan(graph))
            assert client.final(id_).phase is Phase.FINISHED
    assert replay.requests.count(("POST", "/prompt")) == 1
