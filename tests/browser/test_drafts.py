"""What was typed into a workflow's form is there when the program comes back."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import serving
from tests.browser.test_workflows import (
    FORM,
    LIVE,
    field,
    give_picture,
    open_graph,
    opened,
    picture,
    recorded,
    run,
    take_checkpoint,
    text_to_image,
)

pytestmark = pytest.mark.browser


def is_told(asked: str) -> bool:
    """Whether *asked* tells the app all that was typed and chosen."""
    return all(word in asked for word in ("wf_change", "half a sente", "increment"))


def test_a_form_is_as_it_was_after_a_restart(context: BrowserContext, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(tmp_path, data) as url:
        page = opened(url, context)
        open_graph(page, recorded("img2img"), "a form")
        take_checkpoint(page, "4.ckpt_name")
        give_picture(page, "30.image", picture())
        page.click("[data-ref=arrange]")
        page.locator(".wf-row[data-key='3.cfg'] input[type=text]").fill("Strength")
        page.click("[data-ref=arrange]")
        expect(page.locator(".wf-fields[data-ref=first]")).to_contain_text("Strength")
        page.click("[data-ref=many] > summary")
        page.select_option("#wf-axis-x", label="Steps")
        page.fill("#wf-axis-x-values", "1-2")
        run(page)
        field(page, "6.text").locator("textarea").fill("half a sente")
        seed = field(page, "3.seed")
        with page.expect_response(lambda answer: is_told(answer.request.post_data or "")):
            seed.get_by_text("Increment").click()
        page.close()
    # Another port is another site to the browser: what it remembers itself is not there.
    with serving(tmp_path, data) as url:
        page = opened(url, context)
        page.wait_for_selector(f".wf {FORM}")
        expect(page.locator(".wf h2[data-ref=name]")).to_have_text("a form")
        expect(field(page, "6.text").locator("textarea")).to_have_value("half a sente")
        expect(field(page, "4.ckpt_name").locator("select")).to_have_value("demo-neon.safetensors")
        expect(field(page, "30.image").locator("img[src^='data:']")).to_be_visible()
        expect(field(page, "3.seed").get_by_label("Increment")).to_be_checked()
        expect(page.locator(".wf-fields[data-ref=first]")).to_contain_text("Strength")
        page.wait_for_selector(f"{LIVE}[data-state=finished]")
        page.click("[data-ref=many] > summary")
        expect(page.locator("#wf-axis-x-values")).to_have_value("1-2")
        with page.expect_download() as sheet:
            page.click("[data-ref=sheet]")
        assert sheet.value.path().stat().st_size > 0
        run(page)
        open_graph(page, text_to_image(), "another")
        page.click("[data-ref=another]")
        page.get_by_label("Close the form a form").click()
        expect(page.locator("[data-ref=formList] li")).to_have_count(0)
        page.click("#sg-toast button")
        page.locator("[data-ref=formList] button", has_text="half a sente").click()
        expect(page.locator(".wf h2[data-ref=name]")).to_have_text("a form")
        expect(field(page, "6.text").locator("textarea")).to_have_value("half a sente")
