"""``/metrics``: numbers for Prometheus, asked for at each scrape."""

from collections.abc import Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from comfy.client.reconcile.freshness import Link
from storage.records import Status
from storage.totals import Histogram, Totals
from studio.studio import Studio
from web.http.endpoint import answering
from web.http.streams import Streams


class Metrics:
    """The route, over a registry of its own."""

    def __init__(self, studio: Studio, totals: Totals, streams: Streams) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Ours(studio, totals, streams))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route("/metrics", answering(self.show), methods=["GET"])]

    async def show(self, _request: Request) -> Response:
        """Everything, in Prometheus' text format."""
        text = await run_in_threadpool(generate_latest, self._registry)
        return Response(
            text, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        )


class _Ours(Collector):
    def __init__(self, studio: Studio, totals: Totals, streams: Streams) -> None:
        self._studio = studio
        self._totals = totals
        self._streams = streams

    def collect(self) -> Iterator[GaugeMetricFamily | HistogramMetricFamily]:
        """Ask the records and the live state."""
        yield _gauge(
            "stepglass_generations",
            "Generations in the records, by status.",
            "status",
            {status.value: n for status, n in self._totals.by_status().items()},
        )
        yield _histogram(
            "stepglass_generation_seconds",
            "Seconds a finished generation took on its server.",
            self._totals.seconds(),
        )
        yield _histogram(
            "stepglass_steps_per_second",
            "Sampler steps per second of finished generations.",
            self._totals.steps_per_second(),
        )
        yield from self._live()
        yield from self._servers()

    def _live(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily(
            "stepglass_queue_length",
            "Generations waiting to be handed to a server.",
            self._studio.generations.live_counts()[Status.QUEUED],
        )
        yield GaugeMetricFamily(
            "stepglass_watchers", "Who follows a generation now.", self._studio.generations.watchers
        )
        yield GaugeMetricFamily(
            "stepglass_api_streams", "Open progress streams of the API.", self._streams.count
        )

    def _servers(self) -> Iterator[GaugeMetricFamily]:
        links = GaugeMetricFamily(
            "stepglass_server_link",
            "1 for how news of a server arrives.",
            labels=["server", "link"],
        )
        numbers = {
            "running": "Prompts the server runs, everybody's.",
            "waiting": "Prompts waiting on the server, everybody's.",
            "reconnect_attempts": "Reconnections tried in a row; 0 while connected.",
        }
        gauges = {
            name: GaugeMetricFamily(f"stepglass_server_{name}", text, labels=["server"])
            for name, text in numbers.items()
        }
        for state in self._studio.servers.states():
            for link in Link:
                links.add_metric([state.name, link.value], float(state.freshness.link is link))
            gauges["running"].add_metric([state.name], state.running)
            gauges["waiting"].add_metric([state.name], state.waiting)
            gauges["reconnect_attempts"].add_metric([state.name], state.freshness.attempt)
        yield links
        yield from gauges.values()


def _gauge(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        gauge.add_metric([key], value)
    return gauge


def _histogram(name: str, text: str, found: Histogram) -> HistogramMetricFamily:
    buckets = [
        (str(bound), float(count)) for bound, count in zip(found.bounds, found.counts, strict=True)
    ]
    return HistogramMetricFamily(
        name, text, buckets=[*buckets, ("+Inf", float(found.count))], sum_value=found.sum
    )
