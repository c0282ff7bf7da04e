"""A browser that goes away, or offline, while a generation runs: the generation goes on."""

import json
import re
import urllib.request

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Open
from tests.browser.test_page import press_generate, state

pytestmark = pytest.mark.browser


def books_of(page: Page) -> list[dict[str, object]]:
    """The viewer's generations, as the API tells them."""
    return list(
        page.evaluate("async () => (await (await fetch('/api/generations')).json()).generations")
    )


def test_a_page_that_was_offline_says_so_and_comes_back_to_the_truth(
    open_page: Open, context: BrowserContext
) -> None:
    page = open_page()
    press_generate(page, "a slow tide", steps=300)
    state(page, "running")
    context.set_offline(True)
    expect(
        page.get_by_text(re.compile("Connection lost|Connection to the server was lost")).first
    ).to_be_visible()
    context.set_offline(False)
    state(page, "finished")
    expect(page.locator("[data-ref=percent]")).to_have_text("100 %")
    assert [one["status"] for one in books_of(page)] == ["finished"]


def test_a_phone_that_was_locked_comes_back_by_itself_with_the_form_as_it_was(
    open_page: Open, context: BrowserContext, app: str
) -> None:
    page = open_page(width=PHONE)
    press_generate(page, "while it is locked", steps=30, prompts=3)
    state(page, "running")
    page.fill("#field-prompt textarea", "half typed")
    page.fill("#field-steps input", "33")
    page.locator("#field-sampler input").fill("dpmpp_2m")
    page.locator("#field-cfg input[type=number]").fill("5.5")
    ids = [str(one["id"]) for one in books_of(page)]
    context.set_offline(True)
    expect(page.locator("#sg-away")).to_have_text(re.compile("^Connection lost, reconnecting"))
    page.wait_for_function("() => sessionStorage.getItem('stepglass-was-away')")
    expect(page.locator(".toast-wrap")).to_be_hidden()  # Gradio's words
    assert {ended(app, context, id_)["type"] for id_ in ids} == {"complete"}
    context.set_offline(False)
    expect(page.locator("#sg-toast")).to_contain_text("Connected again")
    expect(page.locator("#sg-away")).to_have_count(0)
    expect(page.locator("#field-prompt textarea")).to_have_value("half typed")
    expect(page.locator("#field-steps input")).to_have_value("33")
    expect(page.locator("#field-sampler input")).to_have_value("dpmpp_2m")
    expect(page.locator("#field-cfg input[type=number]")).to_have_value("5.5")
    state(page, "finished")


def ended(app: str, context: BrowserContext, id_: str) -> dict[str, object]:
    """What the API says last of a generation, told outside of the browser."""
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())
    request = urllib.request.Request(
        f"{app}api/generate/progress?generationId={id_}", headers={"Cookie": cookies}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        told = [json.loads(line[5:]) for line in answer if line.startswith(b"data:")]
    return dict(told[-1])


def test_a_closed_browser_finds_its_generation_finished(
    open_page: Open, context: BrowserContext, app: str
) -> None:
    page = open_page()
    press_generate(page, "a patient hill", steps=40)
    state(page, "running")
    job = re.search(r"job=([\w-]+)", page.url)
    assert job
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())
    page.close()
    # Followed over the API while no page is open, so that its end is an event and not a guess.
    request = urllib.request.Request(
        f"{app}api/generate/progress?generationId={job[1]}", headers={"Cookie": cookies}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        told = [json.loads(line[5:]) for line in answer if line.startswith(b"data:")]
    assert told[-1]["type"] == "complete"
    shares = [one["percentage"] for one in told]
    assert shares == sorted(shares)
    again = open_page(f"?job={job[1]}")
    state(again, "finished")
    assert [one["status"] for one in books_of(again)] == ["finished"]
