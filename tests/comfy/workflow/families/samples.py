"""Requests of families."""

from dataclasses import asdict
from typing import Any

from comfy.workflow.families.family import Family, Task
from comfy.workflow.families.known import FAMILIES
from comfy.workflow.request import GenerationRequest

SETTINGS = ("width", "height", "steps", "cfg", "sampler", "scheduler")


def every_task() -> list[tuple[Family, Task]]:
    """Every family with each thing that it does."""
    return [(family, task) for family in FAMILIES.values() for task in family.tasks]


def asked(family: Family, task: Task, **changed: Any) -> GenerationRequest:
    """A request for *task*, with what is usual for *family*."""
    usual = asdict(family.usual)
    image = {} if task == "text" else {"image": "a.png", "task": task}
    given = {name: usual[name] for name in SETTINGS} | {"checkpoint": "a-high", "prompt": "a fox"}
    return GenerationRequest.model_validate({**given, "family": family.name, **image, **changed})
