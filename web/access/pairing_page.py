"""What another device shows for a pairing link."""

import html

from starlette.responses import HTMLResponse

from web.access.login_page import document

_ASKING = """\
<form method="post" action="/pair">
{logo}
<p>This device will show the gallery, the queue and the presets of the browser that you scanned
the code from.</p>
{own}
<input type="hidden" name="code" value="{code}">
<button>Join</button>
</form>
"""
_OWN = """\
<p>It has {number} of its own. Without the tick they stay behind, and this device shows them no
more.</p>
<label class="tick"><input type="checkbox" name="bring" value="1"> Bring them along</label>
"""
_DEAD = """\
<form>
{logo}
<p role="alert">This link does not work any more: it holds for ten minutes, and once. Make a new
one in the other browser.</p>
<p><a href="/">Open Stepglass here</a></p>
</form>
"""


def asking_page(code: str, own: int) -> HTMLResponse:
    """Ask before joining; *own* is how many generations this device has itself."""
    number = "one generation" if own == 1 else f"{own:,} generations"
    return document(
        "Stepglass: join",
        _ASKING,
        code=html.escape(code),
        own=_OWN.format(number=number) if own else "",
    )


def dead_page() -> HTMLResponse:
    """The link holds no more."""
    return document("Stepglass: join", _DEAD, status=410)
