"""The gallery as a person uses it, in Chromium, with 100,000 generations in it."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, WIDE, Open, gallery_opener, serving
from tests.browser.shelf import fill, picture

pytestmark = pytest.mark.browser

ROWS = 100_000
MOST_NODES = 1500
"""Elements of the whole tab, wherever it is scrolled to."""
SCREENS = 120
"""How far is scrolled, each step loading what is missing."""
TILE, COUNT, TOAST = ".gallery-tile", ".gallery-count", "#sg-toast"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """URL and data folder of an app with ROWS generations of OWNER's."""
    folder = tmp_path_factory.mktemp("gallery")
    data = folder / "data"
    data.mkdir()
    fill(data, ROWS)
    with serving(folder, data, STEPGLASS_IMPORT_FOLDERS=str(outputs_beside(data))) as url:
        yield url, data


def outputs_beside(data: Path) -> Path:
    """The folder that may be imported."""
    outputs = data.parent / "outputs"
    outputs.mkdir(exist_ok=True)
    return outputs


@pytest.fixture
def open_gallery(library: tuple[str, Path], context: BrowserContext) -> Open:
    """Open the gallery as OWNER; script errors fail the test."""
    return gallery_opener(*library, context, f"{TILE}, .gallery-empty:visible")


def pick(page: Page, *numbers: int) -> None:
    """Select tiles by their box."""
    for number in numbers:
        cell = page.locator(".gal-cell").nth(number)
        cell.hover()
        cell.locator(".gal-check").click()


def act(page: Page, title: str) -> None:
    page.get_by_role("toolbar", name="Selection").get_by_role("button", name=title).click()


def focused(page: Page) -> str:
    said: str = page.evaluate("() => document.activeElement.getAttribute('aria-label') || ''")
    return said


def counted(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator(COUNT)).to_have_text(text)


def nodes(page: Page) -> int:
    found: int = page.evaluate("() => document.querySelectorAll('#gallery *').length")
    return found


def test_however_far_one_scrolls_few_tiles_are_in_the_page(open_gallery: Open) -> None:
    page = open_gallery()
    counted(page, "100,000 images")
    most = page.evaluate(
        """async (screens) => {
          let most = 0;
          for (let n = 0; n < screens; n += 1) {
            const before = document.documentElement.scrollHeight;
            scrollTo(0, before);
            most = Math.max(most, document.querySelectorAll('#gallery *').length);
            for (let wait = 0; wait < 600 && document.documentElement.scrollHeight === before
              && n < 12; wait += 1) await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
          }
          return most;
        }""",
        SCREENS,
    )
    assert most < MOST_NODES
    loaded = page.evaluate("() => document.documentElement.scrollHeight")
    assert loaded > 40_000  # pixels: some hundred rows
    page.evaluate("() => scrollTo(0, 0)")
    expect(page.locator(TILE).first).to_have_attribute("aria-label", re.compile("a lighthouse"))
    assert nodes(page) < MOST_NODES


def test_the_end_of_the_gallery_is_reached(open_gallery: Open) -> None:
    page = open_gallery("?words=castle+no9")
    counted(page, re.compile(r"^[\d,]+ images match$"))
    said = page.locator(COUNT).inner_text()
    page.wait_for_function(
        """() => { scrollTo(0, document.documentElement.scrollHeight);
          return document.querySelector('.gallery-grid').dataset.more === 'false'; }"""
    )
    page.keyboard.press("Control+a")
    expect(page.locator(".gal-bar strong")).to_have_text(f"{said.split()[0]} selected")


def test_images_get_smaller_and_larger_and_few_are_in_the_page_all_the_same(
    open_gallery: Open,
) -> None:
    page = open_gallery()
    before = page.locator(".gal-cell").first.bounding_box()
    page.keyboard.press("-")
    page.keyboard.press("-")
    smaller = page.locator(".gal-cell").first.bounding_box()
    assert before
    assert smaller
    assert smaller["height"] < before["height"] * 0.8
    slider = page.get_by_role("slider", name="Size of the images")
    expect(slider).to_have_value("0")
    for place in range(0, 6000, 500):
        page.evaluate("(y) => scrollTo(0, y)", place)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert nodes(page) < MOST_NODES
    page.reload()
    page.locator(TILE).first.wait_for()
    expect(slider).to_have_value("0")
    slider.fill("4")
    larger = page.locator(".gal-cell").first.bounding_box()
    assert larger
    assert larger["height"] > before["height"]


