"""Presets as endpoints for gradio_client: listed with types, run by name, and everybody's own."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file  # type: ignore[import-untyped] # ships no types
from gradio_client.exceptions import AppError  # type: ignore[import-untyped] # ships no types
from PIL import Image

from comfy.demo.http.server import DemoServer
from comfy.workflow.request import MAX_SEED
from tests.web.conftest import Serve
from tests.web.functions.conftest import Connect
from tests.web.generating import generating
from tests.web.presets import CHECKPOINT, GRAPH, Program, program


def test_a_preset_is_an_endpoint_with_named_and_typed_arguments(
    ann: Program, connect: Connect
) -> None:
    api = connect(ann).view_api(return_format="dict", print_info=False)
    assert isinstance(api, dict)
    found = {
        one["parameter_name"]: (one["python_type"]["type"], one["parameter_default"])
        for one in api["named_endpoints"]["/sea-at-dawn"]["parameters"]
    }
    assert found["prompt"] == ("str", "a sea")
    assert found["steps"] == ("int", 2)
    assert found["cfg"] == ("float", 7.0)
    assert found["seed"] == ("int | str | None", None)
    assert found["checkpoint"][0].startswith("Literal['demo-")
    assert found["checkpoint"][1] == CHECKPOINT


def test_a_call_by_name_returns_the_pictures_and_what_became_of_it(
    ann: Program, connect: Connect
) -> None:
    files, made = connect(ann).predict(
        prompt="a red fox", steps=3, seed=MAX_SEED, api_name="/sea-at-dawn"
    )
    with Image.open(files[0]) as picture:
        assert picture.size == (64, 64)
    assert (made["status"], made["seed"]) == ("finished", str(MAX_SEED))
    record = ann.served.studio.generations.get(made["generationId"], ann.viewer)
    assert record
    assert (record.prompt, record.steps, record.workflow) == ("a red fox", 3, "Sea at dawn")
    # The links open it for whoever has them, and it alone.
    assert httpx.get(made["files"][0]["url"]).content == Path(files[0]).read_bytes()
    assert httpx.get(made["files"][0]["url"].partition("?")[0]).status_code == 404


def test_progress_is_reported_while_it_runs(ann: Program, connect: Connect) -> None:
    job = connect(ann).submit(steps=30, api_name="/sea-at-dawn")
    heard = []
    while not job.done():
        status = job.status()
        if status.progress_data:
            heard.append((status.progress_data[0].progress, status.progress_data[0].desc))
    job.result()
    assert any((desc or "").startswith("Step ") for _, desc in heard)
    shares = [share for share, _ in heard if share is not None]
    assert shares == sorted(shares)


def test_a_file_is_an_argument(connect: Connect, tmp_path: Path) -> None:
    picture = tmp_path / "start.png"
    Image.new("RGB", (64, 64), "red").save(picture)
    client = connect()
    with pytest.raises(TypeError, match="image"):
        client.predict(prompt="a fox", api_name="/img2img")
    files, made = client.predict(handle_file(picture), prompt="a fox", steps=2, api_name="/img2img")
    assert len(files) == 1
    files, _ = client.predict(made["generationId"], steps=2, api_name="/img2img")
    assert len(files) == 1
    with pytest.raises(AppError, match="not fetched"):
        client.predict("https://example.com/a.png", api_name="/img2img")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"steps": 0}, "less than 1"),
        ({"checkpoint": "demo-landscape.safetensors"}, "nearest is"),
        ({"cfg": "much"}, "must be a number"),
    ],
)
def test_a_wrong_value_gets_its_sentence_and_nothing_is_queued(
    ann: Program, connect: Connect, values: dict[str, Any], says: str
) -> None:
    with pytest.raises(AppError, match=says):
        connect(ann).predict(**values, api_name="/sea-at-dawn")
    assert ann.served.studio.generations.history(ann.viewer) == []


def test_a_strangers_presets_are_neither_listed_nor_called(ann: Program, connect: Connect) -> None:
    bob = program(ann.served)
    theirs, client = connect(ann), connect(bob)
    with pytest.raises(ValueError, match="Cannot find a function"):
        client.predict(api_name="/sea-at-dawn")
    # Nor by the number, nor by the function behind them all.
    index = next(i for i, one in theirs.endpoints.items() if one.api_name == "/sea-at-dawn")
    body = {"data": [], "fn_index": index, "session_hash": "x"}
    answer = bob.client().post("/gradio_api/queue/join", json=body)
    assert answer.status_code == 409
    with pytest.raises(AppError, match="not yours"):
        client.predict("sea-at-dawn", "", {}, api_name="/run_preset")


def test_a_client_that_knows_older_arguments_is_told_to_connect_again(
    ann: Program, connect: Connect
) -> None:
    client = connect(ann)
    smaller = {id_: dict(node) for id_, node in GRAPH.items()}
    smaller["6"]["inputs"] = {**smaller["6"]["inputs"]}
    looks = [{"key": "6.steps", "label": "Rounds"}]
    shared = {"format": "stepglass-preset/1", "name": "Sea at dawn", "graph": smaller}
    ann.save(graph={**shared, "fields": looks})
    with pytest.raises(Exception, match=r"connect again|409"):
        client.predict(steps=3, api_name="/sea-at-dawn")


def test_plain_http_calls_work_too(ann: Program) -> None:
    with ann.client() as client:
        for path, body in (
            ("/gradio_api/call/sea-at-dawn", {"data": ["a cat"]}),
            ("/gradio_api/call/v2/sea-at-dawn", {"prompt": "a cat"}),
        ):
            event = client.post(path, json=body).raise_for_status().json()["event_id"]
            said = client.get(f"/gradio_api/call/sea-at-dawn/{event}").text
            assert "event: complete" in said
    assert [one.prompt for one in ann.served.studio.generations.history(ann.viewer)] == [
        "a cat"
    ] * 2


def test_with_accounts_a_program_logs_in_or_shows_a_token(serve: Serve, engine: DemoServer) -> None:
    served = generating(serve, engine, auth="ann:pw-ann")
    token = served.studio.tokens.of("user:ann")
    assert httpx.get(f"{served.url}/config").status_code == 401
    for options in (
        {"headers": {"Authorization": f"Bearer {token}"}},
        {"auth": ("ann", "pw-ann")},
    ):
        client = Client(served.url, verbose=False, analytics_enabled=False, **options)
        assert "/txt2img_sd15" in str(client.view_api(return_format="dict", print_info=False))
        client.close()
    served.studio.tokens.renew("user:ann")
    old = httpx.get(f"{served.url}/config", headers={"Authorization": f"Bearer {token}"})
    assert old.status_code == 401
