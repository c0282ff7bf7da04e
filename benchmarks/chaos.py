"""Random faults over hundreds of short jobs, then an audit against the engines' own books.

    python benchmarks/chaos.py --jobs 500 --seed 1

Two demo engines and Stepglass run as processes of their own; all three are killed (SIGKILL) and
started again at random, between some sixty other faults, while several owners press Generate,
cancel, undo, run again, pause and hold. Stepglass also sleeps, finds its disk full and its time
of day set back and ahead. Exit code 1 where anything is stuck, lost, doubled or in the wrong hands.
"""

import argparse
import random
import sys
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also as a script, from anywhere

from benchmarks.brisk import BRISK
from benchmarks.mischief import ALL
from comfy.demo.engine.ledger import JOURNAL, read
from comfy.demo.launch import DemoProcess
from comfy.workflow.families.build import build_graph
from comfy.workflow.request import GenerationRequest
from storage.store import Store
from tests.support.app import App, Died
from tests.support.audit import Audit, Engine, audit, show

ENGINES = ("one", "two")
OWNERS = tuple(f"user:{name}" for name in ("ann", "bob", "cid", "dot"))
MOST_LIVE = 60
STEP_SECONDS = 0.05
DRAIN_SECONDS = 240.0
CLOCK_STEPS = (-7200.0, -90.0, -2.0, 2.0, 90.0, 7200.0)
"""Seconds by which the time of day is set."""
REACH_SECONDS = 5.0