def test_everything_found_is_selected_also_what_is_not_loaded(open_gallery: Open) -> None:
    page = open_gallery("?words=castle+no9&days=30")
    counted(page, re.compile(r"^[\d,]+ images match$"))
    expect(page.locator(".gal-chip")).to_have_text(["“castle no9”", "Last 30 days"])
    said = page.locator(COUNT).inner_text().split()[0]
    pick(page, 0)
    page.get_by_role("button", name=f"Select all {said}").click()
    expect(page.locator(".gal-bar strong")).to_have_text(f"{said} selected")
    expect(page.get_by_role("button", name="Select all")).to_have_count(0)


def test_the_last_seven_days_are_a_filter(open_gallery: Open) -> None:
    page = open_gallery()
    page.get_by_role("button", name="Filters").click()
    sheet = page.get_by_role("dialog", name="Filters")
    sheet.get_by_role("button", name="Last 7 days").click()
    sheet.get_by_role("button", name="Show images").click()
    counted(page, re.compile(r"^2,\d\d\d images match$"))  # one each 240 seconds
    assert page.evaluate("() => location.hash") == "#gallery?days=7"
    page.get_by_role("button", name="Remove the filter Last 7 days").click()
    counted(page, "100,000 images")


def test_groups_have_headings_that_select_them(open_gallery: Open) -> None:
    page = open_gallery("?group=day&words=lighthouse")
    heading = page.locator(".gal-heading")
    expect(heading.first.locator("h3")).to_have_text("Today")
    counted(page, re.compile(r"^[\d,]+ images match$"))
    page.evaluate("() => scrollTo(0, 20000)")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.gal-heading h3')].some((h) => /day, /.test(h.title))"
    )
    assert nodes(page) < MOST_NODES
    page.evaluate("() => scrollTo(0, 0)")
    page.get_by_role("checkbox", name="Select all: Today").click()
    number = heading.first.locator("span").inner_text()
    expect(page.locator(".gal-bar strong")).to_have_text(f"{number} selected")
    page.keyboard.press("Escape")
    page.get_by_label("Group by").select_option("workflow")
    page.wait_for_function("() => location.hash.includes('group=workflow')")
    expect(heading.first.locator("h3")).to_have_text("Generate: text to image")
    page.get_by_role("combobox", name="Order").select_option("rating")
    expect(heading).to_have_count(0)
    expect(page.get_by_label("Group by")).to_have_value("")


def test_leaving_the_tab_keeps_the_place(open_gallery: Open) -> None:
    page = open_gallery()
    page.evaluate("() => scrollTo(0, 3000)")
    page.wait_for_function("() => document.documentElement.scrollHeight > 4500")
    page.evaluate("() => scrollTo(0, 3000)")
    page.get_by_role("tab", name="Generate").click()
    page.wait_for_function("() => !location.hash")
    page.get_by_role("tab", name="Gallery").click()
    page.wait_for_function("() => Math.abs(scrollY - 3000) < 4")
    assert page.evaluate("() => location.hash") == "#gallery"


def test_words_phrases_and_minus_words_find(open_gallery: Open) -> None:
    page = open_gallery()
    page.fill("#gallery-query", '"castle on a hill"')
    counted(page, re.compile("^8,33[0-9] images match$"))
    page.fill("#gallery-query", "no99999 -lighthouse")
    expect(page.locator(".gallery-empty")).to_contain_text("Nothing found")
    page.fill("#gallery-query", "castle no104")
    page.wait_for_function("() => location.hash.includes('castle')")
    expect(page.locator(TILE).first).to_have_attribute("aria-label", re.compile("castle.* no104"))


def test_filters_are_chips_survive_a_reload_and_go_one_by_one(open_gallery: Open) -> None:
    page = open_gallery()
    page.get_by_role("button", name="Filters").click()
    sheet = page.get_by_role("dialog", name="Filters")
    option = sheet.locator("[data-filter=checkpoint] option", has_text="realism")
    expect(option).to_have_text(re.compile(r"realism_sd15.safetensors \(\d\d,\d{3}\)"))
    sheet.locator("[data-filter=checkpoint]").select_option("realism_sd15.safetensors")
    sheet.get_by_role("button", name="3 stars").click()
    sheet.get_by_role("button", name="Show images").click()
    chips = page.get_by_role("group", name="Active filters")
    expect(chips.locator(".gal-chip")).to_have_count(2)
    counted(page, "2 images match")
    page.reload()
    counted(page, "2 images match")
    chips.get_by_role("button", name="Remove the filter Checkpoint").click()
    counted(page, "4 images match")
    expect(chips).to_have_text("★★★ or more")
    chips.locator(".gal-chip").click()
    counted(page, "100,000 images")
    assert page.evaluate("() => location.hash") == "#gallery"


