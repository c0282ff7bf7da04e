"""The page as a person uses it, in Chromium, on the demo engine."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LONG, NO_WORKERS, PHONE, WIDE, Open, ready

pytestmark = pytest.mark.browser

WATCH = """() => {
  const bar = document.querySelector('[data-ref=bar]');
  const img = document.querySelector('[data-ref=preview]');
  window.seen = { percent: [], previews: new Set(), steps: new Set() };
  const look = () => {
    window.seen.percent.push(Number(bar.getAttribute('aria-valuenow')));
    window.seen.steps.add(document.querySelector('[data-ref=step]').textContent);
    if (img.src) window.seen.previews.add(img.src);
  };
  new MutationObserver(look).observe(document.querySelector('.live'),
    { subtree: true, attributes: true, attributeFilter: ['aria-valuenow', 'src'] });
}"""


def state(page: Page, wanted: str) -> None:
    page.wait_for_selector(f".live[data-state={wanted}]")


def press_generate(page: Page, prompt: str, *, steps: int = 20, prompts: int = 1) -> None:
    page.fill("#field-prompt textarea", prompt)
    page.fill("#field-steps input", str(steps))
    page.fill("#field-prompts input", str(prompts))
    page.click("#generate-button")


def press_long(page: Page, prompt: str, *, prompts: int = 1) -> None:
    """Generate what outlasts the test."""
    for side in ("width", "height"):
        page.fill(f"#field-{side} input", str(LONG[side]))
    press_generate(page, prompt, steps=LONG["steps"], prompts=prompts)


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def shown_pictures(page: Page) -> int:
    return int(page.evaluate("() => document.querySelector('.live-final').naturalWidth"))


def test_a_generation_is_seen_from_noise_to_picture(open_page: Open) -> None:
    page = open_page()
    page.evaluate(WATCH)
    press_generate(page, "a lighthouse at dusk")
    state(page, "running")
    expect(page.locator("[data-ref=step]")).to_have_text(re.compile(r"step \d+ of 20"))
    expect(page.locator("[data-ref=chipText]")).to_have_text("Connected")
    expect(page.locator("[data-ref=speed]")).to_have_text(re.compile(r"\d it/s|s/it"))
    state(page, "finished")
    page.wait_for_function("() => document.querySelector('.live-final').naturalWidth === 512")
    seen = page.evaluate(
        "() => ({ ...seen, previews: seen.previews.size, steps: seen.steps.size })"
    )
    assert seen["percent"] == sorted(seen["percent"])
    assert seen["percent"][-1] == 100
    assert seen["previews"] >= 5
    assert seen["steps"] >= 10
    assert "job=" in page.url
    with page.expect_download() as download:
        page.click("[data-ref=download]")
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_reload_in_the_middle_comes_back_to_the_same_generation(open_page: Open) -> None:
    page = open_page()
    press_long(page, "a slow lake")
    state(page, "running")
    page.wait_for_function("() => document.querySelector('[data-ref=bar]').ariaValueNow > 1")
    before = page.evaluate(
        "() => [document.querySelector('.live').dataset.job, "
        "Number(document.querySelector('[data-ref=bar]').ariaValueNow)]"
    )
    page.reload()
    state(page, "running")
    after = page.evaluate(
        "() => [document.querySelector('.live').dataset.job, "
        "Number(document.querySelector('[data-ref=bar]').ariaValueNow)]"
    )
    assert after[0] == before[0]
    assert after[1] >= before[1]
    expect(page.locator("#field-prompt textarea")).to_have_value("a slow lake")
    page.click("#stop-button")
    state(page, "cancelled")
    # What has no snapshot any more keeps its bar by the record: at the value that was last shown.
    bar = page.locator("#live [data-ref=bar]")
    kept = bar.get_attribute("aria-valuenow") or ""
    assert int(kept) >= after[1] > 1
    page.reload()
    state(page, "cancelled")
    expect(bar).to_have_attribute("aria-valuenow", kept)
    expect(page.locator("#live [data-ref=percent]")).to_be_empty()


def test_a_new_page_finds_what_runs_without_a_link(open_page: Open) -> None:
    first = open_page()
    press_long(first, "a slow hill")
    state(first, "running")
    second = open_page()
    state(second, "running")
    second.click("#stop-button")
    for page in (first, second):
        state(page, "cancelled")


def test_cancel_ends_the_running_job_and_offers_the_rest_with_a_way_back(open_page: Open) -> None:
    page = open_page()
    press_long(page, "another press")
    state(page, "running")
    press_long(page, "four of them", prompts=4)
    expect(page.locator("#tab-queue-button")).to_have_attribute("data-count", "5")
    offer = page.locator(".live-offer")
    page.click("#stop-button")
    expect(page.locator("[data-ref=groupText]")).to_have_text("Job 1 of 4")
    expect(offer).to_contain_text("4 other jobs of yours: see Queue")
    state(page, "running")
    page.click("#stop-button")
    expect(offer).to_contain_text("3 more of this press remain · Cancel them too")
    expect(page.locator("[data-ref=groupText]")).to_have_text("Job 2 of 4")
    expect(page.locator(".live-parts i[data-state=cancelled]")).to_have_count(1)
    offer.get_by_role("button", name="Cancel them too").click()
    expect(page.locator(".live")).to_have_attribute("data-live", "false")
    expect(page.locator(".live-parts i[data-state=cancelled]")).to_have_count(4)
    expect(page.locator("#stop-button")).to_be_disabled()
    assert page.title() == "Cancelled · Stepglass"
    bar = page.locator("#live [data-ref=bar]")
    assert int(bar.get_attribute("aria-valuenow") or 0) < 99
    expect(page.locator("#live [data-ref=percent]")).to_be_empty()
    offer.get_by_role("button", name="Undo").click()
    expect(page.locator(".live")).to_have_attribute("data-live", "true")
    expect(page.locator(".live-parts i[data-state=cancelled]")).to_have_count(3)
    page.click("#stop-button")
    state(page, "cancelled")


def test_a_second_press_is_another_thread(open_page: Open) -> None:
    page = open_page()
    press_long(page, "the first")
    state(page, "running")
    first = page.locator(".live").get_attribute("data-job")
    press_generate(page, "the second", steps=6)
    expect(page.locator("#tab-queue-button")).to_have_attribute("data-count", "2")
    expect(page.locator("[data-ref=group]")).to_be_hidden()
    expect(page.locator(".live")).to_have_attribute("data-job", first or "")
    page.click("#stop-button")
    state(page, "finished")
    expect(page.locator(".live")).not_to_have_attribute("data-job", first or "")
    assert page.title() == "✓ Done (1) · Stepglass"


def test_the_gallery_shows_finds_deletes_and_brings_back(open_page: Open) -> None:
    page = open_page()
    press_generate(page, "a red barn in a field", steps=6)
    state(page, "finished")
    tab(page, "Gallery")
    expect(page.locator(".gallery-tile")).to_have_count(1)
    page.fill("#gallery-query", "penguin")
    expect(page.locator("[data-ref=emptyTitle]", has_text="Nothing found")).to_be_visible()
    page.fill("#gallery-query", "barn")
    expect(page.locator(".gallery-tile")).to_have_count(1)
    page.locator(".gallery-tile").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.full")
    expect(dialog.locator(".full-prompt")).to_have_text("a red barn in a field")
    for name in ("Checkpoint", "Seed", "Size", "Steps", "CFG", "Sampler", "Scheduler", "Time"):
        expect(dialog.get_by_text(name, exact=True)).to_be_visible()
    page.click("dialog.full [data-ref=remove]")
    expect(page.locator(".gallery-tile")).to_have_count(0)
    page.click("#sg-toast button")
    expect(page.locator(".gallery-tile")).to_have_count(1)


def test_arrows_and_escape_work_in_the_full_view(open_page: Open) -> None:
    page = open_page()
    press_generate(page, "twins", steps=4, prompts=2)
    page.wait_for_selector(".live[data-live=false]")
    tab(page, "Gallery")
    page.locator(".gallery-tile").first.click()
    seed = page.locator("dialog .full-rows div", has_text="Seed")
    first = seed.inner_text()
    page.keyboard.press("ArrowRight")
    expect(seed).not_to_have_text(first)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("dialog [data-ref=back]")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.full")).not_to_be_visible()


def test_use_these_settings_fills_the_form_and_shows_it(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Landscape", exact=True).click()
    page.fill("#field-seed input, #field-seed textarea", str(2**64 - 1))
    press_generate(page, "exactly this", steps=5)
    state(page, "finished")
    page.fill("#field-prompt textarea", "something else")
    tab(page, "Gallery")
    page.locator(".gallery-tile").first.click()
    page.click("dialog [data-ref=use]")
    expect(page.locator("#field-prompt textarea")).to_have_value("exactly this")
    expect(page.locator("#field-prompt textarea")).to_be_visible()
    expect(page.locator("#field-seed input, #field-seed textarea")).to_have_value(str(2**64 - 1))
    expect(page.locator("#field-steps input")).to_have_value("5")
    expect(page.locator("#field-width input")).to_have_value("576")


def test_stats_count_it_and_say_where_its_time_went(open_page: Open) -> None:
    page = open_page()
    press_generate(page, "counted", steps=6)
    state(page, "finished")
    tab(page, "Stats")
    expect(page.locator(".stats-card", has_text="Images").locator(".stats-number")).to_have_text(
        "1"
    )
    expect(page.locator("#stats-days.js-plotly-plot")).to_be_visible()
    expect(page.locator("#stats-seconds.js-plotly-plot")).to_be_visible()
    expect(page.locator(".fall-row", has_text="In the queue")).to_be_visible()
    expect(page.locator(".fall-track i[data-activity=sampling]")).to_be_visible()
    expect(page.locator(".stats-legend", has_text="sampling")).to_be_visible()


@pytest.mark.parametrize(
    "prompt",
    [
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "${alert(1)} `+alert(2)+` {{alert(3)}} {{{this}}} \\",
        "</textarea><svg onload=alert(1)> & 🦊 \u202e",
    ],
)
def test_a_prompt_is_only_ever_text(open_page: Open, prompt: str) -> None:
    page = open_page()
    press_generate(page, prompt, steps=3)
    state(page, "finished")
    tab(page, "Gallery")
    page.locator(".gallery-tile").first.click()
    expect(page.locator("dialog .full-prompt")).to_have_text(prompt)
    page.click("dialog [data-ref=more]")
    page.get_by_role("menuitem", name="Timing").click()
    expect(page.locator(".fall-row").first).to_be_visible()
    page.reload()
    ready(page)
    expect(page.locator("#field-prompt textarea")).to_have_value(prompt)


def test_a_wrong_size_is_said_at_the_field_and_starts_nothing(open_page: Open) -> None:
    page = open_page()
    page.fill("#field-width input", "100")
    press_generate(page, "odd")
    expect(page.locator(".field-error")).to_have_text("Width must be a multiple of 8 (try 96).")
    expect(page.locator("#field-width input")).to_have_attribute("aria-invalid", "true")
    assert page.locator(".live[data-live=true]").count() == 0


def test_an_unknown_checkpoint_is_explained_where_one_looks(open_page: Open) -> None:
    page = open_page()
    page.fill("#field-checkpoint input", "demo-landscape.safetensors")
    page.keyboard.press("Enter")
    press_generate(page, "x")
    state(page, "failed")
    expect(page.locator("[data-ref=errorText]")).to_contain_text("demo-landscape")


@pytest.mark.parametrize("content", [b"no picture", b"\x89PNG\r\n\x1a\ncut short", b""])
def test_a_file_that_is_no_picture_is_refused_in_a_sentence(
    open_page: Open, tmp_path: Path, content: bytes
) -> None:
    page = open_page()
    file = tmp_path / "picture.png"
    file.write_bytes(content)
    page.click("#img2img > button")
    page.set_input_files("#field-image input[type=file]", file)
    expect(page.locator(".field-error")).to_have_text(re.compile(r"^(The|This) (image|file) .*\.$"))


def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = open_page()
    page.fill("#field-steps input", "900")
    page.focus("#field-prompt textarea")
    page.keyboard.type("typed and sent")
    page.keyboard.press("Control+Enter")
    state(page, "running")
    page.focus("#stop-button")
    page.keyboard.press("Enter")
    state(page, "cancelled")


def test_a_link_shows_nothing_to_somebody_else(open_page: Open, browser: Browser) -> None:
    page = open_page()
    press_generate(page, "mine alone", steps=4)
    state(page, "finished")
    stranger = browser.new_context(service_workers=NO_WORKERS).new_page()
    stranger.goto(page.url)
    ready(stranger)
    expect(stranger.locator("[data-ref=lost]")).to_contain_text("This link does not work")
    assert "mine alone" not in stranger.content()
    stranger.context.close()


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_sticks_out_at_any_width(open_page: Open, width: int, theme: str) -> None:
    page = open_page(f"?__theme={theme}", width)
    for name in ("Generate", "Gallery", "Stats"):
        tab(page, name)
        page.wait_for_timeout(100)
        over = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, name
    dark = page.evaluate("() => document.body.classList.contains('dark')")
    assert dark == (theme == "dark")


def test_every_field_and_the_bar_can_be_said_by_a_screen_reader(open_page: Open) -> None:
    page = open_page()
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('#generate-grid :is(input, textarea, button)')]
        .filter((e) => e.offsetParent && !(e.labels?.length || e.ariaLabel || e.textContent.trim()
          || e.title || e.type === 'file'))
        .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []
    expect(
        page.get_by_role("progressbar", name="Progress of this generation", include_hidden=True)
    ).to_have_attribute("aria-valuemax", "100")
    expect(page.locator(".live [role=status][aria-live=polite]")).to_have_count(1)


def test_the_page_says_that_it_is_the_demo_engine(open_page: Open) -> None:
    page = open_page()
    expect(page.locator(".top-demo")).to_contain_text("Demo engine — not a diffusion model")
