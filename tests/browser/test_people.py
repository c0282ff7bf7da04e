"""Who one is, as people meet it: log out, pair a phone, and a browser that keeps no cookies."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import FLAGS, NO_WORKERS, PATIENCE, PHONE, WIDE, ready, serving


def visit(browser: Browser, url: str, width: int = WIDE) -> Page:
    """Open *url* in a browser that nobody used yet."""
    context = browser.new_context(
        service_workers=NO_WORKERS, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    return page


def log_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("accounts")
    with serving(folder, folder / "data", STEPGLASS_AUTH="ann:pw-ann\nbob:pw-bob") as url:
        yield url


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app as somebody starts it at home: by the address, one person's."""
    folder = tmp_path_factory.mktemp("one")
    with serving(folder, folder / "data", STEPGLASS_PEOPLE="") as url:
        yield url


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_button_logs_out_and_another_everywhere(
    accounts: str, browser: Browser, width: int
) -> None:
    here, phone = visit(browser, accounts, width), visit(browser, accounts, PHONE)
    for page in (here, phone):
        log_in(page, "ann", "pw-ann")
        ready(page)
    here.get_by_role("button", name="Log out", exact=True).click()
    expect(here.get_by_role("button", name="Log in")).to_be_visible()
    phone.reload()
    ready(phone)
    log_in(here, "ann", "pw-ann")
    ready(here)
    here.get_by_role("button", name="ann", exact=True).click()
    expect(here.get_by_role("heading", name="Logged in as ann")).to_be_visible()
    here.get_by_role("button", name="Log out everywhere").click()
    expect(here.get_by_role("button", name="Log in")).to_be_visible()
    # An open page says so once, and covers nothing with an error for each thing that it asks.
    expect(phone.get_by_role("alert").get_by_text("You are logged out here")).to_be_visible()
    with phone.expect_response(lambda answer: answer.status == 401):
        pass  # the header asks every few seconds
    expect(phone.locator("#sg-out")).to_have_count(1)
    expect(phone.locator(".toast-wrap")).to_be_hidden()
    phone.get_by_role("button", name="Log in").click()
    expect(phone.get_by_label("Password")).to_be_visible()


def test_a_wrong_password_keeps_the_name(accounts: str, browser: Browser) -> None:
    page = visit(browser, accounts)
    log_in(page, "ann", "wrong")
    expect(page.get_by_role("alert")).to_have_text("Wrong name or password.")
    expect(page.get_by_label("Name")).to_have_value("ann")
    expect(page.get_by_label("Password")).to_be_focused()


def test_a_phone_joins_the_browser_whose_code_it_scans(app: str, browser: Browser) -> None:
    desk, phone = visit(browser, app), visit(browser, app, PHONE)
    ready(desk)
    ready(phone)
    desk.get_by_role("button", name="Your devices only").click()
    expect(desk.get_by_role("img", name="QR code of the link")).to_be_visible()
    with desk.expect_response("**/api/pair") as answer:
        desk.get_by_role("button", name="Close").click()
        desk.get_by_role("button", name="Your devices only").click()
    link = answer.value.json()["link"]
    phone.goto(link)
    phone.get_by_role("button", name="Join").click()
    ready(phone)
    mine = "fetch('api/pair', {method: 'POST'}).then(r => r.ok)"
    assert phone.evaluate(mine)
    names = [
        {c["name"]: c["value"] for c in page.context.cookies() if "browser" in c.get("name", "")}
        for page in (desk, phone)
    ]
    assert names[0] == names[1] != {}
    third = visit(browser, link, PHONE)
    expect(third.get_by_role("alert")).to_contain_text("does not work any more")


def test_at_home_all_browsers_and_names_are_one_person(one: str, browser: Browser) -> None:
    here = visit(browser, one)
    ready(here)
    here.get_by_label("Prompt", exact=True).fill("a red fox")
    here.get_by_role("button", name="Generate", exact=True).click()
    here.wait_for_function("() => document.querySelector('.live')?.dataset.state === 'finished'")
    here.get_by_role("button", name="Renew link").click()
    here.get_by_role("button", name="Renew", exact=True).click()
    expect(here.get_by_text("The old link no longer works")).to_be_visible()
    other = visit(browser, one.replace("127.0.0.1", "localhost"))
    ready(other)
    other.get_by_role("tab", name="Gallery").click()
    expect(other.locator("#tab-gallery img").first).to_be_visible()
    other.get_by_role("button", name="Phone").click()
    expect(other.get_by_text("--host 0.0.0.0 --auth NAME:PASSWORD")).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_browser_that_keeps_no_cookies_is_told(
    app: str, playwright: Playwright, chromium: str, tmp_path: Path, width: int
) -> None:
    (tmp_path / "Default").mkdir()
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(blocked))
    context = playwright.chromium.launch_persistent_context(
        tmp_path,
        executable_path=chromium,
        args=FLAGS,
        viewport={"width": width, "height": 900},
    )
    page = context.pages[0]
    page.set_default_timeout(PATIENCE)
    page.goto(app)
    note = page.get_by_text("This browser keeps no cookies here")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Allow cookies for this site")
    context.close()


def test_a_browser_with_cookies_is_told_nothing(app: str, browser: Browser) -> None:
    page = visit(browser, app)
    ready(page)
    expect(page.get_by_role("button", name="Your devices only")).to_be_visible()
    expect(page.get_by_text("keeps no cookies")).to_be_hidden()