def test_a_selection_is_tagged_rated_and_found_by_it(open_gallery: Open) -> None:
    page = open_gallery("?words=planet+no1")
    pick(page, 0)
    page.locator(".gal-cell").nth(3).locator(TILE).click(modifiers=["Shift"])
    expect(page.locator(".gal-bar strong")).to_have_text("4 selected")
    act(page, "4 stars")
    expect(page.locator(".gal-marks", has_text="★★★★")).to_have_count(4)
    act(page, "Favourite")
    act(page, "Tag")
    page.get_by_role("textbox", name="New tags").fill("space, for the wall")
    page.keyboard.press("Enter")
    expect(page.locator(TOAST)).to_contain_text("4 images: “space”, “for the wall”.")
    act(page, "Add to collection")
    page.get_by_role("textbox", name="Name of the collection").fill("Posters")
    page.keyboard.press("Enter")
    expect(page.locator(TOAST)).to_contain_text("“Posters”")
    for query in ("?tags=space&tags=for+the+wall", "?collection=Posters", "?rating=4&words=planet"):
        page = open_gallery(query)
        counted(page, "4 images match")


def test_deleted_ones_come_back_with_undo_and_from_the_bin(open_gallery: Open) -> None:
    page = open_gallery("?words=meadow+no21")
    counted(page, re.compile("match"))
    total = int(page.locator(COUNT).inner_text().split()[0].replace(",", ""))
    first = page.locator(TILE).first.get_attribute("aria-label")
    pick(page, 0, 1)
    act(page, "Delete")
    counted(page, f"{total - 2} images match")
    page.click(f"{TOAST} button")
    counted(page, f"{total} images match")
    page.locator(TILE).first.focus()
    page.keyboard.press("Delete")
    expect(page.locator(TOAST)).to_contain_text("Deleted.")
    page = open_gallery("?binned=yes")
    expect(page.locator(".gal-bin-acts")).to_contain_text("Deleted permanently after 30 days")
    expect(page.locator(TILE).first).to_have_attribute("aria-label", str(first))
    page.wait_for_function("() => document.querySelector('.gallery-tile img').naturalWidth > 0")
    page.locator(TILE).first.click()
    expect(page.locator("dialog.full .full-prompt")).to_contain_text("meadow")
    page.locator("dialog.full").get_by_role("button", name="Restore").click()
    expect(page.locator(".gallery-empty")).to_contain_text("The bin is empty")
    page = open_gallery("?words=meadow+no21")
    counted(page, f"{total} images match")


def test_removing_for_good_asks_first(open_gallery: Open) -> None:
    page = open_gallery("?words=harbour+no31")
    counted(page, re.compile("match"))
    page.locator(TILE).first.focus()
    page.keyboard.press("Delete")
    expect(page.locator(TOAST)).to_contain_text("Deleted.")
    page = open_gallery("?binned=yes")
    pick(page, 0)
    act(page, "Delete permanently")
    asked = page.get_by_role("dialog", name="Delete permanently?")
    asked.get_by_role("button", name="Cancel").click()
    expect(page.locator(TILE)).to_have_count(1)
    act(page, "Delete permanently")
    page.locator(".sg-confirm[open] .sg-danger").click()
    expect(page.locator(TOAST)).to_contain_text("Deleted 1 generation")
    expect(page.locator(".gallery-empty")).to_contain_text("The bin is empty")


def test_two_are_compared_with_a_slider_and_what_differs(open_gallery: Open) -> None:
    page = open_gallery()
    pick(page, 0, 1)
    act(page, "Compare")
    dialog = page.get_by_role("dialog", name="Compare two images")
    rows = dialog.locator("tbody tr")
    expect(
        rows.filter(has=page.locator("th", has_text=re.compile("^Checkpoint$")))
    ).to_contain_text("dreamscape_xl.safetensors")
    slider = dialog.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuenow", "100")
    box = dialog.locator(".cmp-pair").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + 40)
    expect(slider).to_have_attribute("aria-valuenow", "25")