class Chaos:
    """One run in *folder*; *dice* decides everything but the timing of the machine."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.folder = folder
        self.dice = dice
        self.done: Counter[str] = Counter()
        self.owners: dict[str, str] = {}
        self.engines = {
            name: DemoProcess(folder / name, step_seconds=STEP_SECONDS, faults=True)
            for name in ENGINES
        }
        self.urls = {name: engine.url for name, engine in self.engines.items()}
        self.app = App(folder / "data", self.urls, folder / "app.log", BRISK)
        self.app.start()
        self._http = httpx.Client(timeout=REACH_SECONDS)
        self._later: list[tuple[float, str, Any]] = []
        self._live: list[str] = []
        self._clock = 0.0

    def run(self, jobs: int, seconds: float) -> None:
        """Do one thing after another until so many jobs were asked for, or for so long."""
        end = time.monotonic() + seconds
        things = (
            (self.press, 20),
            (self.harm, 16),
            (self.cancel, 3),
            (self.arrange, 2),
            (self.change_mind, 2),
            (self.intrude, 2),
            (self.kill_engine, 1),
            (self.kill_app, 1),
            (self.afflict_app, 2),
        )
        actions = [action for action, _ in things]
        weights = [weight for _, weight in things]
        while len(self.owners) < jobs and time.monotonic() < end:
            (action,) = self.dice.choices(actions, weights)
            try:
                action()
            except Died:
                self.app.kill()
                self.done["Stepglass died by itself"] += 1
                self.app.start(self._clock)
            self.catch_up()
            time.sleep(self.dice.uniform(0.02, 0.4))

    def press(self) -> None:
        """Somebody presses Generate."""
        self._live = list(self.app.tell(live=True)["live"])
        if len(self._live) >= MOST_LIVE:
            return
        owner, again = self.dice.choice(OWNERS), self.dice.random() < 0.3
        made = self.app.tell(generate=self._request(), owner=owner, retry_on_loss=again)
        self.owners |= dict.fromkeys(made.get("ids", ()), owner)

    def harm(self) -> None:
        """One of the engines is harmed."""
        name, mischief = self.dice.choice(ENGINES), self.dice.choice(ALL)
        if self._switch(name, mischief.switch(self.dice)):
            self.done[mischief.name] += 1
            if mischief.undo is not None:
                self._after(self.dice.uniform(0.5, 6.0), name, mischief.undo)

    def cancel(self) -> None:
        """Somebody stops one generation, twice, or all of their own."""
        if self.dice.random() < 0.1:
            self.app.tell(cancel_all=self.dice.choice(OWNERS))
            self.done["cancel all mine"] += 1
        elif self._live:
            id_ = self.dice.choice(self._live[:8])
            for _ in range(self.dice.randint(1, 2)):
                self.app.tell(cancel=id_)
                self.done["cancel"] += 1

    def arrange(self) -> None:
        """Somebody pauses their queue, or holds a generation, for a while."""
        if self._live and self.dice.random() < 0.5:
            id_ = self.dice.choice(self._live)
            order = {"hold": id_, "owner": self.owners.get(id_, "")}
            self.app.tell(**order, held=True)
            self._after(3.0, "app", {**order, "held": False})
            self.done["hold"] += 1
        else:
            owner = self.dice.choice(OWNERS)
            self.app.tell(pause=owner)
            self._after(3.0, "app", {"resume": owner})
            self.done["pause"] += 1

    def intrude(self) -> None:
        """Somebody else uses the same engine: queues, or stops what is ours."""
        name = self.dice.choice(ENGINES)
        graph = build_graph(GenerationRequest.model_validate(self._request()), seed=1)
        queue = {"prompt": graph, "prompt_id": str(uuid.uuid4()), "client_id": "stranger"}
        calls: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("a stranger's prompt", "/prompt", queue),
            ("a stranger clears the queue", "/queue", {"clear": True}),
            ("a stranger interrupts", "/interrupt", {}),
            ("a stranger clears the history", "/history", {"clear": True}),
            ("a stranger deletes what waits", "/queue", {"delete": self._live[:4]}),
        )
        kind, path, body = self.dice.choice(calls)
        try:
            self._http.post(self.urls[name] + path, json=body)
        except httpx.HTTPError:
            return
        self.done[kind] += 1

    def kill_engine(self) -> None:
        """An engine is killed, and started again a little later."""
        name = self.dice.choice(ENGINES)
        if self.engines[name].is_alive:
            self.engines[name].kill()
            self.done["engine SIGKILLed"] += 1
            self._after(self.dice.uniform(0.0, 3.0), name, None)

    def kill_app(self) -> None:
        """Stepglass is killed, and started again a little later."""
        self.app.kill()
        self.done["Stepglass SIGKILLed"] += 1
        time.sleep(self.dice.uniform(0.0, 2.0))
        self.app.start(self._clock)

    def afflict_app(self) -> None:
        """Stepglass sleeps, its disk is full for a while, or somebody sets the clock."""
        match self.dice.randrange(3):
            case 0:
                self.app.sleep(self.dice.uniform(0.1, 5.0))
                self.done["Stepglass asleep"] += 1
            case 1:
                self.app.tell(disk_full=True)
                self._after(self.dice.uniform(0.5, 4.0), "app", {"disk_full": False})
                self.done["disk full"] += 1
            case _:
                self._clock += self.dice.choice(CLOCK_STEPS)
                self.app.tell(clock=self._clock)
                self.done["clock set"] += 1

    def change_mind(self) -> None:
        """Somebody undoes a cancel, or runs something of the past again."""
        if not self.owners:
            return
        id_ = self.dice.choice(list(self.owners)[-MOST_LIVE:])
        owner = self.owners[id_]
        if self.dice.random() < 0.5:
            self.app.tell(undo=[id_], owner=owner)
            self.done["undo a cancel"] += 1
        else:
            made = self.app.tell(again=id_, owner=owner, same_seed=self.dice.random() < 0.5)
            self.owners |= dict.fromkeys(made.get("ids", ()), owner)
            self.done["run again"] += 1

    def catch_up(self, *, everything: bool = False) -> None:
        """Undo what has lasted long enough."""
        now = float("inf") if everything else time.monotonic()
        due = [later for later in self._later if later[0] <= now]
        self._later = [later for later in self._later if later[0] > now]
        for _, name, body in due:
            if name == "app":
                self.app.tell(**body)
            elif body is None:
                self.engines[name].start()
            else:
                self._switch(name, body)

    def recover(self) -> list[str]:
        """End all faults, and wait until nothing is live; return what still is."""
        self.catch_up(everything=True)
        for name, engine in self.engines.items():
            engine.start()
            engine.url  # noqa: B018 - waits until it listens
            self._switch(name, {"clear": True})
        for owner in OWNERS:
            self.app.tell(resume=owner)
        deadline = time.monotonic() + DRAIN_SECONDS
        while (live := self.app.tell(live=True)["live"]) and time.monotonic() < deadline:
            for id_ in live:  # one that was held when Stepglass was killed
                self.app.tell(hold=id_, owner=self.owners.get(id_, ""), held=False)
            time.sleep(0.5)
        while self._busy() and time.monotonic() < deadline:
            time.sleep(0.2)
        return list(live)

    def close(self) -> Audit:
        """End every process and hold the records against the books."""
        self.app.close()
        for engine in self.engines.values():
            engine.close()
        self._http.close()
        store = Store(self.folder / "data")
        records = store.generations.page(owner=None, limit=100_000)
        store.close()
        engines = {
            name: Engine(
                {entry.prompt_id: entry for entry in read(self.folder / name / JOURNAL)},
                self.folder / name,
            )
            for name in ENGINES
        }
        return audit(records, engines, self.folder / "data", self.owners)

    def _request(self) -> dict[str, Any]:
        return {
            "prompt": self.dice.choice(("a lighthouse", "a forest", "a city at night")),
            "checkpoint": "demo-landscapes.safetensors",
            "width": 64,
            "height": 64,
            "steps": self.dice.choice((2, 2, 4, 8, 30)),
            "images_per_prompt": self.dice.choice((1, 1, 2)),
            "prompts": self.dice.choice((1, 2, 3, 4)),
        }

    def _after(self, seconds: float, name: str, body: Any) -> None:
        self._later.append((time.monotonic() + seconds, name, body))

    def _switch(self, name: str, body: Any) -> bool:
        try:
            answer = self._http.post(f"{self.urls[name]}/demo/faults", json=body)
        except httpx.HTTPError:
            return False  # it is down, or going
        answer.raise_for_status()
        return True

    def _busy(self) -> bool:
        answers = (self._http.get(f"{url}/prompt").json() for url in self.urls.values())
        return any(answer["exec_info"]["queue_remaining"] for answer in answers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=500, help="until so many are asked for")
    parser.add_argument("--minutes", type=float, default=30.0, help="and no longer than this")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep everything here (default: nowhere)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stepglass-chaos-") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        chaos = Chaos(folder, random.Random(options.seed))
        began = time.monotonic()
        chaos.run(options.jobs, options.minutes * 60)
        chaos.recover()
        result = chaos.close()
        print(f"chaos: {time.monotonic() - began:.0f} s, seed {options.seed}")
        show(chaos.done, result)
    return 0 if result.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
