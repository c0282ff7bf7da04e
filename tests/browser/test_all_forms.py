"""Every official workflow that was recorded becomes a form, on a server with all the nodes."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.catalogue_server import serving as every_node
from tests.browser.conftest import PATIENCE, serving
from tests.comfy.workflow.form.test_dynamic_combo import GRAPH
from tests.support.workflow_samples import read

pytestmark = pytest.mark.browser

OPENED = """name => document.querySelector('.wf h2[data-ref=name]').textContent === name
  || !document.querySelector('.wf [data-ref=openError]').hidden"""


@pytest.fixture(scope="module")
def app_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an app whose server has the recorded catalogue."""
    folder = tmp_path_factory.mktemp("all")
    with (
        every_node() as server,
        serving(folder, folder / "data", COMFYUI_URL=server.url) as url,
    ):
        yield url


def test_every_workflow_draws_without_an_error(app_of_all: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(app_of_all)
    page.get_by_role("tab", name="Workflows").click()
    page.wait_for_selector(".wf [data-ref=start]:not([hidden])")
    templates = read("templates")
    assert len(templates) == 120
    for name, workflow in templates.items():
        assert _drawn(page, name, json.dumps(workflow).encode()) > 0, name
        assert not errors, f"{name}: {errors[0]}"


def _drawn(page: Page, name: str, data: bytes) -> int:
    """Open *name*; return how many fields its form has once all of it is drawn."""
    file = {"name": f"{name}.json", "mimeType": "application/json", "buffer": data}
    page.set_input_files(".wf [data-ref=file]", file)  # type: ignore[arg-type] # a FilePayload
    page.wait_for_function(OPENED, arg=name.removesuffix(".app"))
    refused = page.locator(".wf [data-ref=openError]")
    assert refused.is_hidden(), f"{name}: {refused.inner_text()}"
    page.evaluate(
        "() => document.querySelectorAll('.wf-rest, .wf-group').forEach(e => { e.open = true })"
    )
    page.wait_for_function(
        "() => [...document.querySelectorAll('.wf-group')].every(e => e.querySelector('.wf-field'))"
    )
    return page.locator(".wf-field[data-key]").count()


def test_another_option_brings_its_fields_and_what_was_typed_comes_back(
    app_of_all: str, context: BrowserContext
) -> None:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    page.goto(app_of_all)
    page.get_by_role("tab", name="Workflows").click()
    page.wait_for_selector(".wf [data-ref=start]:not([hidden])")
    _drawn(page, "resize", json.dumps(GRAPH).encode())
    box = page.locator(".wf-field[data-key='2.resize_type']")
    width = page.locator(".wf-field[data-key='2.resize_type.width'] input[type=number]")
    multiplier = page.locator(".wf-field[data-key='2.resize_type.multiplier'] input[type=number]")
    width.fill("333")
    box.locator("select").select_option("scale by multiplier")
    multiplier.wait_for()
    expect(width).to_have_count(0)
    expect(box.locator("select")).to_be_focused()
    multiplier.fill("1.5")
    box.locator("select").select_option("scale dimensions")
    expect(width).to_have_value("333")
    box.locator("select").select_option("scale by multiplier")
    expect(multiplier).to_have_value("1.5")
    page.reload()
    expect(page.locator(".wf h2[data-ref=name]")).to_have_text("resize")
    page.evaluate("() => document.querySelectorAll('details').forEach(e => { e.open = true })")
    expect(multiplier).to_have_value("1.5")
    with page.expect_download() as download:
        page.click(".wf [data-ref=share]")
    shared = json.loads(download.value.path().read_text())
    inputs = shared["graph"]["2"]["inputs"]
    assert inputs["resize_type"] == "scale by multiplier"
    assert inputs["resize_type.multiplier"] == 1.5
    assert "resize_type.width" not in inputs
    box.get_by_label("back to the default").click()
    expect(width).to_have_value("333")
