"""What to paint."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Brief:
    """Everything that a sampler is told. `index` is the place in a batch."""

    prompt: str
    negative: str = ""
    seed: int = 0
    steps: int = 20
    cfg: float = 7.0
    sampler: str = "euler"
    scheduler: str = "normal"
    checkpoint: str = ""
    loras: tuple[tuple[str, float], ...] = ()
    index: int = 0

    def member(self, index: int) -> "Brief":
        """The same for another place in the batch."""
        return replace(self, index=index)

    def random(self, purpose: str) -> np.random.Generator:
        """Chance for one purpose: the same for the same seed, place and purpose."""
        text = f"{self.seed}/{self.index}/{purpose}"
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))
