"""A history entry becomes the events that end its prompt."""

from typing import Any

import pytest

from comfy.errors import FrameError
from comfy.protocol import events as ev
from comfy.protocol.frames import parse, parse_history
from tests.comfy.protocol.recorded import text
from tests.support.transcript import Json


def history(*messages: tuple[str, Json], outputs: Any = None, status: str = "success") -> Json:
    return {
        "outputs": {} if outputs is None else outputs,
        "status": {"status_str": status, "messages": [list(m) for m in messages]},
    }


def test_a_history_tells_files_texts_and_times() -> None:
    outputs = {"9": {"images": [{"filename": "a.png"}]}, "8": {"text": ["t"]}}
    start, end = {"timestamp": 1_000}, {"timestamp": 3_500}
    entry = history(("execution_start", start), ("execution_success", end), outputs=outputs)
    (event,) = parse_history("p", entry, 9)
    files = (ev.OutputFile("9", "images", "a.png"),)
    assert event == ev.Finished("p", 9, files, ("t",), started_at=1.0, ended_at=3.5)


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (history(("execution_interrupted", {"node_id": "3"}), status="error"), ev.Interrupted),
        (history(("execution_error", {"node_id": "3"}), status="error"), ev.Failed),
        (history(status="error"), ev.Failed),
        (history(("execution_error", {"exception_type": "ExecutionBlocked"})), ev.Finished),
        ({"outputs": {}}, ev.Finished),
        ({"outputs": {}, "status": None}, ev.Finished),
    ],
)
def test_a_history_ends_the_prompt_as_it_ended(entry: Json, kind: type[ev.Event]) -> None:
    assert isinstance(parse_history("p", entry, 9)[-1], kind)


BLOCKED = {
    "node_id": "21",
    "node_type": "SaveImage",
    "exception_type": "x.ExecutionBlocked",
    "exception_message": "Execution Blocked: not today",
}


def test_a_blocked_branch_is_told_with_its_node_and_ends_nothing() -> None:
    blocked = ev.Blocked("p", 9, "21", "SaveImage", "not today")
    assert parse(text("execution_error", prompt_id="p", **BLOCKED), 9) == (blocked,)
    before, last = parse_history("p", history(("execution_error", BLOCKED)), 9)
    assert (before, type(last)) == (blocked, ev.Finished)


@pytest.mark.parametrize("entry", [{}, {"outputs": []}, {"outputs": None, "status": {}}])
def test_what_is_no_history_is_a_frame_error(entry: Json) -> None:
    with pytest.raises(FrameError):
        parse_history("p", entry, 9)


# Anything at all
