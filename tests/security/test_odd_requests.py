"""Whatever is sent gets a sentence and a status of 4xx: never a traceback, never a path."""

import json
import logging

import pytest

from comfy.workflow.limits import MAX_NODES
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.library.library import MAX_TAGS
from studio.version import VERSION
from tests.security.conftest import Fortress
from tests.security.person import Person
from web.http.bodies import MAX_VALUES

JOIN = "/gradio_api/queue/join"
DEEP = b"[" * 100_000
ODD = (
    (JOIN, b'{"fn_index": 0, "data": [NaN], "session_hash": "x"}'),
    (JOIN, b'{"fn_index": NaN, "data": [], "session_hash": "x"}'),
    (JOIN, b'{"fn_index": 0, "data": [-Infinity], "session_hash": "x"}'),
    (JOIN, b'{"fn_index": 0, "data": [1e400], "session_hash": "x"}'),
    (JOIN, DEEP),
    (JOIN, b""),
    (JOIN, b"\xff\xfe\x00"),
    ("/gradio_api/call/v2/keep", b"{}"),
    ("/gradio_api/call/v2/no-such", b"{}"),
    ("/gradio_api/call/keep", b'{"data": []}'),
    ("/gradio_api/component_server", DEEP),
    ("/gradio_api/cancel", DEEP),
    ("/api/generate", DEEP),
    ("/api/generate", b'{"prompt": "x", "cfg": NaN}'),
    ("/api/library/search", b'{"rating": Infinity}'),
    ("/login", b"username=" + b"a" * 20_000),
    ("/mcp", DEEP),
    ("/mcp", b'{"a": NaN}'),
    ("/mcp", b'{"a": [' + b"[]," * MAX_VALUES + b"[]]}"),
    ("/api/generate", b'{"a": [' + b"[]," * MAX_VALUES + b"[]]}"),
    ("/gradio_api/run/no-such", b'{"data": []}'),
    ("/gradio_api/api/no-such%0Aanother line", b'{"data": []}'),
)


@pytest.mark.parametrize(("path", "body"), ODD, ids=lambda value: str(value)[:40])
def test_it_is_refused_in_a_sentence(
    bob: Person, caplog: pytest.LogCaptureFixture, path: str, body: bytes
) -> None:
    caplog.set_level(logging.WARNING)
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    answer = bob.client.post(path, content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["error"]
    assert "Traceback" not in answer.text + caplog.text
    assert not any("\n" in record.getMessage() for record in caplog.records)


def test_a_login_that_is_too_long_is_refused_to_a_stranger_too(fortress: Fortress) -> None:
    with fortress.stranger() as client:
        answer = client.post("/login", content=b"username=" + b"a" * 20_000)
        assert answer.status_code == 413
        assert answer.json()["error"]


def test_a_call_or_session_that_there_is_not_ends_at_once_without_a_traceback(
    bob: Person, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("call/x/nothing", "call/v2/x/nothing", "queue/data?session_hash=nothing"):
        assert "Not Found" in bob.client.get(f"/gradio_api/{path}").text
    assert "Traceback" not in caplog.text


def test_an_unexpected_failure_tells_nothing_of_itself(bob: Person) -> None:
    ended = bob.outcome("ui.generate.choosing.match", ["x", {}, {}, {}])
    assert not ended["success"]
    assert ended["output"]["error"] is None


def test_a_workflow_has_only_so_many_nodes(bob: Person) -> None:
    node = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "x"}}
    graph = {str(number): node for number in range(MAX_NODES + 1)}
    saved = {"nodes": [{"id": n, "type": "Note"} for n in range(MAX_NODES + 1)], "links": []}
    for workflow in (graph, saved, {"format": "stepglass-preset/1", "name": "x", "graph": graph}):
        answer = bob.client.post("/api/workflows", json={"name": "x", "workflow": workflow})
        assert 400 <= answer.status_code < 500
        assert "nodes" in answer.json()["error"]
    assert bob.client.get("/api/workflows").json() == {"workflows": []}


