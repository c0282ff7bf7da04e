"""How a demo engine is set up."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Settings of one engine.

    `folder` gets ``input``, ``output`` and ``temp``; None makes a temporary one. One sampling
    step of a 512 × 512 picture takes `step_seconds`; everything else scales with it. With
    `throttle`, progress is sent as ComfyUI ≥ 0.9 does (≥ 100 ms apart). `token`, if set, must
    come as ``Authorization: Bearer``. `faults` opens the routes ``/demo/faults`` and
    ``/demo/books``, and keeps the books in a file in `folder`. It has everything but the node
    classes and files that it is `without`.
    """

    folder: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0
    step_seconds: float = 0.15
    throttle: bool = True
    token: str = ""
    faults: bool = False
    max_upload_bytes: int = 100 * 2**20
    without: tuple[str, ...] = ()
