"""Programs that mean ill or send anything get a sentence, and reach nothing of anybody else."""

import logging
from collections.abc import Iterator

import httpx
import pytest

from studio.ids import new_id
from studio.workflows.presets import KIND
from tests.web.presets import Program

JOIN, CANCEL = "/gradio_api/queue/join", "/gradio_api/cancel"
RUN, SEA = "/gradio_api/call/run_preset", "/gradio_api/call/sea-at-dawn"
DEEP = "[" * 900 + "]" * 900


@pytest.fixture
def client(ann: Program) -> Iterator[httpx.Client]:
    with ann.client(**{"Content-Type": "application/json"}) as client:
        yield client


def said(client: httpx.Client, path: str, body: str) -> str:
    """What comes of posting *body* to a call, to its end."""
    answer = client.post(path, content=body.encode())
    event = answer.json().get("event_id") if answer.status_code == 200 else None
    return client.get(f"{path}/{event}").text if event else answer.text


def calling(name: str, values: str) -> str:
    return f'{{"data": [{name}, "", {values}]}}'


WRONG = (
    (RUN, calling("5", "{}"), "called by its name"),
    (RUN, calling('"sea-at-dawn"', "[1]"), "called by its name"),
    (RUN, calling('"sea-at-dawn"', f'{{"prompt": {DEEP}}}'), "must be text"),
    (RUN, calling('"sea-at-dawn"', f'{{"checkpoint": {DEEP}}}'), "is not on this server"),
    (RUN, calling('"sea-at-dawn"', '{"prompt": "a \\ud800 b"}'), "half of a character"),
    (RUN, calling('"sea-at-dawn"', '{"steps": 1e400}'), "too large a number"),
    (RUN, calling('"sea-at-dawn"', '{"cfg": NaN}'), "is no number"),
    (RUN, calling('"sea-at-dawn"', '{"seed": -2}'), "less than 0"),
    (RUN, calling('"img2img"', '{"image": {"path": "/etc/passwd"}}'), "uploaded first"),
    (RUN, calling('"img2img"', '{"image": {"path": "\\ud800"}}'), "uploaded first"),
    (RUN, calling('"img2img"', '{"image": {"path": "a\\u0000b"}}'), "uploaded first"),
    (RUN, calling('"img2img"', '{"image": "../../etc/passwd"}'), "is to be a file"),
    (SEA, '{"data": 5}', "the list of its arguments"),
    (SEA, '{"data": {"prompt": "x"}}', "the list of its arguments"),
    (SEA, '{"data": [' + ", ".join(["1"] * 100) + "]}", "arguments"),
    (SEA, "[1]", "JSON object"),
    (SEA, "{", "not JSON"),
)


def test_what_no_preset_takes_gets_a_sentence_and_queues_nothing(
    ann: Program, client: httpx.Client
) -> None:
    for path, body, sentence in WRONG:
        assert sentence in said(client, path, body), body[:200]
    assert ann.served.studio.generations.history(ann.viewer) == []


def test_a_function_by_a_number_that_there_is_not_is_refused(client: httpx.Client) -> None:
    for number in ("-1", "7777", "281474976710655"):
        for key in ("fn_index", "f\\u006e_index"):
            session = f'"session_hash": "{new_id()}", "event_id": "y"'
            body = f'{{"{key}": {number}, "data": [], {session}}}'
            assert client.post(JOIN, content=body.encode()).status_code == 404
            assert client.post(CANCEL, content=body.encode()).status_code == 404


def test_a_huge_body_ends_early_on_every_way_in(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 1_000_000

    for path in ("/mcp", SEA, RUN, JOIN, "/api/workflows"):
        headers = {"Accept": "application/json, text/event-stream"}
        assert client.post(path, content=endless(), headers=headers).status_code == 413


def test_a_token_counts_in_its_header_alone_and_is_never_logged(
    ann: Program, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):  # the test's own client
        caplog.set_level(logging.WARNING, name)
    token, url = ann.token, f"{ann.served.url}/api/workflows"
    mine = {"workflows": ["Sea at dawn"]}
    assert client.get("/api/workflows").json() == mine
    spaced = {"Authorization": f"bearer   {token}"}
    assert httpx.get(url, headers=spaced).json() == mine
    for name in ("token", "access_token", "key", "authorization"):
        answer = httpx.get(url, params={name: token})
        assert answer.json() == {"workflows": []}
    for forged in (f"{token[:-1]}x", " sg_x", "sg_" + "x" * 5000):
        headers = {"Authorization": f"Bearer {forged}"}
        answer = httpx.get(url, headers=headers)
        assert (answer.status_code, forged in answer.text) == (401, False)
    said(client, RUN, calling('"sea-at-dawn"', '{"steps": "x"}'))
    assert token not in caplog.text


def test_a_token_that_was_ended_reaches_nothing(ann: Program, client: httpx.Client) -> None:
    ann.served.studio.tokens.renew(ann.viewer.owner)
    for path in ("/config", "/gradio_api/info", "/api/workflows", "/mcp"):
        assert client.get(path).status_code == 401
    for path in (SEA, RUN, JOIN, "/mcp", "/api/workflows/Sea at dawn/run"):
        assert client.post(path, content=b"{}").status_code == 401
    assert ann.served.studio.generations.history(ann.viewer) == []


def test_a_preset_that_cannot_be_read_hides_no_other(ann: Program, client: httpx.Client) -> None:
    keep, owner = ann.served.store.documents.keep, ann.viewer.owner
    keep(KIND, owner, "later", {"format": "stepglass-preset/9"})
    keep(KIND, owner, "odd", {"format": "stepglass-preset/1", "graph": 5})
    assert "/sea-at-dawn" in client.get("/gradio_api/info").json()["named_endpoints"]
