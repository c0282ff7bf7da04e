"""What a person does with the page, counted: a click, a key, a drag, or the typing of one text.

Scrolling, pointing and waiting count as nothing; going to a field belongs to typing in it.
"""

from playwright.sync_api import Locator, Page

BEST = {
    "first picture": 2,
    "four variations of one": 3,
    "upscale one": 3,
    "inpaint a part": 4,
    "same settings, other checkpoint": 4,
    "last week's fox": 2,
    "delete 20, undo": 4,
    "compare two": 3,
    "X/Y grid": 8,
    "save and share a preset": 3,
    "somebody's workflow PNG": 1,
    "queue 10 seeds, cancel 3": 6,
    "pause": 2,
    "why slow": 2,
    "favourites as ZIP": 2,
    "two LoRAs": 4,
    "add a style": 2,
    "reuse a prompt": 1,
    "image to image": 2,
    "send a link": 1,
}
"""The fewest actions by task, as known of Fooocus, InvokeAI, SwarmUI, A1111, Krita and ComfyUI.

Where "2 to 3" are known the lower stands if it is reached here. No other program says why it is
slow, or gives links: there stands what is reached. A task begins on the tab that holds what it is
about, with what it is about there: a form that is filled in, an image that was made.
"""
LONGER: dict[str, tuple[int, str]] = {}
"""Tasks that are not done as elsewhere yet: how many actions the quickest way takes, and why."""


class Hands:
    """A person at *page*."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._count = 0

    def click(self, target: Locator, *, other_button: bool = False, shift: bool = False) -> None:
        """Press the mouse on *target*."""
        self._count += 1
        target.click(
            button="right" if other_button else "left", modifiers=["Shift"] if shift else []
        )

    def press(self, keys: str) -> None:
        """Press a key, with others held or not."""
        self._count += 1
        self._page.keyboard.press(keys)

    def type(self, field: Locator, text: str) -> None:
        """Put *text* in the place of what *field* holds; of a list, choose what begins so."""
        self._count += 1
        if field.evaluate("(e) => e.tagName") == "SELECT":
            field.focus()
        else:
            field.click(click_count=3)
        self._page.keyboard.type(text)

    def drag(self, source: Locator, *over: Locator) -> None:
        """Drag *source* over one after the other, and let go on the last."""
        self._count += 1
        source.hover()
        self._page.mouse.down()
        for target in over:
            target.hover()
            target.hover()  # a drag over a place begins with its second movement
        self._page.mouse.up()

    def stroke(self, room: Locator) -> None:
        """Draw a line across the middle of *room*."""
        self._count += 1
        box = room.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self._page.mouse.move(x - 60, y)
        self._page.mouse.down()
        self._page.mouse.move(x + 60, y, steps=6)
        self._page.mouse.up()

    def did(self, times: int = 1) -> None:
        """Count what was done by other means, as by fingers."""
        self._count += times

    def finished(self, task: str) -> None:
        """Assert that *task* took no more than the best of others."""
        most = LONGER[task][0] if task in LONGER else BEST[task]
        assert self._count <= most, f"{task}: {self._count} actions, at most {most}"
