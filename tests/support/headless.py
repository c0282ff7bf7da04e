"""Stepglass without a page: ``python -m tests.support.headless``. It reads from standard input.

Each line is a JSON object: {"generate": fields, "owner", "retry_on_loss"}, {"cancel": id},
{"cancel_all": owner}, {"undo": ids, "owner"}, {"again": id, "owner", "same_seed"},
{"pause": owner}, {"resume": owner}, {"hold": id, "owner", "held"}, {"clock": seconds that the
time of day is ahead}, {"disk_full": true or false} or {"live": true}. Each is answered by one
line. It ends with its input.
"""

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

from comfy.client.http.address import parse_address
from comfy.client.timeouts import Cadence
from comfy.workflow.request import GenerationRequest
from storage.errors import StorageError
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generations.new_records import press_of
from studio.studio import Studio
from tests.support import environment
from tests.support.weather import WallClock, fill_disk

Json = dict[str, Any]
ANYBODY = Viewer("", is_admin=True)


def main() -> int:
    """Run until standard input ends; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--server", action="append", required=True, help="NAME=URL")
    parser.add_argument("--cadence", type=json.loads, default={}, help="fields, as JSON")
    parser.add_argument("--clock", type=float, default=0.0, help="seconds it is ahead")
    options = parser.parse_args()
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel("WARNING")
    addresses = [
        parse_address(url, name=name)
        for name, _, url in (given.partition("=") for given in options.server)
    ]
    fields: Json = {k: tuple(v) if isinstance(v, list) else v for k, v in options.cadence.items()}
    try:
        store = Store(options.data)
    except StorageError as error:
        say({"error": str(error)})
        return 2
    settings = environment.settings(options.data)
    studio = Studio(settings, addresses, store, Cadence(**fields))
    wall_clock = WallClock(options.clock)
    studio.start()
    say({"ready": True})
    for line in sys.stdin:
        try:
            say(obey(studio, wall_clock, json.loads(line)))
        except (StorageError, StudioError) as error:
            say({"error": str(error)})
    studio.close()
    return 0


def obey(studio: Studio, wall_clock: WallClock, order: Json) -> Json:
    """Do what *order* says; return the answer."""
    viewer = Viewer(order.get("owner", ""))
    match order:
        case {"generate": fields}:
            request = GenerationRequest.model_validate(fields)
            again = bool(order.get("retry_on_loss"))
            made = studio.generations.create(viewer, press_of(request, retry_on_loss=again))
            return {"ids": [generation.id for generation in made]}
        case {"cancel": id_}:
            studio.cancels.some([id_], ANYBODY)
        case {"cancel_all": owner}:
            return {"cancelled": studio.cancels.all(Viewer(owner)).count}
        case {"undo": ids}:
            return {"ids": studio.cancels.undo(ids, viewer)}
        case {"again": id_, "same_seed": same_seed}:
            return {
                "ids": [studio.generations.create_again(viewer, [id_], same_seed=same_seed)[0].id]
            }
        case {"pause": owner}:
            studio.queue.pause(Viewer(owner))
        case {"resume": owner}:
            studio.queue.resume(Viewer(owner))
        case {"hold": id_, "held": held}:
            studio.queue.hold(id_, viewer, held=held)
        case {"clock": offset}:
            wall_clock.offset = offset
        case {"disk_full": full}:
            fill_disk(full=full)
        case {"live": _}:
            return {
                "live": {
                    s.record.id: s.record.status.value for s in studio.generations.live(ANYBODY)
                }
            }
    return {}


def say(answer: Json) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
