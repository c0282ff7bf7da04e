"""Every official workflow that was recorded becomes a form, on a server with all the nodes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.catalogue_server import serving
from tests.browser.conftest import PATIENCE, ROOT, free_port, wait_for
from tests.workflow.samples import read

pytestmark = pytest.mark.browser

OPENED = """name => document.querySelector('.wf h2[data-ref=name]').textContent === name
  || !document.querySelector('.wf [data-ref=openError]').hidden"""
MOST_MILLISECONDS = 1000
"""For the middle one of all forms, from the file to the drawn form."""


@pytest.fixture(scope="module")
def app_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an app whose server has the recorded catalogue."""
    folder = tmp_path_factory.mktemp("all")
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("STEPGLASS_", "COMFYUI_"))}
    with serving() as server, (folder / "log").open("wb") as log:
        env |= {"STEPGLASS_DATA_FOLDER": str(folder / "data"), "COMFYUI_URL": server}
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port)],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}/"
            wait_for(url, process, folder / "log")
            yield url
        finally:
            process.terminate()
            process.wait(20)


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
    times, empty = [], []
    for name, workflow in templates.items():
        began, fields = _drawn(page, name, json.dumps(workflow).encode())
        times.append(began)
        if not fields:
            empty.append(name)
        assert not errors, f"{name}: {errors[0]}"
    times.sort()
    print(f"120 forms: median {times[60]:.0f} ms, slowest {times[-1]:.0f} ms")
    assert times[60] < MOST_MILLISECONDS
    assert not empty


def _drawn(page: Page, name: str, data: bytes) -> tuple[float, int]:
    """Milliseconds until the form of *name* stood there, and how many fields it has."""
    start: float = page.evaluate("() => performance.now()")
    file = {"name": f"{name}.json", "mimeType": "application/json", "buffer": data}
    page.set_input_files(".wf [data-ref=file]", file)  # type: ignore[arg-type] # a FilePayload
    page.wait_for_function(OPENED, arg=name)
    refused = page.locator(".wf [data-ref=openError]")
    assert refused.is_hidden(), f"{name}: {refused.inner_text()}"
    page.evaluate(
        "() => document.querySelectorAll('.wf-rest, .wf-group').forEach(e => { e.open = true })"
    )
    page.wait_for_function(
        "() => [...document.querySelectorAll('.wf-group')].every(e => e.querySelector('.wf-field'))"
    )
    ended: float = page.evaluate("() => performance.now()")
    return ended - start, page.locator(".wf-field[data-key]").count()
