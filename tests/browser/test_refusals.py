"""Every refusal that was recorded, through forms: before queueing, or else after it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.catalogue_server import Serving
from tests.browser.catalogue_server import serving as every_node
from tests.browser.conftest import Open, serving
from tests.browser.test_workflows import LIVE, choose, field, open_graph, opened, tab
from tests.support.transcript import FOLDER, Transcript

pytestmark = pytest.mark.browser

RECORDING = Transcript(FOLDER / "comfyui-0.33.0" / "validation_errors.jsonl")
REFUSED = RECORDING.refused
SOUND = {
    id_: node
    for id_, node in RECORDING.prompts[0].body["prompt"].items()
    if id_ not in ("30", "31")
}
"""The graph that all of them are mistakes of."""


@dataclass(frozen=True)
class Case:
    """A refusal by its number, and what the form is to say where."""

    number: int
    said: tuple[tuple[str, str], ...]
    typed: tuple[tuple[str, str], ...] = ()


FORESEEN = (
    Case(0, (("4.ckpt_name", "“missing.safetensors” is not on this server"),)),
    Case(1, (("3.steps", "“many” must be a whole number"),)),
    Case(
        2,
        (("5.width", "“7” is less than 16"), ("3.steps", "“0” is less than 1")),
        (("5.width", "7"), ("3.steps", "0")),
    ),
    Case(3, (("", "KSampler: model is missing; connect or fill it."),)),
    Case(4, (("", "model is connected to the wrong kind of output (CONDITIONING)"),)),
    Case(5, (("", "the server has no node “NoSuchNode”"),)),
    Case(6, (("", "The workflow has no output: add a Save Image"),)),
)
"""Cases that a form can be brought to."""
NO_FORM = (
    (json.dumps(REFUSED[7].body["prompt"]).encode(), "“KSampler” (node 3) has no class_type"),
    (json.dumps(REFUSED[8].body["prompt"]).encode(), "neither one that ComfyUI saved nor its API"),
    (json.dumps(REFUSED[9].body).encode(), "neither one that ComfyUI saved nor its API"),
    (b"not json!", "is not JSON"),
)
"""Cases of which no form can be drawn: that is said instead."""
AFTERWARDS = (
    Case(0, (("4.ckpt_name", "“missing.safetensors” is not on this server"),)),
    Case(1, (("3.steps", "steps cannot be “many”; it wants a whole number"),)),
    Case(
        2,
        (
            ("5.width", "width 7 is too small; the least is 16"),
            ("3.steps", "steps 0 is too small; the least is 1"),
        ),
    ),
    Case(3, (("", "KSampler: model is missing"),)),
    Case(4, (("", "connected to the wrong kind of output (CONDITIONING)"),)),
    Case(5, (("", "the server has no node “NoSuchNode”"),)),
    Case(6, (("", "The workflow has no output"),)),
    Case(7, (("", "KSampler: the server has no node"),)),
    Case(8, (("", "The workflow has no output"),)),
    Case(9, (("", "The server got no workflow"),)),
)
"""What is said where the server alone knew."""


def test_the_cases_are_all_that_was_recorded() -> None:
    assert len(REFUSED) == 11
    foreseen = {case.number for case in FORESEEN}
    assert foreseen | {7, 8, 9, 10} == set(range(len(REFUSED)))
    assert len(NO_FORM) == 4


def said_at(page: Page, key: str, sentence: str) -> None:
    """Expect *sentence* at the field of *key*, or above all fields."""
    where = field(page, key).locator(".wf-wrong") if key else page.locator(".wf-problems")
    expect(where).to_contain_text(sentence)


@pytest.mark.parametrize("case", FORESEEN, ids=lambda case: f"refusal-{case.number}")
def test_a_refusal_is_foreseen_on_the_form_and_nothing_is_queued(
    app_of_all: tuple[str, Serving], context: BrowserContext, case: Case
) -> None:
    page = opened(app_of_all[0], context)
    before = app_of_all[1].refused
    graph = SOUND if case.typed else REFUSED[case.number].body["prompt"]
    open_graph(page, graph, f"refusal {case.number}")
    for key, value in case.typed:
        field(page, key).locator("input[type=number]").fill(value)
    for key, sentence in case.said:
        said_at(page, key, sentence)
    page.click("#workflow-generate")
    expect(page.locator("[data-ref=alert]")).to_be_visible()
    assert page.locator(LIVE).get_attribute("data-job") in (None, "")
    assert app_of_all[1].refused == before


@pytest.mark.parametrize(("data", "sentence"), NO_FORM, ids=["7", "8", "9", "10"])
def test_what_no_form_can_be_drawn_of_is_said(open_page: Open, data: bytes, sentence: str) -> None:
    page = tab(open_page())
    choose(page, "refused.json", data)
    expect(page.locator("[data-ref=openError]")).to_contain_text(sentence)


@pytest.mark.parametrize("case", AFTERWARDS, ids=lambda case: f"refusal-{case.number}")
def test_what_the_server_alone_knows_is_said_at_its_field_afterwards(
    app_of_all: tuple[str, Serving], context: BrowserContext, case: Case
) -> None:
    url, server = app_of_all
    page = opened(url, context)
    server.refusal = REFUSED[case.number].answer
    open_graph(page, SOUND, "sound")
    page.click("#workflow-generate")
    page.wait_for_selector(f"{LIVE}[data-state=failed]")
    for key, sentence in case.said:
        said_at(page, key, sentence)
    # Whatever is changed there is not what was refused; and it may be tried again as it is.
    if case.said[0][0].endswith(("steps", "width")):
        key = case.said[0][0]
        field(page, key).locator("input[type=number]").fill("128")
        expect(field(page, key).locator(".wf-wrong")).to_have_count(0)
    before = server.refused
    first = page.locator(LIVE).get_attribute("data-job")
    page.click("#workflow-generate")
    page.wait_for_function(
        f"job => document.querySelector('{LIVE}').dataset.job !== job"
        f" && document.querySelector('{LIVE}').dataset.state === 'failed'",
        arg=first,
    )
    assert server.refused == before + 1


@pytest.fixture(scope="module")
def app_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Serving]]:
    """An app whose server has every node and refuses every prompt, and that server."""
    folder = tmp_path_factory.mktemp("refusing")
    with every_node() as server, serving(folder, folder / "data", COMFYUI_URL=server.url) as url:
        yield url, server