def test_a_search_takes_only_so_many_tags_and_finds_what_has_all(
    fortress: Fortress, ann: Person
) -> None:
    one, other = fortress.made().id, fortress.made().id
    mark = {"ids": [one, other], "addTags": ["sea", "dawn"]}
    assert ann.client.post("/api/library/mark", json=mark).status_code == 200
    ann.client.post("/api/library/mark", json={"ids": [one], "addTags": ["red"]})

    def found(*tags: str) -> set[str]:
        answer = ann.client.post("/api/library/search", json={"tags": tags})
        return {g["id"] for g in answer.json()["generations"]}

    assert found("sea", "dawn") == {one, other}
    assert found("sea", "red", "sea") == {one}
    assert found("sea", "blue") == set()
    many = ann.client.post("/api/library/search", json={"tags": ["x"] * (MAX_TAGS + 1)})
    assert many.status_code == 409
    assert "tags" in many.json()["error"]


def test_links_are_built_from_no_name_that_a_request_brings_along(ann: Person) -> None:
    forged = {"X-Forwarded-Host": "evil.example"}
    assert "evil.example" not in ann.client.get("/config", headers=forged).text
    session = {"Host": "evil.example", "Accept": "application/json, text/event-stream"}
    made = ann.client.post("/mcp", headers=session | forged, json=_opening())
    session["mcp-session-id"] = made.headers["mcp-session-id"]
    call = {"name": "txt2img_sd15", "arguments": {"prompt": "x", "steps": 1}}
    asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}
    answer = ann.client.post("/mcp", headers=session, json=asked)
    assert "/api/images/" in answer.text
    assert "evil.example" not in answer.text


def test_a_page_allows_no_objects_no_base_and_no_form_elsewhere(ann: Person) -> None:
    policy = ann.client.get("/").headers["content-security-policy"]
    for part in ("object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors"):
        assert part in policy


def test_one_owner_has_twenty_sessions_of_models_and_the_oldest_ends(
    ann: Person, bob: Person
) -> None:
    headers = {"Accept": "application/json, text/event-stream"}

    def opened(person: Person) -> str:
        answer = person.client.post("/mcp", headers=headers, json=_opening())
        assert answer.status_code == 200
        return str(answer.headers["mcp-session-id"])

    def lives(person: Person, session: str) -> bool:
        listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        named = headers | {"mcp-session-id": session}
        return person.client.post("/mcp", headers=named, json=listing).status_code == 200

    of_ann = opened(ann)
    sessions = [opened(bob) for _ in range(24)]
    assert [lives(bob, one) for one in sessions] == [False] * 4 + [True] * 20
    assert lives(ann, of_ann)
    assert not lives(bob, of_ann)


def test_the_protocols_server_tells_which_stepglass_it_is(ann: Person) -> None:
    answer = ann.client.post(
        "/mcp", headers={"Accept": "application/json, text/event-stream"}, json=_opening()
    )
    told = json.loads(answer.text.partition("data: ")[2].splitlines()[0])
    info = told["result"]["serverInfo"]
    assert (info["name"], info["version"]) == ("Stepglass", VERSION)


def test_an_archive_is_asked_for_in_json_under_any_content_type(
    fortress: Fortress, ann: Person
) -> None:
    body = json.dumps({"ids": [fortress.made().id]})
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
        answer = ann.client.post(
            "/api/library/archive", content=body, headers={"Content-Type": kind}
        )
        assert (answer.status_code, answer.content[:2]) == (200, b"PK"), kind
    form = ann.client.post("/api/library/archive", data={"ids": json.loads(body)["ids"]})
    assert form.content[:2] == b"PK"


def test_an_event_source_that_comes_back_after_the_end_is_told_to_stay_away(
    fortress: Fortress, ann: Person
) -> None:
    path = f"/api/generate/progress?generationId={fortress.made().id}"
    lines = ann.client.get(path).text.splitlines()
    last = next(line.removeprefix("id: ") for line in lines if line.startswith("id: "))
    assert ann.client.get(path, headers={"Last-Event-ID": last}).status_code == 204
    assert ann.client.get(path).status_code == 200


def test_the_sql_box_does_not_tell_where_its_copy_lies(fortress: Fortress, ann: Person) -> None:
    viewer = Viewer(ann.owner)
    for sql in (
        "SELECT path FROM duckdb_databases()",
        "SELECT * FROM pragma_database_list",
        "SELECT {'a': [path]} FROM duckdb_databases()",
        "SELECT error(path) FROM duckdb_databases() WHERE path IS NOT NULL",
    ):
        try:
            said = str(fortress.studio.sandbox.run(sql, viewer))
        except StudioError as error:
            said = str(error)
        assert "stepglass-box" not in said, sql


def _opening() -> dict[str, object]:
    client = {"name": "test", "version": "1"}
    params = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": client}
    return {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}
