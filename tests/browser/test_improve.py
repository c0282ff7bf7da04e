"""A prompt improved at the button: what would change is seen first, and nothing typed is lost."""

import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import NO_WORKERS, serving
from tests.support.sources import Source, as_json

pytestmark = pytest.mark.browser

PROMPT = "#field-prompt textarea"
BETTER = "a red fox in deep snow, <lora:fox:0.8>"


def test_a_prompt_is_improved_accepted_and_given_back(tmp_path: Path, browser: Browser) -> None:
    answer = as_json({"choices": [{"message": {"content": BETTER}}]})
    answer.held = threading.Event()
    with Source({"POST /v1/chat/completions": answer}) as source:
        settings = {
            "STEPGLASS_IMPROVE_URL": f"{source.url}/v1",
            "STEPGLASS_IMPROVE_MODEL": "m",
            "STEPGLASS_IMPROVE_KEY": "sk-browser-secret",
        }
        with serving(tmp_path, tmp_path / "data", **settings) as address:
            page = browser.new_context(service_workers=NO_WORKERS).new_page()
            page.goto(address)
            box, line = page.locator(PROMPT), page.locator("#improve")
            expect(page.locator("#field-checkpoint input")).not_to_have_value("")
            box.fill("a fox <lora:fox:0.8>")
            line.get_by_role("button", name="Improve the prompt").click()
            expect(line.get_by_role("button", name="Cancel")).to_be_focused()
            box.press_sequentially(" at night")
            answer.held.set()
            expect(line.locator("ins").first).to_contain_text("added:")
            expect(line).to_contain_text("You have changed it since")
            expect(box).to_have_value("a fox <lora:fox:0.8> at night")
            line.get_by_role("button", name="Accept").click()
            expect(box).to_have_value(BETTER)
            line.get_by_role("button", name="Undo").click()
            expect(box).to_have_value("a fox <lora:fox:0.8> at night")
            assert "sk-browser-secret" not in page.content()
            page.context.close()
        assert "sk-browser-secret" not in (tmp_path / "log.txt").read_text(encoding="utf-8")
