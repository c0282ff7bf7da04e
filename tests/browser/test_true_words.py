"""Every sentence is true when it is read: in Chromium, on a real site whose server goes away."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE, Open, ready
from tests.browser.hosted import App, engine_with_faults, hosted
from tests.browser.test_page import press_generate, state, tab
from tests.support.paths import ROOT

pytestmark = pytest.mark.browser

LIMIT = 100_000
PNG = (ROOT / "docs" / "stats-sql.png").read_bytes()
DROP = """([name, type, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const target = document.querySelector('.live-stage');
  const fire = (kind) => target.dispatchEvent(
    new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  return ['dragover', 'drop'].map((kind) => !fire(kind));
}"""


@pytest.fixture
def app_to_break(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with engine_with_faults() as engine, hosted(tmp_path, monkeypatch, engine) as app:
        yield app


def opened(app: App, context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    page.goto(app.url)
    ready(page)
    return page


def test_waiting_says_why_until_it_does_not_wait_any_more(
    app_to_break: App, context: BrowserContext
) -> None:
    page = opened(app_to_break, context)
    stage, line = page.locator("#live .live-empty"), page.locator("#live .live-now")
    page.evaluate("fetch('api/queue/pause', { method: 'POST' })")
    tab(page, "Queue")
    expect(page.locator("#queue [data-ref=paused]")).to_be_visible()
    tab(page, "Generate")
    press_generate(page, "a patient hill", steps=5)
    expect(stage).to_contain_text("Your queue is paused")
    expect(line).to_have_text("WaitingYour queue is paused")
    expect(page).to_have_title("Paused · Stepglass")
    expect(page.get_by_text("in a moment")).to_be_hidden()
    stage.get_by_role("button", name="Resume queue").click()
    state(page, "finished")
    expect(page).to_have_title("✓ Done (1) · Stepglass")
    app_to_break.engine.close()
    note = page.locator("#choices-note")
    expect(note).to_contain_text("cannot be reached: check that ComfyUI runs there. Jobs wait")
    page.click("#refresh-button")
    expect(note).to_contain_text("The lists are as they were before.")
    press_generate(page, "nobody there", steps=5)
    expect(stage).to_contain_text(re.compile(r"Server unreachable since [\s\S]*Jobs start when"))
    expect(page).to_have_title("Server unreachable · Stepglass")
    tab(page, "Queue")
    row = page.locator("#queue [data-ref=rows] .queue-row")
    expect(row).to_contain_text("Server unreachable since")
    expect(page.locator("#queue [data-ref=stuck]")).to_contain_text("when the server is back.")
    row.get_by_role("button", name="Cancel: “nobody there”").click()
    expect(row).to_have_count(0)
    page.locator("#sg-toast").get_by_role("button", name="Undo").click()
    expect(row).to_have_count(1)


def test_nothing_typed_is_cut_and_what_is_too_long_is_not_sent(open_page: Open) -> None:
    page = open_page()
    prompt = page.locator("#field-prompt textarea")
    prompt.fill("x" * (LIMIT + 20_000))
    prompt.press("End")
    prompt.type("yz")
    note = page.locator(".sg-limit")
    expect(note).to_contain_text("120,002 of 100,000 characters: 20,002 too many. Nothing was cut")
    assert prompt.input_value().endswith("xyz")
    page.click("#generate-button")
    expect(prompt).to_be_focused()
    expect(prompt).to_have_attribute("aria-invalid", "true")
    prompt.fill("short again")
    expect(note).to_have_count(0)
    page.fill("#field-steps input", "3")
    page.click("#generate-button")
    state(page, "finished")
    made = page.evaluate(
        "async () => (await (await fetch('api/generations')).json()).generations"
        ".map((one) => one.prompt)"
    )
    assert made == ["short again"]


def test_a_workflow_counts_at_its_own_field(open_page: Open) -> None:
    page = open_page()
    tab(page, "Workflows")
    page.get_by_role("button", name="Text to image (SD 1.5)").click()
    box = page.locator(".wf-field[data-kind=prompt]").first
    box.locator("textarea").fill("x" * (LIMIT + 1))
    expect(box.locator(".sg-limit")).to_contain_text("100,001 of 100,000 characters: 1 too many.")
    page.click("#workflow-generate")
    expect(box.locator("textarea")).to_be_focused()
    assert page.locator("#workflow-live .live").get_attribute("data-job") is None
    box.locator("textarea").fill("x")
    expect(box.locator(".sg-limit")).to_have_count(0)


def test_a_file_dropped_anywhere_never_makes_the_browser_leave_the_page(open_page: Open) -> None:
    page = open_page()
    address = page.url
    assert page.evaluate(DROP, ["clip.zip", "application/zip", [123, 125]]) == [True, True]
    expect(page.locator("#sg-toast")).to_contain_text("“clip.zip” is not an image.")
    assert page.evaluate(DROP, ["empty.json", "application/json", [123, 125]]) == [True, True]
    expect(page.locator("#sg-toast")).to_contain_text("“empty.json” does not say how an image was")
    for number in (1, 2):  # an empty field, and one that has an image already
        dropped = [f"shot-{number}.png", "image/png", list(PNG)]
        assert page.evaluate(DROP, dropped) == [True, True]
        expect(page.locator("#field-image img")).to_be_visible()
        expect(page.locator("#field-shape input:checked")).to_have_value("Custom")
    assert page.url == address
