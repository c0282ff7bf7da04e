"""The page as an app: it can be installed, is shared to, and says in our words that it is away."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, serving
from tests.browser.shelf import picture
from tests.browser.test_missed import ENDED
from tests.browser.test_queue import start

pytestmark = pytest.mark.browser

SHARE = """([name, type, bytes]) => {
  const form = document.createElement("form"), input = document.createElement("input");
  Object.assign(form, { method: "post", action: "share", enctype: "multipart/form-data" });
  Object.assign(input, { type: "file", name: "image" });
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type }));
  input.files = data.files;
  form.append(input);
  document.body.append(form);
  form.submit();
}"""
"""What a phone does when an image is shared with the installed app."""
LAY = """async (bytes) => {
  const { person } = await (await fetch("api/me")).json();
  const kept = await caches.open("stepglass-shared"), at = new URL("image", document.baseURI);
  const headers = { "Content-Type": "image/png", "X-Name": "fox.png", "X-Person": person };
  await kept.put(at, new Response(new Uint8Array(bytes), { headers }));
}"""
"""What the worker leaves for the page."""
PRESSED = """async (job) => {
  await self.registration.showNotification("Finished", { data: { job } });
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""
CONTROLLED = "() => navigator.serviceWorker.controller"
KEPT = "async () => (await caches.keys())"


def opened(browser: Browser, url: str) -> Page:
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.wait_for_function(CONTROLLED)
    page.wait_for_function("() => document.querySelector('#field-checkpoint input')?.value")
    return page


def test_a_browser_offers_to_install_it(browser: Browser, app: str) -> None:
    page = opened(browser, app)
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    assert (manifest["name"], manifest["display"]) == ("Stepglass", "standalone")
    for icon in manifest["icons"]:
        answer = page.request.get(f"{app}{icon['src'].removeprefix('./')}")
        assert answer.headers["content-type"] == "image/png"
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in errors} <= {"in-incognito"}  # as every test is here
    page.context.close()


def test_an_image_that_is_shared_is_the_forms_and_is_kept_no_longer(
    browser: Browser, app: str
) -> None:
    page = opened(browser, app)
    page.evaluate(SHARE, ["fox.png", "image/png", list(picture(1))])
    page.wait_for_selector("#field-image img")
    expect(page.locator("#sg-toast")).to_contain_text("shared image")
    assert page.evaluate(KEPT) == []
    page.evaluate(SHARE, ["notes.html", "text/html", list(b"<script>1</script>")])
    page.wait_for_load_state()
    page.wait_for_function("() => document.querySelector('#field-checkpoint input')?.value")
    assert page.evaluate(KEPT) == []
    expect(page.locator("#field-image img")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("is_other", [False, True])
def test_what_somebody_shared_is_taken_by_nobody_else(
    browser: Browser, app: str, *, is_other: bool
) -> None:
    page = opened(browser, app)
    page.evaluate(LAY, list(picture(1)))
    if is_other:
        page.context.clear_cookies()  # as another person in this browser
    page.reload()
    if not is_other:
        page.wait_for_selector("#field-image img")
    page.wait_for_function("async () => !(await caches.keys()).length")
    page.wait_for_function("() => document.querySelector('#field-checkpoint input')?.value")
    expect(page.locator("#field-image img")).to_have_count(0 if is_other else 1)
    page.context.close()


def test_what_is_shared_while_nobody_is_known_is_not_kept(browser: Browser, app: str) -> None:
    page = opened(browser, app)
    page.context.route("**/api/me", lambda route: route.fulfill(status=401, body="{}"))
    page.evaluate(SHARE, ["fox.png", "image/png", list(picture(1))])
    expect(page.locator("#sg-toast")).to_contain_text("was not kept")
    assert page.evaluate(KEPT) == []
    assert "shared=" not in page.url
    page.context.close()


def test_a_notification_that_is_pressed_shows_its_job_in_the_open_page(
    browser: Browser, app: str
) -> None:
    page = opened(browser, app)
    page.context.grant_permissions(["notifications"])
    first = start(page, "a grey fox")
    page.wait_for_function(ENDED, arg=first)
    start(page, "a red barn")
    page.get_by_role("tab", name="Gallery").click()
    page.context.service_workers[0].evaluate(PRESSED, first)
    expect(page.get_by_role("tab", name="Generate")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#live .live-final")).to_have_attribute("alt", "a grey fox")
    page.context.close()


def test_nothing_of_the_page_is_kept_by_the_worker(browser: Browser, app: str) -> None:
    page = opened(browser, app)
    page.get_by_role("tab", name="Gallery").click()
    page.reload()
    assert page.evaluate(KEPT) == []
    page.context.close()


def test_an_app_that_is_gone_says_so_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, tmp_path / "data") as url:
        page = opened(browser, url)
        page.context.set_offline(True)
        page.reload()
        expect(page.get_by_role("heading")).to_have_text("Stepglass cannot be reached")
        page.context.set_offline(False)
        expect(page.locator("#field-checkpoint input")).to_have_value(re.compile("demo"))
        page.context.close()
