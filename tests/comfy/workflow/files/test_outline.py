"""What a graph asks for, through whatever nodes its prompts and numbers come."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.files.outline import drawable, has_seed, outline, seed_keys

Graph = dict[str, Any]


def node(class_type: str, **inputs: Any) -> Graph:
    return {"class_type": class_type, "inputs": inputs}


def sampled(text: Any, **nodes: Graph) -> Graph:
    """A graph whose positive prompt is *text*, and *nodes* by id (``n4``)."""
    return {
        "1": node("KSampler", positive=["2", 0], negative=["3", 0], seed=5),
        "2": node("CLIPTextEncode", text=text, clip=["9", 1]),
        "3": node("CLIPTextEncode", text="blurry", clip=["9", 1]),
        **nodes,
    }


TEXT = node("PrimitiveString", value="a fox")
OTHER = node("PrimitiveStringMultiline", value="in snow")


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ({"n4": TEXT}, "a fox"),
        ({"n4": node("ShowText|pysssss", text=["n5", 0]), "n5": TEXT}, "a fox"),
        ({"n4": node("Reroute", **{"": ["n5", 0]}), "n5": TEXT}, "a fox"),
        (
            {
                "n4": node("StringConcatenate", string_a=["n5", 0], string_b="red", delimiter=", "),
                "n5": TEXT,
            },
            "a fox, red",
        ),
        (
            {
                "n4": node("Text Concatenate", delimiter=" | ", clean_whitespace="true",
                           text_a=["n5", 0], text_b=["n6", 0]),
                "n5": TEXT, "n6": OTHER,
            },
            "a fox | in snow",
        ),
        (
            {"n4": node("JoinStrings", string1=["n5", 0], string2="red", delimiter=" "),
             "n5": TEXT},
            "a fox red",
        ),
        (
            {"n4": node("ComfySwitchNode", switch=True, on_false=["n6", 0], on_true=["n5", 0]),
             "n5": TEXT, "n6": OTHER},
            "a fox",
        ),
        (
            {"n4": node("ComfySwitchNode", switch=False, on_false=["n6", 0], on_true=["n5", 0]),
             "n5": TEXT, "n6": OTHER},
            "in snow",
        ),
        (
            {"n4": node("ImpactSwitch", select=2, sel_mode=False, input1=["n5", 0],
                        input2=["n6", 0]),
             "n5": TEXT, "n6": OTHER},
            "in snow",
        ),
        (
            {"n4": node("CR Text Input Switch", Input=["n7", 0], text1=["n5", 0], text2=["n6", 0]),
             "n5": TEXT, "n6": OTHER, "n7": node("PrimitiveInt", value=2)},
            "in snow",
        ),
        (
            {"n4": node("Any Switch (rgthree)", any_01=["n5", 0], any_02=["n6", 0]),
             "n5": TEXT, "n6": OTHER},
            "a fox",
        ),
        (
            {"n4": node("SDXLPromptStyler", text_positive="a fox", text_negative="dull")},
            "a fox",
        ),
    ],
)  # fmt: skip
def test_a_prompt_is_followed_to_its_words(nodes: dict[str, Graph], wanted: str) -> None:
    found = outline(sampled(["n4", 0], **nodes))
    assert (found.prompt, found.negative_prompt, found.seed) == (wanted, "blurry", 5)


def test_both_prompts_out_of_one_node() -> None:
    styler = node("Styler", text_positive="a fox", text_negative=["n5", 0])
    graph = sampled(["n4", 0], n4=styler, n5=node("Text", text="dull"))
    graph["3"]["inputs"]["text"] = ["n4", 1]
    found = outline(graph)
    assert (found.prompt, found.negative_prompt) == ("a fox", "dull")


def test_conditionings_that_are_joined_give_all_their_texts() -> None:
    graph = sampled("a fox", n4=node("CLIPTextEncode", text="in snow"))
    graph["5"] = node("ConditioningConcat", conditioning_to=["2", 0], conditioning_from=["n4", 0])
    graph["1"]["inputs"]["positive"] = ["5", 0]
    assert outline(graph).prompt == "a fox\nin snow"


def test_a_negative_made_of_the_prompt_is_none() -> None:
    graph = sampled("a fox")
    graph["3"] = node("ConditioningZeroOut", conditioning=["2", 0])
    found = outline(graph)
    assert (found.prompt, found.negative_prompt) == ("a fox", "")


def test_numbers_are_followed_too() -> None:
    graph = sampled(
        "a fox", n4=node("PrimitiveInt", value=12), n5=node("PrimitiveFloat", value=4.5)
    )
    graph["1"]["inputs"] |= {"steps": ["n4", 0], "cfg": ["n5", 0]}
    found = outline(graph)
    assert (found.steps, found.cfg) == (12, 4.5)


@pytest.mark.parametrize("seed", [-1, 2**64, 2**70])
def test_what_is_no_seed_is_drawn(seed: int) -> None:
    graph = {"1": node("KSampler", seed=seed, noise_seed=["2", 0])}
    assert not has_seed(graph)
    assert seed_keys(graph) == ["1.seed"]
    assert outline(graph).seed == 0
    assert drawable(graph)["1"]["inputs"] == {"seed": -1, "noise_seed": ["2", 0]}
    assert graph["1"]["inputs"]["seed"] == seed


def test_a_seed_of_zero_is_one() -> None:
    graph = {"1": node("KSampler", seed=-1), "2": node("KSampler", seed=0)}
    assert has_seed(graph)
    assert outline(graph).seed == 0
    assert drawable(graph)["2"]["inputs"] == {"seed": 0}


LINKS = st.tuples(st.sampled_from("123456"), st.integers(0, 2)).map(list)
INPUTS = st.dictionaries(
    st.sampled_from(["positive", "negative", "text", "text_a", "select", "input1", "switch",
                     "steps", "on_true", "guider", "value", "delimiter", "text_positive",
                     "text_negative"]),
    LINKS | st.text(max_size=5) | st.integers() | st.booleans() | st.lists(st.text(), max_size=2),
)  # fmt: skip
CLASSES = st.sampled_from(["KSampler", "Concat", "Switch", "Text", "CLIPTextEncode"])


@given(
    st.dictionaries(st.sampled_from("123456"), st.builds(node, CLASSES) | st.none() | st.just({})),
    st.data(),
)
def test_no_graph_goes_round_in_circles(graph: Graph, chance: st.DataObject) -> None:
    for one in graph.values():
        if one:
            one["inputs"] = chance.draw(INPUTS)
    outline(graph)
    drawable(graph)


def test_joins_that_double_at_each_step_come_to_an_end() -> None:
    graph = sampled(["n0", 0])
    for number in range(40):
        both = [f"n{number + 1}", 0]
        graph[f"n{number}"] = node("Concat", text_a=both, text_b=both)
    graph["n40"] = TEXT
    outline(graph)
