"""A node that counts bytes, as every downloader does: its generation ends like any other."""

from comfy.demo.http.server import DemoServer
from storage.records import Status
from tests.faults.house import SERVER, House

BYTES = 6_938_040_682
"""Of a checkpoint: more than 32 bits hold."""


def test_a_generation_whose_node_counts_bytes_is_kept_with_its_image(
    house: House, engine: DemoServer
) -> None:
    ids = house.generate(1, steps=30)
    house.until(lambda: house.runs(ids[0]))
    progress = house.studio._servers[SERVER].snapshot(ids[0])
    assert progress is not None
    loader = next(n.id for n in progress.plan.nodes.values() if n.activity == "loading")
    for value in (1, BYTES):
        data = {"value": value, "max": BYTES, "prompt_id": ids[0], "node": loader}
        engine._loop.call_soon_threadsafe(engine.engine.sockets.send, "progress", data)
    (record,) = house.finish(ids)
    assert record.status is Status.FINISHED
    assert len(record.images) == 1
    assert all(run.steps < 2**31 for run in house.studio._store.generations.node_runs(ids[0]))
