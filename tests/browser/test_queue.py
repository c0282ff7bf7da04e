"""The Queue tab and the private link in Chromium, on a real site over a real engine."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from comfy.demo.engine.faults import NodeFault
from tests.browser.conftest import LONG, NO_WORKERS, PHONE, WIDE, ready
from tests.browser.hosted import App, engine_with_faults, hosted

pytestmark = pytest.mark.browser

GENERATE = """async (fields) => {
  const checkpoint = document.querySelector('#field-checkpoint input').value;
  const body = JSON.stringify({ checkpoint, width: 256, height: 256, steps: 8, ...fields });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch('api/generate', { method: 'POST', headers, body });
  return (await answer.json()).generationId;
}"""
SHOW = "async (id) => (await fetch(`api/generations/${id}`)).json()"
SECRET = "a prompt that nobody else may read"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with engine_with_faults() as engine, hosted(tmp_path, monkeypatch, engine) as found:
        yield found


Person = Callable[..., Page]


@pytest.fixture
def person(app: App, browser: Browser) -> Iterator[Person]:
    """Open the page as somebody new: a browser context with cookies of its own."""
    contexts = []

    def open_(query: str = "", width: int = WIDE) -> Page:
        context = browser.new_context(
            service_workers=NO_WORKERS,
            viewport={"width": width, "height": 900},
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        page.goto(app.url + query)
        ready(page)
        return page

    yield open_
    for context in contexts:
        context.close()


def start(page: Page, prompt: str, **fields: Any) -> str:
    return str(page.evaluate(GENERATE, {"prompt": prompt, **fields}))


def show_queue(page: Page) -> None:
    page.get_by_role("tab", name="Queue").click()
    expect(page.locator("#queue .queue")).to_be_visible()


def button(page: Page, name: str, prompt: str) -> Any:
    return page.get_by_role("button", name=f"{name}: “{prompt}”", exact=True)


def expect_waiting(page: Page, *prompts: str) -> None:
    waiting = "#queue [data-ref=rows] .queue-row[draggable=true] .queue-prompt"
    expect(page.locator(waiting)).to_have_text(list(prompts))


def fill(page: Page) -> None:
    """Two on the server for as long as a test takes, three that wait: "c", "d" and "e"."""
    for prompt in "abcde":
        start(page, prompt, **LONG)


def test_what_waits_is_arranged_and_stays_so_over_a_reload(person: Person) -> None:
    page = person()
    fill(page)
    show_queue(page)
    expect_waiting(page, "c", "d", "e")
    up = button(page, "Up", "e")
    up.focus()
    page.keyboard.press("Enter")
    expect_waiting(page, "c", "e", "d")
    expect(up).to_be_focused()
    button(page, "To the front", "d").click()
    expect_waiting(page, "d", "c", "e")
    button(page, "Down", "d").click()
    expect_waiting(page, "c", "d", "e")
    page.get_by_label("Priority of “e”").select_option("high")
    expect_waiting(page, "e", "c", "d")
    button(page, "Hold", "c").click()
    expect(button(page, "Release", "c")).to_be_visible()
    page.get_by_role("button", name="Pause queue").click()
    expect(page.locator("#queue [data-ref=paused]")).to_be_visible()
    page.reload()
    ready(page)
    show_queue(page)
    expect_waiting(page, "e", "c", "d")
    expect(page.locator("#queue [data-ref=paused]")).to_be_visible()
    button(page, "Release", "c").click()
    page.get_by_role("button", name="Resume queue").click()
    expect(page.locator("#queue [data-ref=paused]")).to_be_hidden()
    button(page, "Cancel", "c").click()
    expect_waiting(page, "e", "d")


def test_rows_are_dragged_too(person: Person) -> None:
    page = person()
    fill(page)
    show_queue(page)
    expect_waiting(page, "c", "d", "e")
    rows = page.locator("#queue .queue-row[draggable=true]")
    rows.nth(2).drag_to(rows.nth(0), target_position={"x": 300, "y": 4})
    expect_waiting(page, "e", "c", "d")
    page.reload()
    ready(page)
    show_queue(page)
    expect_waiting(page, "e", "c", "d")


def test_all_of_ones_own_are_cancelled_after_a_question(person: Person) -> None:
    page, other = person(), person()
    fill(page)
    start(other, "of another", **LONG)
    show_queue(page)
    page.get_by_role("button", name="Cancel all").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Cancel all 5 generations of yours?")
    question.get_by_role("button", name="Keep them").click()
    expect_waiting(page, "c", "d", "e")
    page.get_by_role("button", name="Cancel all").click()
    question.get_by_role("button", name="Cancel 5").click()
    expect(page.locator("#queue .queue-row[data-state=cancelled]")).to_have_count(5)
    expect(page.locator("#queue [data-ref=counts]")).to_have_text("1 of others")
    show_queue(other)
    expect(other.locator("#queue [data-ref=rows] .queue-prompt")).to_have_text("of another")


def test_a_stranger_sees_a_place_and_nothing_else_and_changes_nothing(person: Person) -> None:
    page, stranger = person(), person()
    ids = [start(page, f"{SECRET} {n}", **LONG) for n in range(3)]
    start(stranger, "my own")
    received: list[str] = []
    stranger.on("response", lambda answer: received.append(answer.url))
    show_queue(stranger)
    expect(stranger.locator("#queue .queue-others p")).to_have_text(
        ["2 generations of others", "Somebody else's"]
    )
    assert SECRET not in stranger.content()
    assert all(id_ not in stranger.content() for id_ in ids)
    stranger.locator(".queue-row[draggable=true]").evaluate(
        "(row, id) => { row.dataset.id = id; }", ids[2]
    )
    button(stranger, "Cancel", "my own").click()
    expect(stranger.locator("#sg-toast")).to_have_text("This generation is not here, or not yours.")
    assert page.evaluate(SHOW, ids[2])["status"] == "queued"


def private_link(page: Page, app: App, id_: str, state: str) -> str:
    """The private link of *id_*, copied from its owner's page once it is in *state*."""
    page.goto(f"{app.url}?job={id_}")
    page.wait_for_selector(f".live[data-job='{id_}'][data-state={state}]")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#sg-toast")).to_have_text("Private link copied.")
    link = str(page.evaluate("navigator.clipboard.readText()"))
    assert re.search(rf"/\?job={id_}&key=.{{22}}$", link)
    return link.removeprefix(app.url)


