"""What failures are told as."""

import pytest

from comfy.errors import Problem, Rejected
from comfy.graph.plan import make_plan
from comfy.protocol.events import Failure
from studio.dispatch.explanations import explain_failure, explain_rejection

PLAN = make_plan({"6": {"class_type": "KSampler", "inputs": {}, "_meta": {"title": "Second pass"}}})


@pytest.mark.parametrize(
    ("exception", "message", "kind", "says"),
    [
        ("torch.OutOfMemoryError", "Allocation on device", "out of memory", "smaller size"),
        ("FileNotFoundError", "No such file or directory: x", "missing file", "not on the server"),
        (
            "RuntimeError",
            "mat1 and mat2 shapes cannot be multiplied",
            "shapes do not match",
            "LoRA",
        ),
        ("RuntimeError", "CUDA error: an illegal memory access", "server crashed", "Restarting"),
        ("ValueError", "seed is odd", "ValueError", "seed is odd"),
    ],
)
def test_a_failure_names_the_node_what_happened_and_what_to_try(
    exception: str, message: str, kind: str, says: str
) -> None:
    why = explain_failure(Failure(message, "6", "KSampler", exception, "line 1\n"), PLAN)
    assert why.sentence.startswith("Second pass: ")
    assert says in why.sentence
    assert why.kind == kind
    assert why.node == "Second pass"
    assert message in why.detail
    assert "line 1" in why.detail


def test_a_refusal_keeps_every_problem_in_its_detail() -> None:
    problems = (
        Problem("value_not_in_list", "Load: ckpt “x” is not on this server.", "1", "Load", "ckpt"),
        Problem(
            "value_smaller_than_min", "Sampler: steps 0 is too small.", "6", "Sampler", "steps"
        ),
    )
    why = explain_rejection(Rejected("Load: ckpt “x” is not on this server. (1 more)", problems))
    assert why.kind == "value_not_in_list"
    assert why.node == "Load"
    assert "steps 0 is too small" in why.detail