def test_keys_walk_open_rate_and_select(open_gallery: Open) -> None:
    page = open_gallery()
    page.locator(TILE).first.focus()
    page.keyboard.press("ArrowRight")
    assert "a fox" in focused(page)
    page.keyboard.press("ArrowDown")
    below = focused(page)
    page.keyboard.press("ArrowUp")
    assert below != focused(page)
    page.keyboard.press("Enter")
    full = page.locator("dialog.full")
    expect(full.locator(".full-prompt")).to_contain_text("a fox")
    full.get_by_role("group", name="Rating").wait_for()
    page.keyboard.press("2")
    expect(full.get_by_role("button", name="2 stars")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    expect(full.locator(".full-prompt")).to_contain_text("a city")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement.ariaLabel?.includes('a city')")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".gal-bar strong")).to_have_text("2 selected")
    page.keyboard.press("Escape")
    expect(page.locator(".gal-bar")).to_be_hidden()
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Move to the bin")


def test_a_note_tags_and_collections_are_kept_in_the_full_view(open_gallery: Open) -> None:
    page = open_gallery("?words=barn+no23")
    page.locator(TILE).first.click()
    full = page.locator("dialog.full")
    full.get_by_label("Add tags").fill("red, ${alert(1)}<b>")
    page.keyboard.press("Enter")
    expect(full.locator(".full-chip")).to_have_count(2)
    full.get_by_label("Add to a collection").fill("Farm")
    page.keyboard.press("Enter")
    full.get_by_label("Note").fill("print it")
    full.get_by_role("button", name="Next image").click()
    expect(page.locator(TOAST)).to_contain_text("Note saved.")
    page.reload()
    page.locator(TILE).first.click()
    expect(full.locator(".full-chip")).to_have_text(["${alert(1)}<b>", "red", "Farm"])
    expect(full.get_by_label("Note")).to_have_value("print it")


def test_a_selection_is_downloaded_as_a_zip_with_its_settings(
    open_gallery: Open, tmp_path: Path
) -> None:
    page = open_gallery()
    pick(page, 0, 2, 5)
    with page.expect_download() as got:
        act(page, "Download")
    file = tmp_path / "got.zip"
    got.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        pictures = [name for name in names if name.endswith(".png")]
        assert len(pictures) == 3
        settings: list[dict[str, Any]] = [
            json.loads(archive.read(name)) for name in names if name.endswith(".json")
        ]
    assert any("a lighthouse" in json.dumps(one) for one in settings)


def test_a_picture_becomes_the_input_of_the_form(open_gallery: Open) -> None:
    page = open_gallery()
    page.locator(TILE).first.click()
    page.locator("dialog.full").get_by_role("button", name="Use as input").click()
    expect(page.locator("#field-image img")).to_be_visible()
    expect(page.get_by_role("tab", name="Generate")).to_have_attribute("aria-selected", "true")


def test_a_variation_takes_the_settings_but_not_the_seed(open_gallery: Open) -> None:
    page = open_gallery()
    pick(page, 0)
    act(page, "More")
    page.get_by_role("menuitem", name="Variation: new seed").click()
    expect(page.locator("#field-prompt textarea")).to_have_value(re.compile("a lighthouse"))
    expect(page.locator("#field-seed input, #field-seed textarea")).to_have_value("")
    expect(page.locator(".source")).to_contain_text("A variation of “a lighthouse")


def test_what_was_made_from_what_can_be_clicked_through(open_gallery: Open) -> None:
    page = open_gallery()
    page.locator(TILE).nth(4).click()
    parent = page.locator("dialog.full .full-prompt").inner_text()
    page.locator("dialog.full").get_by_role("button", name="Use as input").click()
    expect(page.locator(".source")).to_contain_text("Made from")
    page.locator("#field-checkpoint input").fill("demo-neon.safetensors")
    page.fill("#field-prompt textarea", "a child of a picture")
    page.fill("#field-steps input", "4")
    page.click("#generate-button")
    page.wait_for_selector(".live[data-state=finished]")
    page.get_by_role("tab", name="Gallery").click()
    page.locator(f"{TILE}[aria-label='Open: a child of a picture']").click()
    strip = page.get_by_role("dialog").locator(".full-strip").first
    expect(strip.get_by_role("button")).to_have_count(1)
    strip.get_by_role("button").click()
    expect(page.locator("dialog.full .full-prompt")).to_have_text(parent)
    expect(page.locator(".full-lineage")).to_contain_text("Made from this image")


def menu(page: Page, name: str) -> None:
    page.locator(".gal-menu summary").click()
    page.get_by_role("button", name=name).click()


def test_a_folder_is_imported_twice_without_duplicates(
    open_gallery: Open, library: tuple[str, Path]
) -> None:
    outputs = outputs_beside(library[1])
    for number in range(6):
        (outputs / f"ComfyUI_{number:05}_.png").write_bytes(picture(200 + number))
    (outputs / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    page = open_gallery()
    for added, known in ((6, 0), (0, 6)):
        menu(page, "Import a folder")
        page.get_by_role("dialog").get_by_role("button", name="Import", exact=True).click()
        done = page.locator(".gal-summary", has_text=f"{added} files added from {outputs}; {known}")
        expect(done).to_contain_text("1 failed")
        done.locator("summary").click()
        expect(done.locator("li")).to_contain_text("broken.png")
        page.keyboard.press("Escape")
    page = open_gallery("?workflow=imported")
    counted(page, "6 images match")


def test_a_clean_up_says_first_what_it_takes(open_gallery: Open) -> None:
    page = open_gallery()
    menu(page, "Disk use and clean-up")
    dialog = page.get_by_role("dialog", name="Disk use and clean-up")
    expect(dialog.locator(".gal-bars")).to_contain_text("dreamscape_xl.safetensors")
    old = dialog.locator("[data-rule=old]")
    old.get_by_label("Age").select_option("180")
    expect(old.locator(".gal-takes")).to_have_text(
        re.compile(r"^Moves [\d,]+ generations, [\d,]+ files to the bin. Emptying it frees")
    )
    expect(dialog.locator("[data-rule=fruitless] button")).to_be_disabled()
    old.get_by_role("button", name="Move to bin").click()
    asked = page.get_by_role("dialog", name="Clean up?")
    expect(asked).to_contain_text("Older than 180 days")
    asked.get_by_role("button", name="Cancel").click()
    counted(page, re.compile("^100,0"))


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_everything_in_the_gallery_has_a_name_and_nothing_sticks_out(
    open_gallery: Open, width: int
) -> None:
    page = open_gallery(width=width)
    page.locator(".gal-check").first.evaluate("(e) => e.click()")
    page.get_by_role("button", name="Filters").click()
    page.wait_for_selector("[data-filter=checkpoint]")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('#gallery :is(input, select, button, [role])')]
        .filter((e) => e.offsetParent && !(e.labels?.length || e.ariaLabel || e.title
          || e.textContent.trim() || e.getAttribute('role') === 'status'))
        .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


COVERED = """() => [...document.querySelectorAll('.gal-head :is(input, button, select, summary)')]
  .filter((e) => e.offsetParent && !e.closest('details:not([open]) > :not(summary)'))
  .filter((e) => {
    const box = e.getBoundingClientRect(), corners = [[2, 2], [box.width - 2, box.height - 2]];
    return corners.some(([x, y]) => {
      const top = document.elementFromPoint(box.left + x, box.top + y);
      return !(e === top || e.contains(top) || top?.contains(e));
    });
  })
  .map((e) => e.outerHTML.slice(0, 100))"""
"""What of the gallery's head lies under something else, or out of the window."""


@pytest.mark.parametrize("width", [PHONE, 820, WIDE])
def test_the_head_stays_beneath_the_tabs_and_nothing_covers_it(
    open_gallery: Open, width: int
) -> None:
    page = open_gallery(width=width)
    page.evaluate("() => scrollTo(0, 1500)")
    page.wait_for_function("() => scrollY > 1000")
    assert page.evaluate(COVERED) == []
    tabs, head = page.locator("#tabs > .tab-wrapper"), page.locator(".gal-head")
    ends = tabs.evaluate("(e) => e.getBoundingClientRect().bottom")
    assert head.evaluate("(e) => e.getBoundingClientRect().top") == ends
    page.evaluate("() => scrollTo(0, 0)")
    expect(tabs).to_have_css("margin-bottom", "16px")
