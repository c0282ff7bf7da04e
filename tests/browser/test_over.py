"""What is said over everything is seen and reached, and copying works without a clipboard."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import press_generate, state

pytestmark = pytest.mark.browser

HOOK, OTHER = "https://93.184.216.34/hook", "https://93.184.216.34/other"
NO_CLIPBOARD = """(tries) => {
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: undefined });
  const copy = document.execCommand.bind(document);
  window.copied = [];
  document.execCommand = (name) => {
    tries -= 1;
    if (tries >= 0) return false;
    window.copied.push(getSelection().toString() || document.activeElement.value);
    return copy(name);
  };
}"""
"""As over plain http; after *tries* that the browser does not allow."""
ON_TOP = """(e) => {
  const { left, top, width, height } = e.getBoundingClientRect();
  return e.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""


def notifications(page: Page) -> Locator:
    page.locator("[data-notifications]:visible").first.click()
    return page.get_by_role("dialog", name="Notifications")


def add_hook(dialog: Locator, address: str) -> None:
    dialog.get_by_label("Kind").select_option("webhook")
    dialog.get_by_label("Address").fill(address)
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.locator("li", has_text=address)).to_be_visible()


def test_the_secret_of_a_webhook_stays_until_its_dialog_is_closed(open_page: Open) -> None:
    page = open_page()
    dialog = notifications(page)
    add_hook(dialog, HOOK)
    secret = dialog.locator("[data-ref=secret]")
    shown = secret.inner_text()
    assert shown.startswith("whsec_")
    test = dialog.get_by_role("button", name="Test")
    test.click()
    expect(dialog.locator(".notes-last")).not_to_contain_text("Nothing was sent")
    expect(test).to_be_enabled()
    expect(secret).to_have_text(shown)
    page.keyboard.press("Escape")
    dialog = notifications(page)
    expect(dialog.locator("li")).to_have_count(1)
    expect(secret).to_be_hidden()
    add_hook(dialog, OTHER)
    assert secret.inner_text() != shown
    dialog.get_by_role("button", name=f"Remove: {HOOK}").click()
    expect(dialog.locator("li")).to_have_count(1)
    expect(secret).to_be_visible()
    dialog.get_by_role("button", name=f"Remove: {OTHER}").click()
    expect(dialog.locator("li")).to_have_count(0)
    expect(secret).to_be_hidden()


@pytest.mark.parametrize("tries", [0, 1])
def test_without_a_clipboard_it_is_copied_or_offered_within_the_open_dialog(
    open_page: Open, tries: int
) -> None:
    page = open_page()
    dialog = notifications(page)
    add_hook(dialog, HOOK)
    page.evaluate(NO_CLIPBOARD, tries)
    shown = dialog.locator("[data-ref=secret]").inner_text()
    dialog.get_by_role("button", name="Copy").click()
    if tries:
        offered = page.get_by_role("dialog", name="Copy this")
        expect(offered.get_by_label("To copy")).to_have_value(shown)
        offered.get_by_role("button", name="Copy", exact=True).click()
        expect(offered).to_be_hidden()
    expect(page.locator("#sg-toast")).to_have_text("Secret copied.")
    assert page.evaluate("() => window.copied") == [shown]


def test_a_login_that_ended_can_be_renewed_from_an_open_dialog(open_page: Open) -> None:
    page = open_page()
    dialog = notifications(page)
    page.route("**/healthz?out", lambda route: route.fulfill(status=401, body="{}"))
    page.evaluate("() => fetch('healthz?out')")
    log_in = page.locator("#sg-out button")
    expect(log_in).to_be_visible()
    assert page.locator("#sg-out").evaluate(ON_TOP)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    with page.expect_navigation():
        log_in.click()


def test_a_sentence_is_seen_in_full_screen(open_page: Open) -> None:
    page = open_page()
    press_generate(page, "seen whole", steps=2)
    state(page, "finished")
    page.evaluate(
        """() => document.addEventListener("keydown", () =>
          document.querySelector(".live").requestFullscreen(), { once: true })"""
    )
    page.keyboard.press("x")  # without a press a browser fills no screen
    page.wait_for_function("() => document.fullscreenElement")
    page.evaluate("() => dispatchEvent(new Event('offline'))")
    note = page.locator("#sg-away")
    expect(note).to_be_visible()
    assert note.evaluate(ON_TOP)
    page.evaluate("() => document.exitFullscreen()")
    expect(page.locator("body > #sg-away")).to_be_visible()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(note).to_have_count(0)
