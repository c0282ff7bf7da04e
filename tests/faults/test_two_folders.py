"""Two Stepglass with data folders of the same path, as in two containers, on one ComfyUI."""

from pathlib import Path

from comfy.client.http.address import parse_address
from comfy.client.reconcile.freshness import Link
from comfy.client.server import Server
from comfy.demo.http.server import DemoServer
from comfy.graph.plan import make_plan
from comfy.workflow.families.build import build_graph
from studio.ids import client_id, new_id
from tests.faults.house import request, wait_until
from tests.support.cadences import HASTY


def test_each_hears_its_own_prompts_and_takes_no_socket_of_the_other(
    engine: DemoServer, tmp_path: Path
) -> None:
    address, data = parse_address(engine.url), tmp_path / "data"
    servers = []
    for name in ("container 1", "container 2"):
        servers.append(Server(address, client_id(data, address), cadence=HASTY))
        data.rename(tmp_path / name)  # where it is mounted, the path is the same for both
    links: list[Link] = []
    try:
        for server in servers:
            server.start()
        wait_until(lambda: all(s.freshness().link is Link.LIVE for s in servers))
        id_ = new_id()
        graph = build_graph(request(steps=30), 1, "")
        servers[0].expect(id_, graph, make_plan(graph))
        servers[0].submit(id_)

        def is_over() -> bool:
            links.extend(server.freshness().link for server in servers)
            progress = servers[0].snapshot(id_)
            return progress is not None and progress.phase.is_final

        wait_until(is_over)
        progress = servers[0].snapshot(id_)
        assert progress is not None
        assert progress.files
        assert max(len(node.step_times) for node in progress.nodes.values()) > 0
        assert set(links) == {Link.LIVE}
    finally:
        for server in servers:
            server.close()
