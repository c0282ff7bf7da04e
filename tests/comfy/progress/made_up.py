"""A made-up run: its graph, its beginning, and what events make of it."""

from comfy.graph.plan import make_plan
from comfy.progress.advance import Progress, advance, begin
from comfy.protocol import events as ev
from comfy.protocol.events import NodeState

RUNNING, FINISHED = NodeState.RUNNING, NodeState.FINISHED
GRAPH = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {}},
    "2": {"class_type": "KSampler", "inputs": {"model": ["1", 0], "steps": 4}},
    "3": {"class_type": "KSampler", "inputs": {"model": ["1", 0], "steps": 8}},
    "4": {"class_type": "SaveImage", "inputs": {"a": ["2", 0], "b": ["3", 0]}},
}
START = begin("p", make_plan(GRAPH))


def after(*events: ev.Event, start: Progress = START) -> Progress:
    for event in events:
        start = advance(start, event)
    return start


def denominator(progress: Progress) -> float:
    cached = {id_ for id_, node in progress.nodes.items() if node.cached}
    return sum(w for id_, w in progress.weights.items() if id_ not in cached)


# Recorded runs
