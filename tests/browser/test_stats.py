"""The Stats tab in Chromium, on a real site with weeks of records."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from tests.browser.conftest import NO_WORKERS, PHONE, WIDE
from tests.support import past
from tests.support.environment import settings
from tests.support.served import serving
from tests.support.stores import open_store
from ui.shell.assets import served

pytestmark = pytest.mark.browser

COUNT = 600
HOSTILE = "<img src=x onerror=alert(1)> ${alert(2)} {{value}}"
PLUS_THREE = "Etc/GMT-3"
"""Three hours ahead of UTC: POSIX counts the other way."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with records of ann's, odd ones of cat's, and none of bob's."""
    folder = tmp_path_factory.mktemp("stats")
    chosen = settings(folder / "data", port=0, auth=["ann:pw", "bob:pw", "cat:pw"])
    with contextlib.closing(open_store(chosen.data_folder)) as store:
        past.fill(store, "user:ann", time.time(), COUNT)
        odd = [(HOSTILE, 0.1, 1.0)]
        past.fill(store, "user:cat", time.time(), 60, checkpoints=odd, prompts=[HOSTILE])
    with (
        pytest.MonkeyPatch.context() as patch,
        DemoServer(EngineSettings(step_seconds=0.01, throttle=False)) as engine,
    ):
        patch.setenv("GRADIO_TEMP_DIR", str(folder / "gradio"))
        with serving(chosen, [parse_address(engine.url)], scripts=served()) as site:
            yield f"{site.url}/"


Person = Callable[..., Page]


@pytest.fixture
def person(app: str, browser: Browser) -> Iterator[Person]:
    """Open the page as ann, or as another; what goes wrong in it fails the test."""
    contexts = []

    def open_(name: str = "ann", width: int = WIDE, **more: Any) -> Page:
        context = browser.new_context(
            service_workers=NO_WORKERS,
            viewport={"width": width, "height": 900},
            **more,
        )
        contexts.append(context)
        context.request.post(f"{app}login", form={"username": name, "password": "pw"})
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        page.goto(app)
        page.wait_for_selector("#stop-button[disabled], .live[data-live]", state="attached")
        return page

    yield open_
    for context in contexts:
        context.close()


def show(page: Page) -> None:
    """Choose the tab; wait until its first picture is drawn."""
    page.get_by_role("tab", name="Stats").click()
    page.wait_for_selector("#stats-days.js-plotly-plot .bars path", state="attached")


def wait_for_all(page: Page) -> None:
    """Wait until nothing is being asked."""
    page.wait_for_selector("#stats-forecasts.js-plotly-plot, #stats-forecasts.stats-nothing")
    page.wait_for_selector("#stats .stats-chip:has-text('Where the forecast')")
    expect(page.locator("#stats [aria-busy]:not([data-panel=servers])")).to_have_count(0)


def test_the_tab_is_drawn_from_this_site_alone_and_without_a_complaint(person: Person) -> None:
    page = person()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # This past has no files, which the strip of recent images finds out, one by one.
        if message.type == "error" and "/api/images/" not in message.location["url"]:
            complaints.append(message.text)

    page.on("console", hear)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.split("?")[0]))
    show(page)
    wait_for_all(page)
    assert complaints == []
    here = page.url.split("?")[0]
    assert [url for url in asked if not url.startswith((here, "data:", "blob:"))] == []
    for name in ("days", "hours", "trend", "seconds", "rate", "whatif", "forecasts"):
        expect(page.locator(f"#stats-{name}.js-plotly-plot")).to_have_attribute("role", "img")
    expect(page.locator(".stats-changes li").first).to_contain_text("slower than its own median")
    expect(page.locator(".fall-row").first).to_contain_text("In the queue")
    assert page.locator("#stats-speed tbody tr").count() >= 4


def test_the_period_and_the_unit_are_switched(person: Person) -> None:
    page = person()
    show(page)
    first = page.locator(".stats-cards .stats-number").first
    before = first.inner_text()
    bars = page.locator("#stats-days .bars path")
    expect(bars.first).to_be_attached()
    page.get_by_label("7 days").check(force=True)
    expect(first).not_to_have_text(before)
    page.get_by_label("All time").check(force=True)
    expect(first).to_have_text(f"{COUNT:,}")
    expect(page.get_by_label("Month", exact=True)).to_be_checked()
    page.get_by_label("Week", exact=True).check(force=True)
    page.wait_for_function(
        "() => /in [78] weeks/.test(document.querySelector('#stats-days').ariaLabel)"
    )


def test_hours_are_those_of_the_viewers_zone(person: Person) -> None:
    def busiest(zone: str) -> int:
        page = person(timezone_id=zone)
        show(page)
        page.wait_for_selector("#stats-hours.js-plotly-plot")
        return int(
            page.evaluate(
                """() => { const z = document.querySelector('#stats-hours').data[0].z;
                const hours = [...Array(24).keys()].map((h) => z.reduce((n, row) => n + row[h], 0));
                return hours.indexOf(Math.max(...hours)); }"""
            )
        )

    assert (busiest(PLUS_THREE) - busiest("UTC")) % 24 == 3


def test_a_table_sorts_by_any_column_and_groups_by_what_one_likes(person: Person) -> None:
    page = person()
    show(page)
    table = page.locator("#stats-speed")
    table.get_by_role("button", name="Median").click()
    shown = table.locator("tbody tr td:nth-child(4)").all_inner_texts()
    numbers = [float(text.removesuffix(" s")) for text in shown]
    assert numbers == sorted(numbers, reverse=True)
    expect(table.locator("th[aria-sort=descending]")).to_contain_text("Median")
    page.locator("#stats-fast .stats-chip", has_text="server").click()
    expect(table.locator("th", has_text="Server")).to_be_visible()
    expect(page.locator("#stats-fast .stats-chip", has_text="server")).to_be_focused()


