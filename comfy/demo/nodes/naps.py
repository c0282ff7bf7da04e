"""A node that expands into three running side by side, and what it expands into."""

from collections.abc import Mapping
from typing import Any

from comfy.demo.nodes.context import Context
from comfy.demo.nodes.values import Result

TICK_SECONDS = 0.1

Inputs = Mapping[str, Any]


async def side_by_side(ctx: Context, inputs: Inputs) -> Result:
    """DemoParallelSleep."""
    links, prefix = ctx.prompt[ctx.node]["inputs"], f"{ctx.node}.0.0."
    graph: dict[str, Any] = {}
    for n in (1, 2, 3):
        nap_inputs = {"value": links[f"image{n}"], "seconds": inputs[f"sleep{n}"]}
        graph[f"{prefix}{n}"] = {"class_type": "DemoSleep", "inputs": nap_inputs}
    joined = {f"input{n}": [f"{prefix}{n}", 0] for n in (1, 2, 3)}
    graph[f"{prefix}4"] = {"class_type": "DemoAverage", "inputs": joined}
    return Result(([f"{prefix}4", 0],), expand=graph)


async def nap(ctx: Context, inputs: Inputs) -> Result:
    """DemoSleep: passes its value on after a while."""
    seconds = float(inputs["seconds"])
    slept = 0.0
    while slept < seconds:
        ctx.progress(slept, seconds)
        pause = min(TICK_SECONDS, seconds - slept)
        await ctx.work(pause / ctx.settings.step_seconds if ctx.settings.step_seconds else 0)
        slept += pause
    ctx.progress(seconds, seconds)
    return Result((inputs["value"],))


async def average(ctx: Context, inputs: Inputs) -> Result:
    """DemoAverage."""
    images = list(inputs.values())
    mixed = await ctx.compute(
        lambda: tuple(sum(batch) / len(images) for batch in zip(*images, strict=False))
    )
    return Result((mixed,))
