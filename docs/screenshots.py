"""Take the pictures in docs/ from a running Stepglass: `python docs/screenshots.py [URL]`.

It makes a few generations first, so that the gallery has something to show. Needs playwright
and a Chromium. Those of the Stats tab are of weeks of records: `python -m docs.stats_pictures`.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860/"
WIDE, PHONE = 1280, 390
SHOWN = "a lighthouse on a cliff at dusk, oil painting"
PROMPTS = (
    ("a fox in the snow, watercolor", "Portrait"),
    ("a city at night, neon rain", "Wide"),
    ("a lake under mountains, morning mist", "Landscape"),
    ("a sailing boat at sunset", "Square"),
    ("a forest in autumn", "Tall"),
    ("desert dunes under stars", "Landscape"),
    ("a harbour at dawn, watercolor", "Square"),
    ("a castle on a hill, storm", "Portrait"),
)
PATIENCE = 120_000


def main() -> None:
    """Generate, then photograph every tab at both widths."""
    with sync_playwright() as driver:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        kept = _fill(browser)
        for width in (WIDE, PHONE):
            for theme in ("light", "dark"):
                _photograph(browser, kept, width, theme)
        browser.close()


def _fill(browser: Browser) -> str:
    """Make the generations; return the profile that owns them."""
    state = str(HERE / ".profile.json")
    page = _page(browser, WIDE, "light", None)
    for prompt, shape in PROMPTS:
        page.get_by_text(shape, exact=True).click()
        page.fill("#field-prompts input", "2")
        _generate(page, prompt)
        page.wait_for_selector(".live[data-live=false][data-state=finished]")
    page.context.storage_state(path=state)
    page.context.close()
    return state


def _photograph(browser: Browser, kept: str, width: int, theme: str) -> None:
    page = _page(browser, width, theme, kept)
    suffix = f"{width}-{theme}.png"
    page.get_by_text("Landscape", exact=True).click()
    _generate(page, SHOWN)
    page.wait_for_function(
        "() => Number(document.querySelector('[data-ref=bar]').ariaValueNow) > 72"
    )
    page.evaluate("() => scrollTo(0, 0)")
    page.screenshot(path=HERE / f"generate-running-{suffix}", full_page=width == PHONE)
    page.wait_for_selector(".live[data-state=finished]")
    page.wait_for_function("() => document.querySelector('.live-final').naturalWidth > 0")
    page.screenshot(path=HERE / f"generate-{suffix}", full_page=width == PHONE)
    if theme == "light":
        _queue(page, suffix)
        _workflows(page, suffix)
    _gallery(page, suffix)
    if theme == "light":
        _gallery_at_work(page, suffix)
    page.context.close()


def _queue(page: Page, suffix: str) -> None:
    page.get_by_role("tab", name="Queue").click()
    page.wait_for_timeout(1000)  # nothing says that a queue without entries is complete
    page.screenshot(path=HERE / f"queue-{suffix}")


def _workflows(page: Page, suffix: str) -> None:
    page.get_by_role("tab", name="Workflows").click()
    preset = page.locator("[data-ref=shipList] button", has_text="Text to image (SD 1.5)")
    another = page.get_by_role("button", name="Open…")
    preset.or_(another).filter(visible=True).first.wait_for()
    if another.is_visible():  # the form that was opened at another width is open still
        another.click()
    preset.click()
    page.locator(".wf-field[data-kind=prompt] textarea").first.fill("a lighthouse, ink drawing")
    page.click("#workflow-generate")
    page.wait_for_selector("#workflow-live .live[data-live=true]")
    page.wait_for_selector("#workflow-live .live[data-state=finished]")
    page.wait_for_function(
        "() => document.querySelector('#workflow-live .live-final').naturalWidth > 0"
    )
    page.wait_for_timeout(1500)  # on a phone the page still glides to the image
    page.evaluate("() => scrollTo({ top: 0, behavior: 'instant' })")
    page.wait_for_timeout(300)
    page.screenshot(path=HERE / f"workflows-{suffix}")


def _gallery(page: Page, suffix: str) -> None:
    page.get_by_role("tab", name="Gallery").click()
    page.wait_for_function(
        """() => { const all = [...document.querySelectorAll('.gallery-tile img')];
        return all.length > 5 && all.every((i) => i.naturalWidth); }"""
    )
    page.screenshot(path=HERE / f"gallery-{suffix}")
    page.locator(".gallery-tile").nth(1).click()
    page.wait_for_selector("dialog .full-rows dd")
    page.wait_for_function("() => !document.querySelector('.full-stage img').src.includes('thumb')")
    _mark(page)
    page.screenshot(path=HERE / f"full-view-{suffix}")
    page.keyboard.press("Escape")


def _gallery_at_work(page: Page, suffix: str) -> None:
    page.evaluate("() => scrollTo(0, 0)")
    for number in (2, 4):
        page.locator(".gal-check").nth(number).evaluate("(e) => e.click()")
    page.locator(".gal-bar").wait_for()
    page.wait_for_timeout(300)  # the pictures shrink as they are selected
    page.screenshot(path=HERE / f"gallery-selection-{suffix}")
    page.keyboard.press("c")
    page.wait_for_selector(".cmp-differs td")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.cmp-pair img')].every((i) => i.naturalWidth)"
    )
    page.screenshot(path=HERE / f"gallery-compare-{suffix}")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("dialog").get_by_role("button", name="3 stars").click()
    page.wait_for_selector("[data-filter=size] option:nth-child(3)", state="attached")
    page.screenshot(path=HERE / f"gallery-filters-{suffix}")


def _mark(page: Page) -> None:
    """Give the open picture a rating, a heart, a tag and a collection."""
    full = page.locator("dialog.full")
    full.get_by_role("group", name="Rating").wait_for()
    page.keyboard.press("4")
    if full.get_by_role("button", name="Favourite").get_attribute("aria-pressed") == "false":
        page.keyboard.press("f")
    for label, words in (
        ("Add tags", "series, wallpaper"),
        ("Add to a collection", "For the wall"),
    ):
        full.get_by_label(label).fill(words)
        page.keyboard.press("Enter")
    full.get_by_label("Close").focus()
    page.wait_for_timeout(500)  # kept by now


def _page(browser: Browser, width: int, theme: str, kept: str | None) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width == PHONE else 900},
        color_scheme="dark" if theme == "dark" else "light",
        storage_state=kept,
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(URL)
    page.wait_for_function("() => document.querySelector('#field-checkpoint input')?.value")
    return page


def _generate(page: Page, prompt: str) -> None:
    page.fill("#field-prompt textarea", prompt)
    before = page.evaluate("() => document.querySelector('.live').dataset.job ?? ''")
    page.click("#generate-button")
    page.wait_for_function(
        "(before) => document.querySelector('.live').dataset.job !== before", arg=before
    )


if __name__ == "__main__":
    try:
        main()
    finally:
        (HERE / ".profile.json").unlink(missing_ok=True)
