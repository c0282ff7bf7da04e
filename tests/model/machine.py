"""The model of the protocol: everything that can happen, in any order, and what must hold of it."""

import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from comfy.demo.engine.faults import NodeFault
from storage.records import Status
from tests.model.claims import Deeds, sent, settled
from tests.model.world import Asked, Refused, World, picture, wait_until

OWNERS = ("user:ann", "user:bob", "user:cid")
MOST = 8
"""Generations of one history."""
FOREIGN: Mapping[str, Mapping[str, Any]] = {
    "empty": {},
    "starting": {"status": "starting"},
    "half a queue": {"queue_running": []},
    "error": {"error": {"type": "boom", "message": "no"}},
}
BAD: Mapping[str, Mapping[str, Any]] = {
    "500": {"status": 500},
    "503": {"status": 503},
    "502 page": {"status": 502, "html": True},
    "page": {"status": 200, "html": True},
    "401": {"status": 401},
    "403": {"status": 403},
    "404": {"status": 404},
    "429": {"status": 429},
    "302": {"status": 302},
    "lost": {"lost": True},
    "cut": {"keep": 0.5},
    "slow": {"delay": 0.1},
    **{name: {"body": body} for name, body in FOREIGN.items()},
}
"""Answers that are not the server's, by name."""
POSTS: Mapping[str, Mapping[str, Any]] = {
    **{f"taken, {name}": {**fault, "after": True} for name, fault in BAD.items()},
    "taken, 409": {"status": 409, "after": True},
    "taken, 400": {"status": 400, "after": True},
    **BAD,
    "400": {"status": 400},
}
ROUTES = (
    "",
    "/queue",
    "/history",
    "/view",
    "/prompt",
    "/jobs",
    "/ws",
    "/object_info",
    "/interrupt",
)
SOCKET = ("drop", "silence", "clobber", "garbage")
SWITCHES = ("half_open", "mute", "dead_worker", "garbage_steps")
STAGES = ("queued", "loading", "step:1", "step:2", "finishing", "ended")
STEPS = (1, 2, 4, 12)
CLOCK = (-86_400 * 40.0, -3600.0, -2.0, 2.0, 90.0, 3600.0, 86_400 * 40.0)
SECONDS = (0.0, 0.02, 0.1, 0.3)
DOWN = (0.05, 0.1, 0.3)
"""How long a server that restarts is away: no process starts at once."""
PAUSES = (0.005, 0.02, 0.06, 0.15)

jobs = st.integers(0, MOST - 1)


