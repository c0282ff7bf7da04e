"""The login as a person meets it, in Chromium."""

import shutil

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.web.conftest import Serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium was found on this machine"),
]


def log_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_a_stranger_logs_in_and_lands_where_they_wanted_to(serve: Serve) -> None:
    served = serve(auth=["ann:pw-ann"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.goto(f"{served.url}/?job=1&key=2")
        log_in(page, "ann", "<b>wrong</b>")
        expect(page.get_by_role("alert")).to_have_text("Wrong name or password.")
        expect(page.get_by_label("Name")).to_have_value("ann")
        expect(page.get_by_label("Password")).to_be_focused()
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.size)") == 1
        log_in(page, "ann", "pw-ann")
        expect(page.locator("#answer textarea, #answer input")).to_have_value("user:ann ann")
        assert page.url == f"{served.url}/?job=1&key=2"
        page.goto(f"{served.url}/logout")
        expect(page.get_by_role("button", name="Log in")).to_be_visible()
        browser.close()


def test_without_a_login_two_browsers_are_two_owners_and_stay_so(serve: Serve) -> None:
    served = serve()
    seen = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for context in (browser.new_context(), browser.new_context()):
            page = context.new_page()
            for _ in range(2):  # the second load is a reload
                page.goto(served.url)
                answer = page.locator("#answer textarea, #answer input")
                expect(answer).not_to_have_value("")
                seen.append(answer.input_value())
        browser.close()
    assert seen[0] == seen[1] != seen[2] == seen[3]
    assert all(owner.startswith("browser:") for owner in seen)