def download(page: Page, part: str, name: str) -> Path:
    """What the menu of *part* gives under *name*."""
    page.locator(part).get_by_label("Download").first.click()
    with page.expect_download() as coming:
        page.locator(f"{part} .stats-menu[open]").get_by_text(name, exact=True).click()
    path = coming.value.path()
    return path.rename(path.with_name(coming.value.suggested_filename))


def test_tables_leave_as_csv_and_parquet_and_pictures_as_png(person: Person) -> None:
    page = person()
    show(page)
    wait_for_all(page)
    shown = page.locator("#stats-speed tbody tr").first.locator("td").all_inner_texts()
    csv = download(page, "#stats-fast", "CSV")
    parquet = download(page, "#stats-fast", "Parquet")
    for file in (csv, parquet):
        rows = duckdb.sql(
            f"SELECT size, generations, seconds_median FROM '{file}' ORDER BY generations DESC"
        ).fetchall()
        assert (rows[0][0], f"{rows[0][1]:,}") == (shown[1], shown[2])
        assert f"{rows[0][2]:.3g}" in shown[3] or shown[3].startswith(f"{rows[0][2]:.2f}")
    png = download(page, "[data-panel=overview]", "PNG image")
    assert png.read_bytes().startswith(b"\x89PNG")
    assert png.name == "stepglass-days.png"


def test_sql_is_answered_and_its_mistakes_are_explained(person: Person) -> None:
    page = person()
    show(page)
    page.locator(".stats-chip", has_text="Which nodes take the most time").click()
    expect(page.locator("#stats-answer tbody tr").first).to_contain_text("KSampler")
    expect(page.locator(".stats-ran")).to_contain_text("rows in")
    editor = page.locator("#stats-editor")
    editor.fill("SELECT count(*) AS n, '=1+1' AS sum FROM generations")
    editor.press("Control+Enter")
    expect(page.locator("#stats-answer td").first).to_have_text(f"{COUNT:,}")
    with page.expect_download() as coming:
        page.locator("#stats-sql").get_by_role("button", name="CSV").click()
    assert coming.value.path().read_bytes() == f"n,sum\r\n{COUNT},'=1+1\r\n".encode()
    editor.fill("DROP TABLE generations")
    editor.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="Only questions")).to_be_visible()
    page.get_by_text("Tables and their columns").click()
    expect(page.locator(".stats-schema h3")).to_have_text(["generations", "images", "nodes"])


def test_more_steps_are_priced_as_one_types(person: Person) -> None:
    page = person()
    show(page)
    cost = page.locator(".stats-cost")
    expect(cost).to_contain_text("costs you")
    page.get_by_label("Steps you think of").fill("10")
    expect(cost).to_contain_text("saves you")
    page.locator("#stats-wish").get_by_label("Checkpoint").select_option(
        "dreamshaper_8.safetensors"
    )
    expect(cost).to_contain_text("generations")


def test_servers_are_asked_only_while_the_tab_is_seen(person: Person) -> None:
    page = person()
    asked: list[str] = []
    page.on("request", lambda r: asked.append("") if "st_servers" in (r.post_data or "") else None)
    page.clock.install()
    show(page)
    expect(page.locator(".stats-meter").first).to_be_visible()
    while len(asked) < 2:
        page.clock.run_for(1000)
    page.get_by_role("tab", name="Queue").click()
    expect(page.locator("#stats")).to_be_hidden()
    page.clock.run_for(1000)
    before = len(asked)
    page.clock.run_for(60_000)
    page.evaluate("async () => { await fetch('health'); }")  # all it asked is heard of by now
    assert len(asked) == before


def test_a_stranger_sees_nothing_of_it_and_is_told_what_to_do(person: Person) -> None:
    page = person("bob")
    page.get_by_role("tab", name="Stats").click()
    expect(page.locator("#stats-days")).to_contain_text("Nothing yet in this period")
    expect(page.locator(".stats-changes")).to_contain_text("Nothing to compare yet")
    wait_for_all(page)
    assert "sd_xl_base" not in page.content()
    assert page.locator("#stats .js-plotly-plot").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone(person: Person, theme: str) -> None:
    page = person(width=PHONE, color_scheme=theme)
    show(page)
    wait_for_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    small = page.evaluate(
        """() => [...document.querySelectorAll('#stats :is(p, td, span, b, label)')]
        .filter((e) => e.textContent.trim() && e.offsetParent)
        .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 12)
        .map((e) => e.textContent.slice(0, 40))"""
    )
    assert small == []


def test_names_are_only_ever_text(person: Person) -> None:
    page = person("cat")
    show(page)
    wait_for_all(page)
    for part in (
        "#stats-speed tbody td",
        "#stats-seconds .annotation text",
        "[data-ref=series] option",
    ):
        expect(page.locator(part).first).to_contain_text("<img src=x")
    expect(page.locator("[data-ref=one] option").first).to_contain_text(HOSTILE[:30])
    assert page.locator("#stats img").count() == 0
    page.locator("#stats-editor").fill("FROM generations SELECT checkpoint, prompt")
    page.locator("#stats-editor").press("Control+Enter")
    expect(page.locator("#stats-answer tbody tr").first).to_contain_text(HOSTILE)
