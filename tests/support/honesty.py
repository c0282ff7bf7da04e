"""How honest a bar is: what it shows beside the share of the time that is truly over.

Everything here is in virtual time: a `Tape` is the events of one prompt with the times at which
they came, so that any formula can be asked what it shows at any moment.
"""

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Any

from comfy.graph.plan import Plan, make_plan
from comfy.progress.advance import Phase, Progress, advance, begin
from comfy.progress.nodes import NodeProgress
from comfy.progress.timeline import seconds_left, spans
from comfy.protocol import events as ev
from storage.stats.timings import NodeTiming
from studio.forecast.history import Asked, past_of
from studio.forecast.prediction import learned_plan
from tests.support.runs import Run, runs

MOMENTS = 400
"""Evenly spread moments of a run at which a bar is looked at."""
LOOK_FROM, LOOK_TO = 0.30, 0.95
"""Share of a run in which its time left is judged; relative errors explode at the end."""
SHAKEN = 0.15
"""Spread of the times of a tape played again (standard deviation of their logarithm)."""

SHORTEST = 0.5
"""Seconds; what is over at once needs no bar."""

Bar = Callable[[Progress, float], float]


@dataclass(frozen=True)
class Tape:
    """One prompt: its events in order, when it started and ended (seconds, as the events)."""

    name: str
    graph: Mapping[str, Any]
    prompt_id: str
    events: tuple[ev.Event, ...]
    start: float
    end: float
    asked: Asked

    @property
    def plan(self) -> Plan:
        """What is to run, with nothing learned."""
        return make_plan(self.graph)

    def learned(self, earlier: Sequence["Tape"]) -> Plan:
        """The same, with what is learned of *earlier* runs, the newest first."""
        timings = [t for n, tape in enumerate(earlier) for t in tape.timings(str(n))]
        before = earlier[0].graph if earlier else {}
        return learned_plan(self.plan, self.graph, self.asked, past_of(timings, before))

    def shaken(self, seed: int, spread: float = SHAKEN) -> "Tape":
        """The same run once more, every step and node a little longer or shorter, by *seed*."""
        dice, moved, before, factor = random.Random(seed), [], self.start, 1.0
        now = self.start
        for event in sorted(self.events, key=lambda event: event.at):
            now += max(0.0, event.at - before) * factor
            before = max(before, event.at)
            moved.append(replace(event, at=now))
            if isinstance(event, ev.NodeStarted | ev.Stepped | ev.Cached):
                factor = math.exp(dice.gauss(0.0, spread))
        end = next(e.at for e in moved if isinstance(e, ev.Succeeded))
        return replace(self, events=tuple(moved), end=end)

    def snapshots(self, plan: Plan | None = None) -> list[Progress]:
        """The snapshot before and after each event until success; *plan* has what is learned."""
        found = [begin(self.prompt_id, plan or self.plan, at=self.start)]
        for event in self.events:
            found.append(advance(found[-1], event))
            if isinstance(event, ev.Succeeded) and event.prompt_id == self.prompt_id:
                break
        return found

    def timings(self, generation: str) -> list[NodeTiming]:
        """What is remembered of this run, as the store tells it."""
        found = spans(self.snapshots()[-1])
        return [
            NodeTiming(
                generation=generation,
                created_at=self.start,
                node=span.node,
                node_class=span.node_class,
                activity=span.activity,
                checkpoint=self.asked.checkpoint,
                sampler=self.asked.sampler,
                workflow=self.asked.workflow,
                megapixels=self.asked.megapixels,
                steps=span.steps,
                seconds=span.ended_at - span.started_at,
                first_step_seconds=span.step_seconds[0] if span.step_seconds else None,
                step_seconds_median=median(span.step_seconds[1:])
                if span.step_seconds[1:]
                else None,
                server="s",
                cold=any(s.activity == "loading" for s in found),
            )
            for span in found
        ]


@dataclass(frozen=True)
class Honesty:
    """Of one run: mean |shown − true| in points of 100; the errors of its time left.

    `left` is the median of |left − true left| / true left, `left_mean` their mean, `left_whole`
    the mean of |left − true left| / whole time, `told` the share of moments with a time left;
    `largest` the largest |shown − true|.
    """

    points: float
    largest: float
    left: float = math.nan
    left_mean: float = math.nan
    left_whole: float = math.nan
    told: float = math.nan


