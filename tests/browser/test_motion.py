"""The bar's motion between two values: the page reckons as the application does."""

import base64

from playwright.sync_api import Browser

from comfy.progress.stretch import KNEE, NO_KNEE, Outlook, eased
from ui.shell.assets import scripts

CASES = [
    (seconds, span, knee)
    for seconds in (0.0, 0.3, 0.85, 1.0, 1.5, 9.0, 1e4)
    for span in (0.0, 1.0, 2.5)
    for knee in (KNEE, NO_KNEE)
]
ASK = """async ([address, cases]) => {
  const { eased, leftAfter } = await import(address);
  return cases.map(([s, span, knee]) => [
    eased(s, span, knee), leftAfter({ rest: 3, span, knee, gone: s / 2 }, s / 2),
  ]);
}"""


def test_the_page_reckons_by_the_same_rule(browser: Browser) -> None:
    module = base64.b64encode(scripts()["live/motion.js"]).decode()
    page = browser.new_page()
    found = page.evaluate(ASK, [f"data:text/javascript;base64,{module}", CASES])
    page.close()
    outlooks = [(Outlook(3.0, 0.0, span, knee=knee), s) for s, span, knee in CASES]
    assert [round(share, 9) for share, _ in found] == [round(eased(*case), 9) for case in CASES]
    assert [round(left, 9) for _, left in found] == [round(o.left(s), 9) for o, s in outlooks]