def test_a_private_link_shows_one_generation_to_another_browser_read_only(
    app: App, person: Person
) -> None:
    page = person()
    other, shared = start(page, "not shared"), start(page, "shared")
    guest = person(private_link(page, app, shared, "finished"))
    guest.wait_for_selector(f".live[data-job='{shared}'][data-state=finished]")
    guest.wait_for_function("() => document.querySelector('.live-final').naturalWidth === 256")
    expect(guest.get_by_text("Shared with you: view only.")).to_be_visible()
    expect(guest.get_by_role("button", name="Copy link")).to_be_hidden()
    guest.click("#live [data-ref=open]")
    expect(guest.get_by_role("dialog")).to_be_visible()
    for name in ("Delete", "Favourite", "Run again"):
        expect(guest.get_by_role("button", name=name)).to_be_hidden()
    for label in ("Note", "Add tags", "Add to a collection"):
        expect(guest.get_by_label(label)).to_be_hidden()
    expect(guest.get_by_role("group", name="Rating")).to_be_hidden()
    assert guest.evaluate(SHOW, other)["error"]
    assert "privateLink" not in guest.evaluate(SHOW, shared)


def test_a_private_link_follows_what_runs_but_cannot_stop_it(app: App, person: Person) -> None:
    page = person()
    shared = start(page, "shared", **LONG)
    guest = person(private_link(page, app, shared, "running"))
    guest.wait_for_selector(f".live[data-job='{shared}'][data-state=running]")
    expect(guest.locator("#stop-button")).to_be_disabled()
    expect(page.locator("#stop-button")).to_be_enabled()
    guest.reload()
    ready(guest)
    guest.wait_for_selector(f".live[data-job='{shared}'][data-state=running]")
    page.click("#stop-button")
    guest.wait_for_selector(".live[data-state=cancelled]")
    expect(guest.get_by_role("button", name="Try again")).to_be_hidden()
    expect(page.locator("#live").get_by_role("button", name="Try again")).to_be_visible()


def test_a_wrong_key_and_an_unknown_generation_get_the_same_sentence(person: Person) -> None:
    page = person()
    mine = start(page, SECRET)
    unknown = mine[:-4] + ("0000" if not mine.endswith("0000") else "1111")
    said = []
    for id_ in (mine, unknown):
        guest = person(f"?job={id_}&key=AAAAAAAAAAAAAAAAAAAAAA")
        sentence = guest.locator("#live [data-ref=lost]")
        expect(sentence).to_be_visible()
        said.append(sentence.inner_text())
        assert SECRET not in guest.content()
        assert "key=" not in guest.url
    assert said[0] == said[1]


def test_a_failed_one_is_explained_in_full_and_tried_again(app: App, person: Person) -> None:
    page = person()
    hostile = "<img src=x onerror=alert(1)> ${alert(2)} {{value}}"
    app.engine.faults.fail("KSampler", NodeFault(message=hostile, count=2))
    start(page, hostile, seed="18446744073709551615")
    show_queue(page)
    failed = page.locator("#queue .queue-row[data-state=failed]")
    expect(failed.locator(".queue-prompt")).to_have_text(hostile)
    expect(failed.locator(".queue-sentence")).not_to_be_empty()
    failed.locator("summary").click()
    expect(failed.locator("pre")).to_contain_text(hostile)
    expect(failed.locator("pre")).to_contain_text('File "')
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_have_count(2)
    failed.first.get_by_role("button", name="Open").click()
    page.wait_for_selector(".live[data-state=failed]")
    page.locator("#live").get_by_role("button", name="Try again").click()
    page.wait_for_selector(".live[data-state=finished]")
    done = page.evaluate(SHOW, page.evaluate("document.querySelector('.live').dataset.job"))
    assert (done["seed"], done["prompt"]) == ("18446744073709551615", hostile)


def test_the_queue_is_followed_while_it_is_shown_and_fits_a_phone(app: App, person: Person) -> None:
    page = person(width=PHONE)
    fill(page)
    start(page, "a long prompt of many words " * 6)
    show_queue(page)
    expect_waiting(page, "c", "d", "e", ("a long prompt of many words " * 6).strip())
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    # The head is told of one's jobs, too, by a watcher that is there to stay.
    expect(page.locator("#tab-queue-button")).to_have_attribute("data-count", re.compile(r"\d"))
    watching = app.studio.generations.watchers
    page.get_by_role("tab", name="Generate").click()
    deadline = page.evaluate("performance.now()") + 8000
    while (
        app.studio.generations.watchers >= watching
        and page.evaluate("performance.now()") < deadline
    ):
        page.wait_for_timeout(100)
    assert app.studio.generations.watchers < watching
