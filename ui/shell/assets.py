"""The page's scripts, served from one address that names their content, so that browsers keep them.

They are native ES modules beside the Python of their tab; a component's `js_on_load` only imports
its module and mounts it. There is no build step.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[1]
"""The folder whose rooms hold the page's scripts, style sheets and HTML."""
MEDIA = "text/javascript; charset=utf-8"
UNREACHED = "This part of the page could not be loaded. Reload the page to try again."
TRIES, PAUSE = 3, 1500
"""How often a module is fetched before `UNREACHED` is said, and milliseconds between."""


def asset(name: str) -> str:
    """The text of a file of the page, named by its room: ``live/live.html``."""
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def scripts() -> Mapping[str, bytes]:
    """Every module of the page by its path: ``live/live.js``."""
    found = sorted(ROOT.rglob("*.js"))
    return MappingProxyType({p.relative_to(ROOT).as_posix(): p.read_bytes() for p in found})


@cache
def prefix() -> str:
    """Where the modules are, relative to the page: another address when any of them changes."""
    digest = hashlib.sha256()
    for name, content in scripts().items():
        digest.update(b"%d %s %d\n" % (len(name), name.encode(), len(content)) + content)
    return f"stepglass/{digest.hexdigest()[:16]}"


def served() -> dict[str, bytes]:
    """Every module by the whole path that it is served under."""
    return {f"/{prefix()}/{name}": content for name, content in scripts().items()}


def address(name: str) -> str:
    """The address of a module, relative to the page. Raises KeyError where there is none."""
    scripts()[name]
    return f"{prefix()}/{name}"


def mounted(name: str, *events: str) -> str:
    """What a component runs when it is loaded: import the module *name*, and mount it.

    *events* are those that the module triggers; Gradio looks for their names in the script.
    """
    return f"""// Triggers {json.dumps(events)}.
const load = (tries) => import(new URL("{address(name)}", document.baseURI).href).then(
  (module) => module.mount({{ element, props, server, trigger, upload, watch }}),
  () => {{
    if (tries > 1) return setTimeout(load, {PAUSE}, tries - 1);
    const line = document.createElement("p");
    line.className = "sg-unreached";
    line.setAttribute("role", "alert");
    line.textContent = "{UNREACHED}";
    element.prepend(line);
  }},
);
load({TRIES});"""
