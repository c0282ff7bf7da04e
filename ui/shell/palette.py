"""The colours of the Stats tab, named once: for pictures, and as variables for the style sheets.

The same on the light and on the dark page, and told apart with any kind of colour vision (a test
holds this). Colour never says anything alone: what it says stands beside it in words.
"""

ACTIVITIES = {
    "waiting": "#535d61",
    "loading": "#4656e8",
    "encoding": "#c166d1",
    "sampling": "#1f9a8b",
    "decoding": "#2f5f80",
    "saving": "#a3852e",
    "other": "#9ba4c0",
    "fetching": "#b4383d",
}
OUTCOMES = {
    "finished": "#1f9a8b",
    "cancelled": "#55595b",
    "failed": "#b9381f",
    "lost": "#ca982f",
    "unfinished": "#9a5be0",
}
IMAGES = "#2177f6"
MEASURE = "#1f9a8b"
"""Of what is measured: bars, lines, and the band around a line."""
BAND = "rgba(31, 154, 139, 0.22)"
LIMIT = "#c07a14"
"""Of a limit or a comparison: the 95th percentile, a change, the diagonal."""
HEAT = ((0.0, "rgba(31, 154, 139, 0.05)"), (1.0, "rgba(31, 154, 139, 1)"))
"""From none to most; what lies behind shines through, light or dark."""


_KINDS = (("activity", ACTIVITIES), ("outcome", OUTCOMES))


def variables() -> str:
    """The colours as variables of a style sheet."""
    named = (f"--sg-{k}-{name}: {colour};" for k, all_ in _KINDS for name, colour in all_.items())
    return f":root {{ {' '.join(named)} }}"


def fills() -> str:
    """Rules of a style sheet that fill an element with the colour it names."""
    return "\n".join(
        f"[data-{kind}={name}] {{ background: var(--sg-{kind}-{name}); }}"
        for kind, all_ in _KINDS
        for name in all_
    )
