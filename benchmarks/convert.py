"""How exactly and how fast workflows become graphs, and forms.

``python -m benchmarks.convert`` takes the templates and the answers of ComfyUI's own page that
the tests keep, and prints how many are the same, milliseconds of processor time per workflow
(median, 95th percentile, worst), and what the catalogue of 892 nodes takes.

With ``--templates FOLDER`` and ``--answers FOLDER`` it takes ``NAME.json`` and ``NAME.api.json``
from there instead.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from comfy.errors import WorkflowError
from comfy.workflow.catalogue import Catalogue, parse_catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.form.form import make_form
from tests.support.workflow_samples import comparable, read

ROUNDS = 9
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What *work* returns, and milliseconds of processor time."""
    start = time.process_time()
    result = work()
    return result, 1000 * (time.process_time() - start)


def pairs(templates: Path | None, answers: Path | None) -> Iterator[tuple[str, Any, Any]]:
    """Name, saved workflow, and the page's answer."""
    if templates is None or answers is None:
        yield from (
            (name, read("templates")[name], read("oracle")[name]) for name in read("oracle")
        )
        return
    for file in sorted(answers.glob("*.api.json")):
        name = file.name.removesuffix(".api.json")
        yield (
            name,
            json.loads((templates / f"{name}.json").read_bytes()),
            json.loads(file.read_bytes()),
        )


def measure(known: Catalogue, chosen: Iterator[tuple[str, Any, Any]]) -> None:
    converting: list[float] = []
    drawing: list[float] = []
    wrong: list[str] = []
    for name, saved, answer in chosen:
        try:
            converted, took = timed(partial(convert, saved, known))
        except WorkflowError as error:
            wrong.append(f"{name}: {error}")
            continue
        converting.append(took)
        drawing.append(timed(partial(make_form, converted.graph, known))[1])
        if comparable(converted.graph) != comparable(answer):
            wrong.append(name)
    total = len(converting)
    print(f"{total - len(wrong)} of {total} exactly as ComfyUI's page")
    print(f"unlike it: {', '.join(wrong) or 'none'}")
    for what, times in (("convert", converting), ("form", drawing)):
        cut = statistics.quantiles(times, n=20)
        print(
            f"{what:8} median {statistics.median(times):6.2f} ms   p95 {cut[-1]:6.2f} ms   "
            f"worst {max(times):6.2f} ms"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--templates", type=Path, help="folder of NAME.json")
    parser.add_argument("--answers", type=Path, help="folder of NAME.api.json")
    options = parser.parse_args()
    info = read("object_info")
    times = [timed(lambda: parse_catalogue(info))[1] for _ in range(ROUNDS)]
    print(f"catalogue of {len(info)} nodes: median {statistics.median(times):.1f} ms")
    measure(parse_catalogue(info), pairs(options.templates, options.answers))


if __name__ == "__main__":
    main()
