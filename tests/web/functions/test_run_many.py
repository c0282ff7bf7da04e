"""Many of a preset by one call, for gradio_client and by MCP: the same as the page can make."""

import asyncio

import pytest
from gradio_client.exceptions import AppError  # type: ignore[import-untyped] # ships no types
from mcp import types

from tests.web.functions.conftest import Connect
from tests.web.functions.test_mcp import connected
from tests.web.presets import Program

ASKED = {
    "preset": "sea-at-dawn",
    "arguments": {"prompt": "a {red|blue} fox", "seed": 5},
    "copies": 2,
    "x": {"argument": "steps", "values": [2, 3]},
    "choices": True,
}


def made(ann: Program) -> list[tuple[str, int, int]]:
    page = ann.served.studio.generations.history(ann.viewer)
    return sorted((one.prompt, one.steps, one.seed) for one in page)


EXPECTED = sorted(
    (f"a {colour} fox", steps, 5) for colour in ("red", "blue") for steps in (2, 3) for _ in "12"
)


def test_gradio_client_makes_a_grid_with_texts_and_copies(ann: Program, connect: Connect) -> None:
    files, told = connect(ann).predict(**ASKED, api_name="/run_many")
    assert len(files) == len(told["generations"]) == 8
    assert made(ann) == EXPECTED
    assert told["columns"] == ["Steps 2", "Steps 3"]
    placed = [one for one in told["generations"] if "column" in one]
    assert {(one["column"], one["row"]) for one in placed} == {(0, 0), (1, 0)}
    assert {one["status"] for one in told["generations"]} == {"finished"}


def test_styles_go_around_the_prompts_of_a_preset(ann: Program, connect: Connect) -> None:
    asked = {"preset": "sea-at-dawn", "arguments": {"prompt": "a {red|blue} fox"}}
    files, _ = connect(ann).predict(
        **asked, styles=["Line art", "photo"], choices=True, api_name="/run_many"
    )
    assert len(files) == 2
    prompts = [prompt for prompt, _, _ in made(ann)]
    assert [one.partition(",")[0] for one in prompts] == [
        "photograph of line art of a blue fox",
        "photograph of line art of a red fox",
    ]
    record = ann.served.studio.generations.history(ann.viewer)[0]
    assert record.prompt in [node["inputs"].get("text") for node in record.graph.values()]


def test_a_tool_makes_the_same(ann: Program) -> None:

    async def call() -> types.CallToolResult:
        async with connected(ann.served, ann) as client:
            assert "run_many" in await client.tools()
            return await client.session.call_tool("run_many", ASKED)

    result = asyncio.run(call())
    assert not result.isError, result.content
    assert made(ann) == EXPECTED
    links = [one for one in result.content if isinstance(one, types.ResourceLink)]
    images = [one for one in result.content if isinstance(one, types.ImageContent)]
    assert (len(links), len(images)) == (8, 4)
    assert result.structuredContent
    assert len(result.structuredContent["generations"]) == 8


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"styles": ["Wattercolor"]}, "the nearest is “Watercolor”"),
        ({"copies": 0}, "copies"),
        ({"copies": 101}, "copies"),
        ({"x": {"argument": "nothing", "values": "1"}}, "no argument “nothing”"),
        ({"x": {"argument": "steps", "values": "1-200"}}, "most on one axis"),
        ({"arguments": {"steps": 0}, "x": None}, "less than 1"),
        ({"preset": "anns"}, "not here"),
    ],
)
def test_what_cannot_be_made_gets_a_sentence_and_makes_nothing(
    ann: Program, connect: Connect, changed: dict[str, object], says: str
) -> None:
    with pytest.raises(AppError, match=says):
        connect(ann).predict(**(ASKED | changed), api_name="/run_many")
    assert made(ann) == []
