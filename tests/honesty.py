"""How honest a bar is: what it shows beside the share of the time that is truly over.

Everything here is in virtual time: a `Tape` is the events of one prompt with the times at which
they came, so that any formula can be asked what it shows at any moment.
"""

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

from comfy import events as ev
from comfy.nodes import NodeProgress
from comfy.plan import Plan
from comfy.progress import Phase, Progress, advance, begin
from comfy.timeline import seconds_left, spans
from storage.timings import NodeTiming

MOMENTS = 400
"""Evenly spread moments of a run at which a bar is looked at."""
LOOK_FROM, LOOK_TO = 0.30, 0.95
"""Share of a run in which its time left is judged; relative errors explode at the end."""
SHAKEN = 0.15
"""Spread of the times of a tape played again (standard deviation of their logarithm)."""

Bar = Callable[[Progress, float], float]


@dataclass(frozen=True)
class Tape:
    """One prompt: its events in order, when it started and ended (seconds, as the events)."""

    name: str
    plan: Plan
    prompt_id: str
    events: tuple[ev.Event, ...]
    start: float
    end: float
    checkpoint: str = ""
    sampler: str = ""
    megapixels: float = 0.0
    workflow: str = ""

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
        return [
            NodeTiming(
                generation=generation,
                created_at=self.start,
                node=span.node,
                node_class=span.node_class,
                activity=span.activity,
                checkpoint=self.checkpoint,
                sampler=self.sampler,
                workflow=self.workflow,
                megapixels=self.megapixels,
                steps=span.steps,
                seconds=span.ended_at - span.started_at,
                first_step_seconds=span.step_seconds[0] if span.step_seconds else None,
                step_seconds_median=median(span.step_seconds[1:])
                if span.step_seconds[1:]
                else None,
                server="s",
                cold=any(s.activity == "loading" for s in spans(self.snapshots()[-1])),
            )
            for span in spans(self.snapshots()[-1])
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
    whole, errors = tape.end - tape.start, []
    lefts: list[float] = []
    moments = 0
    for number in range(MOMENTS):
        share = (number + 0.5) / MOMENTS
        now = tape.start + share * whole
        snapshot = snapshots[max(0, bisect_right(times, now) - 1)]
        errors.append(abs(bar(snapshot, now) - share) * 100)
        if LOOK_FROM <= share <= LOOK_TO:
            moments += 1
            left = left_at(snapshot, now)
            if left is not None:
                lefts.append((left - (1 - share) * whole) / whole / (1 - share))
    relative = [abs(one) for one in lefts]
    if not relative:
        return Honesty(fmean(errors), max(errors), told=0.0)
    shares = [(n + 0.5) / MOMENTS for n in range(MOMENTS)]
    within = [s for s in shares if LOOK_FROM <= s <= LOOK_TO][-len(relative) :]
    of_whole = [error * (1 - s) for error, s in zip(relative, within, strict=True)]
    return Honesty(
        fmean(errors),
        max(errors),
        median(relative),
        fmean(relative),
        fmean(of_whole),
        len(relative) / moments,
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


def tapes_of(runs: Iterable["object"]) -> list[Tape]:
    """The recorded runs that ended well and took their time, as tapes."""
    from tests.comfy.runs import Run

    found = []
    for run in runs:
        assert isinstance(run, Run)
        tape = _tape(run)
        if tape is not None:
            found.append(tape)
    return found


def _tape(run: "object") -> Tape | None:
    from tests.comfy.runs import Run

    assert isinstance(run, Run)
    if run.verdict is not Phase.FINISHED:
        return None
    own = [e for e in run.events if e.prompt_id == run.prompt_id]
    last = run.snapshots()[-1]
    over = next((e.at for e in own if isinstance(e, ev.Succeeded)), None)
    began = next((e.at for e in own if isinstance(e, ev.Started)), None)
    if began is None or over is None or over - began < 0.5:
        return None
    return Tape(
        name=repr(run),
        plan=run.plan,
        prompt_id=run.prompt_id,
        events=tuple(e for e in own if e.at >= began or not last),
        start=began,
        end=over,
        checkpoint=str(run.graph.get("4", {}).get("inputs", {}).get("ckpt_name", "")),
        sampler="euler",
        megapixels=1.0,
        workflow="recorded",
    )
