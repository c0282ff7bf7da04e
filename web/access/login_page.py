"""The login page, and others like it: HTML that needs no other file, for strangers get none."""

import base64
import html
from functools import cache
from pathlib import Path

import gradio
from starlette.responses import HTMLResponse

from web.http.language import ENGLISH, Language

LOGIN_PATH = "/login"
_FONT = "templates/frontend/static/fonts/IBMPlexSans/IBMPlexSans-Regular.woff2"
"""The page's own font, as Gradio ships it."""
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; form-action 'self'; "
    "base-uri 'self'"
)
_HEAD = """\
<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
{font}
:root {{ color-scheme: light dark; --ink: light-dark(#14191d, #f2f5f7);
  --line: light-dark(#cfd6da, #343c44); --accent: light-dark(#0f7c71, #45b5a5) }}
body {{ font: 16px/1.5 "IBM Plex Sans", system-ui, sans-serif; display: grid; place-items: center;
  min-height: 100vh; margin: 0; color: var(--ink); background: light-dark(#f6f8f8, #14181c) }}
form {{ width: min(20rem, 90vw); display: grid; gap: .5rem }}
h1 {{ margin: 0 0 1rem; font-size: 1.5rem; display: flex; align-items: center; gap: .6rem }}
input, button {{ font: inherit; padding: .6rem .7rem; border-radius: .5rem;
  border: 1px solid var(--line) }}
input {{ background: light-dark(#ffffff, #101418); color: inherit; margin-bottom: .35rem }}
button {{ background: var(--accent); color: light-dark(#ffffff, #03201d); border: 0;
  margin-top: .5rem; cursor: pointer; font-weight: 600 }}
:focus-visible {{ outline: 3px solid var(--accent); outline-offset: 1px }}
p {{ margin: 0 0 .35rem }}
[role=alert] {{ color: light-dark(#b91c1c, #fca5a5) }}
a {{ color: var(--accent) }}
.tick {{ display: flex; gap: .5rem; align-items: center }} .tick input {{ margin: 0 }}
.g1 {{ fill: light-dark(#9fd8ce, #2a6f66) }}
.g2 {{ fill: light-dark(#45b5a5, #45b5a5) }}
.g3 {{ fill: light-dark(#0f7c71, #7bd0c1) }}
</style>
"""
_LOGO = """\
<h1><svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">\
<rect class="g1" x="3" y="17" width="7" height="12" rx="2"></rect>\
<rect class="g2" x="12.5" y="10" width="7" height="19" rx="2"></rect>\
<rect class="g3" x="22" y="3" width="7" height="26" rx="2"></rect></svg>Stepglass</h1>"""
_LOGIN = """\
<form method="post" action="{action}">
{logo}
{problem}
<label for="username">{l_name}</label>
<input id="username" name="username" autocomplete="username" required value="{name}"{on_name}>
<label for="password">{l_password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required\
{on_password}>
<input type="hidden" name="next" value="{next}">
<button>{l_enter}</button>
</form>
"""


def login_page(
    following: str, problem: str, status: int, name: str, language: Language = ENGLISH
) -> HTMLResponse:
    """The page in *language*; *problem* says what was wrong, and *name* is what was typed."""
    return document(
        f"Stepglass: {language.say('Log in')}",
        _LOGIN,
        status=status,
        language=language,
        l_name=language.say("Name"),
        l_password=language.say("Password"),
        l_enter=language.say("Log in"),
        action=LOGIN_PATH,
        problem=f'<p role="alert">{html.escape(language.say(problem))}</p>' if problem else "",
        name=html.escape(name),
        on_name="" if name else " autofocus",
        on_password=" autofocus" if name else "",
        next=html.escape(following),
    )


def document(
    title: str, body: str, *, status: int = 200, language: Language = ENGLISH, **parts: str
) -> HTMLResponse:
    """A page in the looks of the login; *body* takes the *parts*, escaped already, and ``logo``."""
    page = _HEAD.format(title=title, font=_font(), lang=language.code) + body.format(
        logo=_LOGO, **parts
    )
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(page, status, headers)


@cache
def _font() -> str:
    """The font within the page; without it, where Gradio ships it no more, the system's own."""
    file = Path(gradio.__file__).parent / _FONT
    try:
        data = base64.b64encode(file.read_bytes()).decode()
    except OSError:
        return ""
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return f'@font-face {{ font-family: "IBM Plex Sans"; src: {source} }}'
