"""From a stored generation to what a server is sent: the graph and its plan."""

import math
import time
from datetime import datetime
from typing import Any

from comfy.client.server import Server
from comfy.errors import Rejected
from comfy.graph.plan import Plan, make_plan
from comfy.protocol.refusal import class_of, completed
from comfy.workflow.file_names import named
from comfy.workflow.hints import sharing, split
from comfy.workflow.model_names import renamed
from comfy.workflow.name_patterns import fill_names
from storage.records import Generation
from studio.errors import UploadError
from studio.forecast.estimator import Estimator
from studio.requested import graph_of, uploads_of
from studio.servers.catalogues import Catalogues
from studio.snapshot import Forecast
from studio.uploads.uploads import Uploads

LOOK_SECONDS = 1.0
"""Between two refusals for which servers are asked anew what they have, at least."""


class Grapher:
    """Makes graphs and plans for servers whose catalogues are known."""

    def __init__(self, catalogues: Catalogues, uploads: Uploads, estimator: Estimator) -> None:
        self._catalogues = catalogues
        self._uploads = uploads
        self._estimator = estimator
        self._looked_at = -math.inf

    def graph(self, record: Generation, server: Server) -> dict[str, Any]:
        """Return the API graph of *record* as it is sent, its pictures uploaded.

        Models go by the server's own spelling: those of another system have other slashes. Names
        of files are filled in now, with the values that are sent.

        Raises ComfyError.
        """
        graph = self._with_uploads(record, server)
        catalogue = self._catalogues.offer(server.address.label).catalogue
        spelled = renamed(graph, catalogue)[0] if catalogue else graph
        return named(fill_names(spelled, datetime.now().astimezone()), record.id)

    def _with_uploads(self, record: Generation, server: Server) -> dict[str, Any]:
        """The graph with the names under which the server has its files."""
        graph = {id_: dict(node) for id_, node in graph_of(record).items()}
        others = sharing(graph)
        for key, kept in uploads_of(record).items():
            if not split(key, graph)[0]:
                continue
            sent = server.api.upload(self._read(kept), kept)
            for node, name in (split(one, graph) for one in (key, *others.get(key, ()))):
                graph[node]["inputs"] = {**graph[node].get("inputs", {}), name: sent}
        return graph

    def _read(self, upload: str) -> bytes:
        try:
            return self._uploads.read(upload)
        except UploadError as error:
            raise Rejected(str(error)) from error

    def plan(self, record: Generation, graph: dict[str, Any], server: Server) -> Plan:
        """Return which nodes of *graph* will run, with what is learned of them."""
        name = server.address.label
        catalogue = self._catalogues.offer(name).catalogue
        plan = make_plan(
            graph,
            display_names=catalogue.display_names if catalogue else None,
            output_classes=catalogue.output_classes if catalogue else None,
        )
        return self._estimator.learned(plan, record, graph, name)

    def forecast(
        self, record: Generation, graph: dict[str, Any], plan: Plan, server: Server
    ) -> Forecast | None:
        """How long *record* will run on *server*, by what is known as it is handed out."""
        return self._estimator.expect(plan, record, graph, (server.address.label,))

    def explained(self, error: Rejected, graph: dict[str, Any], server: Server) -> Rejected:
        """*error* with the choices that *server* left out of it, asked for anew."""
        name = server.address.label
        if time.monotonic() - self._looked_at >= LOOK_SECONDS:  # many may be refused at once
            classes = (class_of(graph, one.node) for one in error.problems)
            self._catalogues.look_again(filter(None, classes))
            self._looked_at = time.monotonic()
        self._catalogues.want(name)  # what it refuses it may have lost, and more with that
        catalogue = self._catalogues.offer(name).catalogue
        return completed(error, graph, catalogue.choices) if catalogue else error
