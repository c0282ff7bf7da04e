"""A little tune from a text and a seed, as samples."""

import hashlib

import numpy as np

from comfy.demo.paint.media.flac import RATE, Samples

SCALE = (0, 2, 4, 7, 9, 12, 14, 16)
"""Half tones above the lowest note: whatever is played together sounds well."""
LOWEST = 220.0
NOTE_SECONDS = 0.25
LOUDNESS = 0.3


def tune(text: str, seed: int, seconds: float) -> Samples:
    """So many *seconds* of it; the same for the same."""
    digest = hashlib.sha256(f"{seed} {text}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    count = max(1, round(seconds * RATE))
    notes = max(1, round(seconds / NOTE_SECONDS))
    walk = np.cumsum(rng.integers(-2, 3, notes)) % len(SCALE)
    pitches = LOWEST * 2 ** (np.array(SCALE)[walk] / 12)
    length = round(NOTE_SECONDS * RATE)
    pitch = np.repeat(pitches, length)[:count]
    pitch = np.pad(pitch, (0, count - len(pitch)), mode="edge")
    phase = np.cumsum(pitch, dtype=np.float64) * (2 * np.pi / RATE)
    fade = 1 - (np.arange(count) % length) / length
    wave = (np.sin(phase) + 0.3 * np.sin(2 * phase)) * fade * LOUDNESS
    return np.asarray(wave * 32767 / 1.3, np.int16)
