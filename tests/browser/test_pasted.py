"""A text that is pasted into the prompt and says how an image was made."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Open
from tests.browser.test_true_words import DROP

pytestmark = pytest.mark.browser

PROMPT = "#field-prompt textarea"
TEXT = (
    "a fox <b>in fog</b>\nNegative prompt: blurry\n"
    "Steps: 7, Sampler: Euler a, CFG scale: 4.5, Seed: 42, Size: 512x768, Model: demo-neon"
)
GRAPH = {"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a"}}}
COPY = """(words) => {
  const box = document.body.appendChild(document.createElement('textarea'));
  box.value = words;
  box.select();
  document.execCommand('copy');
  box.remove();
  document.querySelector('#field-prompt textarea').focus();
}"""


def pasted(page: Page, words: str) -> None:
    page.evaluate(COPY, words)
    page.keyboard.press("Control+V")


def form(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#generate-grid [id^=field-]')]
          .map((box) => [box.id, (box.querySelector('textarea, input:checked')
            ?? box.querySelector('input'))?.value]))"""
    )
    return found


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_settings_fill_the_form_and_undo_gives_back_what_was_typed(
    open_page: Open, width: int
) -> None:
    page = open_page(width=width)
    line = page.locator("#pasted")
    page.fill(PROMPT, "half  a thought,\n ")
    page.fill("#field-negative_prompt textarea", "mine")
    page.fill("#field-steps input", "13")
    page.locator("#field-steps input").blur()
    expect(page.locator("#field-quality input:checked")).to_have_count(0)
    before = form(page)
    pasted(page, f"{TEXT}, VAE: a.pt")
    expect(line.get_by_role("status")).to_have_text("These are settings of an image (A1111).")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    line.get_by_role("button", name="Use all of them").click()
    expect(page.locator(PROMPT)).to_have_value("a fox <b>in fog</b>")
    expect(page.locator("#field-negative_prompt textarea")).to_have_value("blurry")
    expect(page.locator("#field-steps input")).to_have_value("7")
    expect(page.locator("#field-height input")).to_have_value("768")
    expect(page.locator("#field-seed textarea, #field-seed input")).to_have_value("42")
    expect(page.locator("#choice-sampler")).to_have_value("euler_ancestral")
    expect(page.locator("#choice-checkpoint")).to_have_value("demo-neon.safetensors")
    expect(line.locator("li")).to_have_text(["Left out, for no field here takes it: VAE a.pt."])
    undo = line.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.click()
    expect(line.locator(".pasted")).to_be_hidden()
    expect(page.locator(PROMPT)).to_have_value("half  a thought,\n ")
    expect(page.locator("#choice-sampler")).to_have_value(before["field-sampler"])
    assert form(page) == before
    expect(page.locator(PROMPT)).to_be_focused()


def test_a_text_may_stay_one_and_an_ordinary_prompt_is_left_alone(open_page: Open) -> None:
    page = open_page()
    line = page.locator("#pasted .pasted")
    pasted(page, "Steps: 20, mood: calm, light: soft, ")
    pasted(page, "x" * 100_000)
    pasted(page, TEXT)
    expect(line).to_be_visible()
    page.locator("#pasted").get_by_role("button", name="Keep as text").click()
    expect(line).to_be_hidden()
    expect(page.locator(PROMPT)).to_be_focused()
    expect(page.locator(PROMPT)).to_have_value(
        f"Steps: 20, mood: calm, light: soft, {'x' * 100_000}{TEXT}"
    )
    pasted(page, TEXT)
    expect(line).to_be_visible()
    page.fill(PROMPT, "")
    expect(line).to_be_hidden()


def test_a_workflow_is_opened_as_one_and_a_dropped_text_is_used(open_page: Open) -> None:
    page = open_page()
    line = page.locator("#pasted")
    page.fill(PROMPT, "mine")
    data = [*TEXT.encode("utf-16")]
    assert page.evaluate(DROP, ["fox.txt", "text/plain", data]) == [True, True]
    expect(line).to_contain_text("These are settings of an image (A1111).")
    expect(page.locator(PROMPT)).to_have_value("mine")
    line.get_by_role("button", name="Use all of them").click()
    expect(page.locator(PROMPT)).to_have_value("a fox <b>in fog</b>")
    line.get_by_role("button", name="Close").click()
    pasted(page, json.dumps(GRAPH))
    expect(line).to_contain_text("This is a workflow.")
    line.get_by_role("button", name="Open it").click()
    expect(page.locator("#workflow [data-ref=name]")).to_have_text("pasted")
    expect(page.locator(PROMPT)).to_have_value("a fox <b>in fog</b>")
