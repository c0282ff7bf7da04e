"""How well forms show what matters: wanted fields first, names that people gave, one field a value.

``python -m benchmarks.forms --templates FOLDER`` takes every ``NAME.json`` of a folder, such as
that of the PyPI package ``comfyui-workflow-templates-json``; without it, the templates that the
tests keep.
``--catalogue FILE`` is a server's ``/object_info``; else the recorded one of 892 nodes is taken.
Files with nodes that the catalogue lacks count as well, for what the rest of them shows.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from comfy.errors import WorkflowError
from comfy.graph.plan import needed
from comfy.workflow.catalogue import Catalogue, parse_catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.form.form import Field, Form, make_form
from comfy.workflow.form.order import capital, plain
from comfy.workflow.form.text_roles import text_roles
from comfy.workflow.hints import hints_of
from comfy.workflow.widget_types import widgets_of
from tests.support.workflow_samples import read

WANTED = (
    "resolution", "aspect_ratio", "duration", "seconds", "megapixels", "fps", "frame_rate",
    "length", "tags", "lyrics", "width", "height", "steps", "cfg", "prompt", "negative_prompt",
)  # fmt: skip
"""Inputs that a person wants first, by name; videos' files and what samplers read as well."""


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--templates", type=Path, help="folder of NAME.json")
    parser.add_argument("--catalogue", type=Path, help="a server's /object_info")
    parser.add_argument("--each", action="store_true", help="say what of each file falls short")
    options = parser.parse_args()
    info = json.loads(options.catalogue.read_bytes()) if options.catalogue else read("object_info")
    catalogue = parse_catalogue(info)
    counts: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    for name, saved in files(options.templates):
        try:
            graph = convert(saved, catalogue).template
        except WorkflowError:
            counts["no workflows"] += 1
            continue
        form = make_form(graph, catalogue)
        counts["workflows"] += 1
        counts["apps"] += any(hint.at >= 0 for hint in hints_of(graph).values())
        for what, holds, key in checks(graph, form, catalogue):
            counts[what] += holds
            counts[f"{what}, of"] += 1
            if not holds:
                lacking[f"{what}: {key.rpartition('.')[2]}"] += 1
                if options.each:
                    print(f"{name}: {what}: {key}")
    several, numbered = counts["several fields"], counts["node numbers"]
    print(f"{counts['workflows']} workflows, {counts['apps']} of them apps "
          f"({counts['no workflows']} other files)")  # fmt: skip
    for what in ("wanted fields first", "promoted labels shown", "author's fields first"):
        print(f"{what}: {counts[what]} of {counts[f'{what}, of']}")
    print(f"inputs that became several fields: {counts['one field, of'] - counts['one field']}")
    print(f"labels with a node's number: {counts['no number, of'] - counts['no number']}")
    for what, count in lacking.most_common(12):
        print(f"  {count:4} {what}")
    assert not several
    assert not numbered


def files(folder: Path | None) -> Iterator[tuple[str, Any]]:
    """Name and content of every file."""
    if folder is None:
        yield from read("templates").items()
        return
    for file in sorted(folder.glob("*.json")):
        yield file.stem, json.loads(file.read_bytes())


def checks(
    graph: Mapping[str, Any], form: Form, catalogue: Catalogue
) -> Iterator[tuple[str, bool, str]]:
    """What is asked, whether it holds, and of which input."""
    hints = hints_of(graph)
    by_key = {key: one for one in form.fields for key in (one.key, *one.also)}
    is_app = any(hint.at >= 0 for hint in hints.values())
    for key in wanted(graph, catalogue) if not is_app else ():
        yield "wanted fields first", key in by_key and by_key[key].first, key
    seen: set[str] = set()
    for key, hint in hints.items():
        if key not in by_key:
            continue
        if hint.at >= 0:
            yield "author's fields first", by_key[key].first, key
        if hint.label and hint.shared not in seen:
            seen.add(hint.shared or key)
            yield "promoted labels shown", by_key[key].label.startswith(capital(hint.label)), key
    held = Counter(hints[one.key].shared for one in form.fields if one.key in hints)
    for shared, count in held.items():
        if shared:
            yield "one field", count == 1, shared
    for one in form.fields:
        yield "no number", not has_number(one, graph), one.key


def wanted(graph: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    """Keys of the inputs that a person wants first, of the nodes that run."""
    roles = text_roles(graph)
    feeds = {
        value[0]: name
        for node in graph.values()
        for name, value in node["inputs"].items()
        if isinstance(value, list) and plain(name) in WANTED
    }
    for id_, class_name in needed(graph, catalogue.output_classes).items():
        node_class = catalogue.nodes.get(class_name)
        held = graph[id_]["inputs"]
        for name, input_ in widgets_of(node_class, held).items() if node_class else ():
            is_held = name in held and not isinstance(held[name], list)
            names = {plain(name.rpartition(".")[2]), roles.get(f"{id_}.{name}", "")}
            if class_name.startswith("Primitive") and id_ in feeds:
                names.add(plain(feeds[id_]))
            is_file = bool(input_.options.get("video_upload"))
            if is_held and (is_file or names & {*WANTED, "negative"}):
                yield f"{id_}.{name}"


def has_number(one: Field, graph: Mapping[str, Any]) -> bool:
    """Whether the label bears the number of its node, and nobody wrote it there."""
    told = f"{graph[one.node]['_meta']['title']} {one.group} {one.input}"
    told += " ".join(
        str(hint) for key, hint in hints_of({one.node: graph[one.node]}).items() if key
    )
    numbers = {part for part in one.node.split(":") if part.isdecimal()}
    return bool(numbers & (set(re.findall(r"\d+", one.label)) - set(re.findall(r"\d+", told))))


if __name__ == "__main__":
    main()