class Model(RuleBasedStateMachine):
    """A history. `worlds` gives the world that it happens in."""

    worlds: ClassVar[Callable[[], World]]
    spoil: ClassVar[Callable[[World], None]]
    serial: ClassVar[int] = 0
    bars: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).worlds()
        self.asked: list[Asked] = []
        self.deeds = Deeds()
        self.is_wrong = False

    @initialize(
        owner=st.sampled_from(OWNERS),
        steps=st.sampled_from(STEPS),
        count=st.integers(1, 3),
        retry=st.booleans(),
    )
    def begin(self, owner: str, steps: int, count: int, retry: bool) -> None:
        self.world.begin()
        self.press(owner, steps, count, retry)

    # People.

    @precondition(lambda self: self.world.is_up and len(self.asked) < MOST)
    @rule(
        owner=st.sampled_from(OWNERS),
        steps=st.sampled_from(STEPS),
        count=st.integers(1, 3),
        retry=st.booleans(),
    )
    def press(self, owner: str, steps: int, count: int, retry: bool) -> None:
        fields = {**picture(self._seed(), steps), "prompts": count}
        self._ask(owner, "generate", fields, owner, retry=retry)

    @precondition(lambda self: self.world.is_up and 0 < len(self.asked) < MOST)
    @rule(which=jobs, same_seed=st.booleans())
    def run_again(self, which: int, same_seed: bool) -> None:
        job = self._job(which)
        self._ask(job.owner, "run_again", job.id, job.owner, same_seed=same_seed)

    @precondition(lambda self: self.world.is_up and self.asked)
    @rule(which=jobs)
    def cancel(self, which: int) -> None:
        job = self._job(which)
        job.cancelled = True
        self._try("cancel", job.id)

    @precondition(lambda self: self.world.is_up and self.asked)
    @rule(which=jobs)
    def undo(self, which: int) -> None:
        job = self._job(which)
        self._try("undo", job.id, job.owner)

    @precondition(lambda self: self.world.is_up)
    @rule(owner=st.sampled_from(OWNERS), on=st.booleans())
    def pause(self, owner: str, on: bool) -> None:
        self._try("pause", owner, on=on)

    @precondition(lambda self: self.world.is_up and self.asked)
    @rule(which=jobs, on=st.booleans())
    def hold(self, which: int, on: bool) -> None:
        job = self._job(which)
        self._try("hold", job.id, job.owner, on=on)

    # The engine, and what stands before it.

    @rule(kind=st.sampled_from(sorted(POSTS)), count=st.integers(1, 2))
    def spoil_posts(self, kind: str, count: int) -> None:
        self.deeds.post_faults += 1
        self.world.engine.faults.route("/prompt", method="POST", count=count, **POSTS[kind])

    @rule(path=st.sampled_from(ROUTES), kind=st.sampled_from(sorted(BAD)), count=st.integers(1, 3))
    def spoil_answers(self, path: str, kind: str, count: int) -> None:
        self.deeds.post_faults += path in ("", "/prompt")
        self.world.engine.faults.route(path, count=count, **BAD[kind])

    @rule(
        path=st.sampled_from(ROUTES),
        kind=st.sampled_from(sorted(BAD)),
        seconds=st.sampled_from(SECONDS),
    )
    def spoil_for_a_while(self, path: str, kind: str, seconds: float) -> None:
        self.deeds.post_faults += path in ("", "/prompt")
        self.world.engine.faults.route(path, seconds=seconds, **BAD[kind])

    @rule(doing=st.sampled_from(SOCKET))
    def spoil_socket(self, doing: str) -> None:
        self.world.engine.faults.do(doing)

    @rule(name=st.sampled_from(SWITCHES), on=st.booleans())
    def switch(self, name: str, on: bool) -> None:
        setattr(self.world.engine.faults, name, on)

    @rule(seconds=st.sampled_from(SECONDS))
    def delay_history(self, seconds: float) -> None:
        self.world.engine.faults.history_delay = seconds

    @rule()
    def fail_a_node(self) -> None:
        self.deeds.node_faults += 1
        self.world.engine.faults.fail("KSampler", NodeFault(count=1))

    @rule(doing=st.sampled_from(SOCKET), stage=st.sampled_from(STAGES))
    def spoil_socket_at(self, doing: str, stage: str) -> None:
        self.world.engine.faults.at(stage, doing)

    @rule(keep_history=st.booleans(), keep_output=st.booleans(), seconds=st.sampled_from(DOWN))
    def restart_engine(self, keep_history: bool, keep_output: bool, seconds: float) -> None:
        self.deeds.restarts += 1
        self.deeds.keeps_history |= keep_history
        self.world.engine.faults.do(
            "restart", seconds=seconds, keep_history=keep_history, keep_output=keep_output
        )

    @rule(stage=st.sampled_from(STAGES), keep_history=st.booleans(), keep_output=st.booleans())
    def restart_engine_at(self, stage: str, keep_history: bool, keep_output: bool) -> None:
        self.deeds.restarts += 1
        self.deeds.keeps_history |= keep_history
        self.world.engine.faults.at(
            stage,
            "restart",
            seconds=DOWN[0],
            keep_history=keep_history,
            keep_output=keep_output,
        )

    @rule(seconds=st.sampled_from(SECONDS))
    def refuse(self, seconds: float) -> None:
        self.deeds.refusals += 1
        self.world.engine.faults.do("refuse", seconds=seconds)

    # Strangers.

    @rule(steps=st.sampled_from(STEPS))
    def stranger(self, steps: int) -> None:
        self.world.stranger(self._seed(), steps)

    @rule(stays=st.booleans())
    def take_over(self, stays: bool) -> None:
        """Somebody opens sockets under our client ids."""
        self.world.take_over(stays=stays)

    @rule()
    def clear_queue(self) -> None:
        self.deeds.taken_out |= {job.id for job in self.asked}
        self.world.clear_queue()

    @rule()
    def clear_history(self) -> None:
        self.deeds.cleared = True
        self.world.clear_history()

    @rule()
    def wipe(self) -> None:
        self.world.wipe()

    @rule()
    def interrupt(self) -> None:
        self.deeds.interrupted = True
        self.world.interrupt()

    @rule(which=jobs)
    def take_out(self, which: int) -> None:
        if waiting := self.world.waiting():
            id_ = waiting[which % len(waiting)]
            self.deeds.taken_out.add(id_)
            self.world.take_out(id_)

    # The application, its clock and its disk.

    @precondition(lambda self: self.world.is_up)
    @rule()
    def kill(self) -> None:
        self.deeds.ends_of_app += 1
        self.world.kill()

    @precondition(lambda self: self.world.is_up and not self.world.is_full)
    @rule()
    def quit(self) -> None:
        self.deeds.ends_of_app += 1
        self.world.quit()

    @precondition(lambda self: self.world.is_down)
    @rule()
    def start(self) -> None:
        self.world.start()

    @precondition(lambda self: self.world.is_up)
    @rule()
    def sleep(self) -> None:
        self.world.sleep()

    @precondition(lambda self: self.world.is_asleep)
    @rule()
    def wake(self) -> None:
        self.world.wake()

    @rule(by=st.sampled_from(CLOCK))
    def set_clock(self, by: float) -> None:
        self.world.set_clock(by)

    @precondition(lambda self: self.world.is_up)
    @rule(full=st.booleans())
    def fill_disk(self, full: bool) -> None:
        self.world.fill_disk(full=full)

    # Time.

    @rule(seconds=st.sampled_from(PAUSES))
    def time_passes(self, seconds: float) -> None:
        time.sleep(seconds)  # the history's own: what happens meanwhile is what it is about

    @precondition(lambda self: self.asked)
    @rule(which=jobs, what=st.sampled_from(("received", "runs", "ended_at")))
    def wait_for(self, which: int, what: str) -> None:
        """Until the engine's books say so of one, or nothing will come of it for now."""
        id_, end = self._job(which).id, time.monotonic() + PAUSES[-1]
        while time.monotonic() < end:
            entry = self.world.entry(id_)
            if entry and getattr(entry, what):
                return
            time.sleep(PAUSES[0])

    @rule()
    def heal(self) -> None:
        self.world.heal()

    # What must hold.

    @invariant()
    def nothing_too_often(self) -> None:
        self._check(list(sent(self.asked, self._books(), self.deeds)))

    @invariant()
    def no_bar_lies(self) -> None:
        if self.world.is_up and self.bars:
            self._check(self.world.tell("lies"))

    def teardown(self) -> None:
        try:
            if not self.is_wrong:
                self._end()
        except BaseException:
            self.is_wrong = True
            raise
        finally:
            if self.is_wrong:
                type(self).spoil(self.world)

    def _end(self) -> None:
        world, ids = self.world, [job.id for job in self.asked]
        world.heal()
        for owner in OWNERS:
            world.tell("pause", owner, on=False)
        wait_until(lambda: self._is_over(ids), self._stuck)
        wait_until(world.is_idle, lambda: "the engine still has something to do")
        self.nothing_too_often()
        self.no_bar_lies()
        records = world.records(ids)
        folder = world.folder / "data"
        self._check(list(settled(self.asked, records, self._books(), self.deeds, folder)))

    def _is_over(self, ids: list[str]) -> bool:
        records = [record for record in self.world.records(ids).values() if record]
        for record in records:
            if record.held and record.status is Status.QUEUED:
                self._try("hold", record.id, record.owner, on=False)
        return all(record.status.is_final for record in records)

    def _stuck(self) -> str:
        ids = [job.id for job in self.asked]
        states = self.world.tell("state", ids)
        lines = [f"{id_}: {s}; {self.world.entry(id_)}" for id_, s in zip(ids, states, strict=True)]
        return "\n".join(("these wait for ever:", *lines, self.world.told()))

    def _check(self, wrong: list[str]) -> None:
        if wrong:
            self.is_wrong = True
            raise AssertionError("\n".join(wrong))

    def _books(self) -> dict[str, Any]:
        return {job.id: entry for job in self.asked if (entry := self.world.entry(job.id))}

    def _job(self, which: int) -> Asked:
        return self.asked[which % len(self.asked)]

    def _seed(self) -> int:
        Model.serial += 1
        return Model.serial

    def _ask(self, owner: str, *order: Any, **named: Any) -> None:
        ids = self._try(*order, **named) or ()
        self.asked += [Asked(id_, owner, named.get("retry", False)) for id_ in ids]

    def _try(self, *order: Any, **named: Any) -> Any:
        """What came of an order; None where it was refused, as it may be."""
        try:
            return self.world.tell(*order, **named)
        except Refused:
            return None
