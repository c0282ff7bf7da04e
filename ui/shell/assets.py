"""The page's scripts and its style sheet, under one address that names what they hold.

Scripts are native ES modules beside the Python of their tab; a component's `js_on_load` only
imports its module and mounts it. There is no build step. Browsers keep all of it until any changes.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ui.shell import palette
from ui.words import catalogue

ROOT = Path(__file__).parents[1]
"""The folder whose rooms hold the page's scripts, style sheets and HTML."""
SHEET = "page.css"
"""The one style sheet that the page loads, made of `SHEETS`."""
SHEETS = (
    *("shell/page.css", "shell/form.css", "shell/combobox.css", "live/live.css"),
    *("gallery/gallery.css", "fullview/fullview.css", "fullview/compare.css", "fullview/grid.css"),
    *("queue/queue.css", "stats/stats.css", "workflows/workflow.css", "workflows/mask.css"),
    *("notifications/notifications.css", "generate/history.css", "generate/recent.css"),
    *("generate/model.css", "generate/loras.css", "generate/styles.css"),
    *("generate/form_presets.css", "generate/pasted.css", "fetch/fetch.css", "shell/drag.css"),
    *("completion/completion.css", "generate/improve.css", "faces/faces.css"),
    "generate/wildcards.css",
)
LIFT = ":root:root:root"
"""What rules are nested in: three classes' worth, more than Gradio's own rules for its parts."""
UNREACHED = "This part of the page could not be loaded."
_IMPORT = re.compile(r'^(?:import|export) .*?"(\.[^"]+)";', re.MULTILINE)


def asset(name: str) -> str:
    """The text of a file of the page, named by its room: ``live/live.html``."""
    return (ROOT / name).read_text(encoding="utf-8")


def style_sheet() -> str:
    """The sheets of all rooms, joined; what cannot be nested stands before them."""
    rules = "\n".join((palette.fills(), *map(asset, SHEETS)))
    return f"{palette.variables()}\n{asset('shell/tokens.css')}\n{LIFT} {{\n{rules}\n}}\n"


@cache
def scripts() -> Mapping[str, bytes]:
    """Every module of the page by its path: ``live/live.js``."""
    found = sorted(ROOT.rglob("*.js"))
    return MappingProxyType({p.relative_to(ROOT).as_posix(): p.read_bytes() for p in found})


@cache
def files() -> Mapping[str, bytes]:
    """All that is served by its path: the modules, languages, and the style sheet."""
    languages = {tongue(code): catalogue.module(code) for code in catalogue.PLURALS}
    return MappingProxyType({**scripts(), **languages, SHEET: style_sheet().encode()})


def tongue(code: str) -> str:
    """The module that brings the words of the language *code*."""
    return f"words/{code}.js"


@cache
def prefix() -> str:
    """Where the files are, relative to the page: another address when any of them changes."""
    digest = hashlib.sha256()
    for name, content in files().items():
        digest.update(b"%d %s %d\n" % (len(name), name.encode(), len(content)) + content)
    return f"stepglass/{digest.hexdigest()[:16]}"


def served() -> dict[str, bytes]:
    """Every file by the whole path that it is served under."""
    return {f"/{prefix()}/{name}": content for name, content in files().items()}


def address(name: str) -> str:
    """The address of a file, relative to the page. Raises KeyError where there is none."""
    files()[name]
    return f"{prefix()}/{name}"


def telling(event: str) -> str:
    """What Gradio runs to tell the page's scripts of an *event* that shell/events.js names."""
    module = f'import(new URL("{address("shell/events.js")}", document.baseURI).href)'
    return f'() => {module}.then((module) => module.emit("{event}"))'


def languages() -> dict[str, tuple[Mapping[str, catalogue.Entry], str]]:
    """Each language that is not English: its texts, and the address of the module with them."""
    return {c: (catalogue.catalogue(c), address(tongue(c))) for c in catalogue.PLURALS}


def needed(names: Iterable[str]) -> list[str]:
    """The modules *names* and whatever they import, each once."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            folder, text = posixpath.dirname(name), files()[name].decode()
            waiting += [posixpath.normpath(f"{folder}/{i}") for i in _IMPORT.findall(text)]
    return sorted(found)


def mounted(name: str, *events: str) -> str:
    """What a component runs when it is loaded: import the module *name*, and mount it.

    Until then nothing in it can be used: what was pressed before the module came would be lost.
    A module that did not come can be had by a reload only, for browsers remember the failure.
    *events* are those that the module triggers; Gradio looks for their names in the script.
    """
    return f"""// Triggers {json.dumps(events)}.
const t = (text) => text;  // ui/words/begin.js puts another language here
element.inert = true;
import(new URL("{address(name)}", document.baseURI).href).then(
  (module) => {{
    element.inert = false;
    module.mount({{ element, props, server, trigger, upload, watch }});
  }},
  () => {{
    element.inert = false;
    const line = document.createElement("p"), button = document.createElement("button");
    line.className = "sg-unreached";
    line.setAttribute("role", "alert");
    button.type = "button";
    button.className = "sg-button";
    button.textContent = t("Reload");
    button.onclick = () => location.reload();
    line.append(t("{UNREACHED}"), " ", button);
    element.prepend(line);
  }},
);"""
