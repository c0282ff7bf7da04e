"""The bar's motion between two values: the page reckons as the application does."""

import re

from playwright.sync_api import Browser

from comfy.progress.stretch import KNEE, NO_KNEE, Outlook, eased
from ui.shell.theme import asset

CASES = [
    (seconds, span, knee)
    for seconds in (0.0, 0.3, 0.85, 1.0, 1.5, 9.0, 1e4)
    for span in (0.0, 1.0, 2.5)
    for knee in (KNEE, NO_KNEE)
]
CURVE = re.compile(r"const eased = .*?\n};\nconst leftAfter = .*?;\n", re.DOTALL)


def test_the_page_reckons_by_the_same_rule(browser: Browser) -> None:
    curve = CURVE.search(asset("live/live.js"))
    assert curve is not None
    ask = f"(cases) => {{ {curve[0]} return cases.map(([s, span, knee]) => "
    page = browser.new_page()
    shares = page.evaluate(ask + "eased(s, span, knee)); }", CASES)
    left = page.evaluate(ask + "leftAfter({ rest: 3, span, knee, gone: s / 2 }, s / 2)); }", CASES)
    page.close()
    assert [round(x, 9) for x in shares] == [round(eased(*case), 9) for case in CASES]
    outlooks = [(Outlook(3.0, 0.0, span, knee=knee), s) for s, span, knee in CASES]
    assert [round(x, 9) for x in left] == [round(o.left(s), 9) for o, s in outlooks]
