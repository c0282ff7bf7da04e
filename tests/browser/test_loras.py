"""The list of LoRAs on Generate: filled, ordered, weighed, taken back; kept, and used again."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_tasks import GENERATE, PROMPT, finished, record

pytestmark = pytest.mark.browser

ROWS = ".loras-row"
GOLD, SOFT, GRAIN = (
    f"demo-{one}.safetensors" for one in ("golden-hour", "soft-focus", "film-grain")
)


def shown(page: Page) -> Any:
    return page.locator(ROWS).evaluate_all(
        """(rows) => rows.map((row) => [row.querySelector("[role=combobox]").value,
             Number(row.querySelector("[type=number]").value),
             row.querySelector("[type=checkbox]").checked])"""
    )


def test_a_list_of_loras_is_made_by_keys_and_comes_back_with_what_it_made(open_page: Open) -> None:
    page = open_page()
    page.fill(PROMPT, "a harbour")
    page.fill("#field-steps input", "4")
    page.locator("#lora-add").focus()
    for name in ("golden", "soft", "grain"):
        page.keyboard.type(name)
        expect(page.get_by_role("option")).to_have_count(1)
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(ROWS)).to_have_count(3)
    page.locator(ROWS).nth(1).locator("[type=number]").fill("0.4")
    page.locator(ROWS).nth(1).locator("[type=range]").press("Alt+ArrowUp")
    expect(page.get_by_role("button", name=f"Move {SOFT} down")).to_be_focused()
    page.get_by_label(f"Use {GOLD}").uncheck()
    wanted = [[SOFT, 0.4, True], [GOLD, 1, False], [GRAIN, 1, True]]
    assert shown(page) == wanted
    page.get_by_role("button", name=f"Remove {GRAIN}").click()
    expect(page.locator(ROWS)).to_have_count(2)
    page.locator("#sg-toast button").click()
    assert shown(page) == wanted
    page.reload()
    expect(page.locator(ROWS)).to_have_count(3)
    assert shown(page) == wanted

    page.fill(PROMPT, "a harbour <lora:gold:1>")
    said = f"LoRA “gold” is not on this server; the nearest is “{GOLD}”."
    expect(page.locator("#named-loras p")).to_have_text(said)
    page.click(GENERATE)
    expect(page.locator(".field-error")).to_contain_text(said)
    page.fill(PROMPT, "a harbour <lora:DEMO-film-grain:0.3>")
    expect(page.locator("#named-loras p")).to_be_hidden()
    page.click(GENERATE)
    finished(page)
    made = record(page)
    assert made["prompt"] == "a harbour"
    assert [(one["name"], one["weight"]) for one in made["loras"]] == [(SOFT, 0.4), (GRAIN, 0.3)]

    page.get_by_role("button", name=f"Remove {SOFT}").click()
    page.get_by_role("button", name="Use settings").click()
    expect(page.locator(ROWS)).to_have_count(3)
    assert shown(page) == wanted
    expect(page.locator(PROMPT)).to_have_value("a harbour <lora:DEMO-film-grain:0.3>")