def measure(tape: Tape, bar: Bar, plan: Plan | None = None) -> Honesty:
    """How honest *bar* is over the whole of *tape*."""
    snapshots = tape.snapshots(plan)
    times = [s.heard_at or tape.start for s in snapshots]
    whole = tape.end - tape.start
    looks = []
    for number in range(MOMENTS):
        share = (number + 0.5) / MOMENTS
        now = tape.start + share * whole
        snapshot = snapshots[max(0, bisect_right(times, now) - 1)]
        left = left_at(snapshot, now)
        looks.append((share, bar(snapshot, now), None if left is None else left / whole))
    return judged(looks)


def judged(looks: Sequence[tuple[float, float, float | None]]) -> Honesty:
    """The figures of *looks*: of each the true share, the one shown, the time left (1 = whole)."""
    errors = [abs(shown - share) * 100 for share, shown, _ in looks]
    within = [(share, left) for share, _, left in looks if LOOK_FROM <= share <= LOOK_TO]
    lefts = [(share, abs(left - (1 - share))) for share, left in within if left is not None]
    if not lefts:
        return Honesty(fmean(errors), max(errors), told=0.0)
    relative = [error / (1 - share) for share, error in lefts]
    return Honesty(
        fmean(errors),
        max(errors),
        median(relative),
        fmean(relative),
        fmean(error for _, error in lefts),
        len(lefts) / len(within),
    )


def ours(progress: Progress, now: float) -> float:
    """What Stepglass shows."""
    return progress.fraction_at(now)


def left_at(progress: Progress, now: float) -> float | None:
    """The seconds left that Stepglass tells; None where it tells none."""
    if seconds_left(progress) is None or progress.outlook is None:
        return None
    return progress.outlook.left(now)


def front_end(progress: Progress, _now: float) -> float:
    """ComfyUI's own page: nodes executed and cached, over all nodes."""
    done = sum(node.is_done for node in progress.nodes.values())
    return done / max(1, len(progress.plan.nodes))


def krita(progress: Progress, _now: float) -> float:
    """krita-ai-diffusion: 0.2 × nodes + 0.8 × sampler messages, counted against expected steps."""
    nodes = sum(node.is_done for node in progress.nodes.values()) / max(1, len(progress.plan.nodes))
    expected = sum(node.steps for node in progress.plan.nodes.values())
    heard = sum(len(node.step_times) for node in progress.nodes.values())
    return 0.2 * nodes + 0.8 * min(1.0, heard / max(1, expected))


def started(progress: Progress, _now: float) -> float:
    """Nodes finished over nodes started so far."""
    ran = [node for node in progress.nodes.values() if not node.cached]
    return sum(map(_is_over, ran)) / max(1, len(ran))


def _is_over(node: NodeProgress) -> bool:
    return node.is_done


BARS: dict[str, Bar] = {
    "Stepglass": ours,
    "ComfyUI's page": front_end,
    "krita": krita,
    "finished/started": started,
}


def mean(found: Sequence[Honesty], name: str) -> float:
    """The mean of one figure over several runs, those that have none left out."""
    values = [getattr(one, name) for one in found]
    known = [value for value in values if not math.isnan(value)]
    return fmean(known) if known else math.nan


def tape_of(run: Run) -> Tape | None:
    """The recorded *run* as a tape; None where it did not end well, or took no time."""
    own = tuple(e for e in run.events if e.prompt_id == run.prompt_id)
    began = next((e.at for e in own if isinstance(e, ev.Started)), None)
    over = next((e.at for e in own if isinstance(e, ev.Succeeded)), None)
    if run.verdict is not Phase.FINISHED or began is None or over is None:
        return None
    if over - began < SHORTEST:
        return None
    return Tape(
        name=repr(run),
        graph=run.graph,
        prompt_id=run.prompt_id,
        events=own,
        start=began,
        end=over,
        asked=Asked(*_model_and_sampler(run.graph), "recorded", size_of(run.graph)),
    )


def _model_and_sampler(graph: Mapping[str, Any]) -> tuple[str, str]:
    inputs = [node["inputs"] for node in graph.values()]
    return tuple(  # type: ignore[return-value] # two names, two strings
        next((str(i[name]) for i in inputs if name in i), "")
        for name in ("ckpt_name", "sampler_name")
    )


def size_of(graph: Mapping[str, Any]) -> float:
    """Megapixels of the first latent in *graph*, batch included."""
    for node in graph.values():
        inputs = node["inputs"]
        if node["class_type"].startswith("Empty") and "batch_size" in inputs:
            return float(inputs["width"] * inputs["height"] * inputs["batch_size"] / 1e6)
    return 0.0


def tapes() -> list[Tape]:
    """All recorded runs that can be measured, in the order of their names."""
    return [tape for run in runs() if (tape := tape_of(run)) is not None]
