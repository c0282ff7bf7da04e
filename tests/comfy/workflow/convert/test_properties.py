"""What conversion leaves as it is, whatever is put between: reroutes, names, labels, modes."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from comfy.workflow.convert.convert import convert
from comfy.workflow.form.form import fill, make_form
from tests.support.examples import examples
from tests.support.workflow_samples import Json, catalogue, read

NAMES = sorted(read("templates"))
some = settings(max_examples=examples(80), deadline=None)
templates = st.sampled_from(NAMES)
PAIRS = (("SetNode", "GetNode"), ("easy setNode", "easy getNode"))


def graphs_of(data: Json) -> list[Json]:
    return [data, *data.get("definitions", {}).get("subgraphs", [])]


def inputs_of(data: Json) -> Json:
    graph = convert(data, catalogue()).graph
    return {id_: (node["class_type"], node["inputs"]) for id_, node in graph.items()}


def copy(name: str) -> Json:
    data: Json = json.loads(json.dumps(read("templates")[name]))
    return data


def sockets(graph: Json) -> list[tuple[Json, Json]]:
    """Nodes with a linked input that is no widget's, of nodes on both ends."""
    ids = {node["id"] for node in graph["nodes"]}
    origins = {_end(link, 0): _end(link, 1) for link in graph["links"]}
    return [
        (node, slot)
        for node in graph["nodes"]
        for slot in node.get("inputs") or []
        if slot.get("link") is not None
        and not slot.get("widget")
        and origins.get(slot["link"]) in ids
    ]


def _end(link: Any, at: int) -> Any:
    if isinstance(link, list):
        return link[at]
    return link[("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")[at]]


def _between(graph: Json, node: Json, slot: Json, kinds: tuple[str, ...], first: int) -> None:
    """Put page-only nodes of *kinds* between *slot* and what feeds it, by links from *first* on."""
    as_list = isinstance(graph["links"][0], list)
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    old = next(link for link in graph["links"] if _end(link, 0) == slot["link"])
    origin, at, kind = _end(old, 1), _end(old, 2), _end(old, 5)
    for number, type_ in enumerate(kinds):
        id_, link = f"page {number}", first + number  # a number would count for ids that clash
        is_getter = "get" in type_.lower()
        graph["nodes"].append(
            {"id": id_, "type": type_, "widgets_values": ["name"],
             "inputs": [] if is_getter else [{"name": "", "type": "*", "link": link}],
             "outputs": [{"name": "", "type": kind, "links": []}]}
        )  # fmt: skip
        ends = [link, origin, at, id_, 0, kind]
        if not is_getter:
            graph["links"].append(ends if as_list else dict(zip(names, ends, strict=True)))
        origin, at = id_, 0
    index = node["inputs"].index(slot)
    ends = [first + len(kinds), origin, at, node["id"], index, kind]
    graph["links"].append(ends if as_list else dict(zip(names, ends, strict=True)))
    slot["link"] = first + len(kinds)


@some
@given(templates, st.data())
def test_what_only_the_page_has_changes_nothing_between_two_nodes(name: str, data: Any) -> None:
    saved = copy(name)
    before = inputs_of(saved)
    choices = [(g, *one) for g in graphs_of(saved) for one in sockets(g)]
    if not choices:
        return
    graph, node, slot = data.draw(st.sampled_from(choices))
    chains = st.lists(st.sampled_from(["Reroute", "Reroute (rgthree)"]), min_size=1, max_size=5)
    kinds = data.draw(st.one_of(chains.map(tuple), st.sampled_from(PAIRS)))
    _between(graph, node, slot, kinds, 900_000)
    assert inputs_of(saved) == before


@some
@given(templates, st.text(max_size=12), st.data())
def test_titles_and_labels_change_no_input_but_names_of_files(
    name: str, text: str, data: Any
) -> None:
    saved = copy(name)
    before = inputs_of(saved)
    for graph in graphs_of(saved):
        node = data.draw(st.sampled_from(graph["nodes"]))
        node["title"] = text
        for slot in (*(node.get("inputs") or []), *(graph.get("inputs") or [])):
            slot["label"] = text
    assert inputs_of(saved) == before


@some
@given(templates, st.data())
def test_a_note_or_a_muter_more_changes_nothing(name: str, data: Any) -> None:
    saved = copy(name)
    before = inputs_of(saved)
    kinds = ("Note", "MarkdownNote", "Label (rgthree)", "Fast Groups Muter (rgthree)")
    kind = data.draw(st.sampled_from([*kinds, "Bookmark (rgthree)", "Note Plus (mtb)"]))
    saved["nodes"].append({"id": "more", "type": kind, "widgets_values": ["x"]})
    assert inputs_of(saved) == before


@some
@given(templates)
def test_a_form_filled_with_what_it_holds_is_what_is_sent(name: str) -> None:
    converted = convert(read("templates")[name], catalogue())
    form = make_form(converted.template, catalogue())
    values = {one.key: one.value for one in form.fields}
    assert fill(converted.template, form, values) == converted.template
    keys = [key for one in form.fields for key in (one.key, *one.also)]
    assert len(set(keys)) == len(keys)
