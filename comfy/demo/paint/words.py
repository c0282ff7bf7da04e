"""Words → what to paint. Each table maps a word of a prompt to one trait of a scene."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from comfy.demo.paint.brief import Brief

Rgb = tuple[float, float, float]

MAX_WORDS = 400
"""Words of a prompt that are looked at."""


def _table(**rows: str) -> Mapping[str, str]:
    """``trait="word word"`` turned round: word → trait."""
    return MappingProxyType(
        {word: trait for trait, words in rows.items() for word in words.split()}
    )


TIMES = _table(
    dawn="dawn sunrise morning daybreak misty",
    day="day noon midday sunny summer bright daylight afternoon spring blue",
    golden="golden sunset autumn fall warm evening amber",
    dusk="dusk twilight gloaming sundown purple crimson",
    night="night midnight dark nocturnal moonlit moonlight starry neon stars aurora",
)
WEATHERS = _table(
    rain="rain rainy raining wet drizzle downpour",
    snow="snow snowy snowing winter blizzard frost ice icy frozen",
    fog="fog foggy mist misty haze hazy",
    storm="storm stormy thunder thunderstorm lightning tempest",
    clouds="cloud clouds cloudy overcast",
    clear="clear cloudless",
    aurora="aurora borealis northern",
)
GROUNDS = _table(
    mountains="mountain mountains alps alpine peak peaks summit cliff cliffs himalaya volcano",
    hills="hill hills countryside valley rolling farm field fields tuscany vineyard landscape",
    sea="sea ocean beach coast waves wave shore island harbour harbor ship sailing pier bay",
    lake="lake river pond reflection fjord water",
    forest="forest wood woods trees pine pines jungle woodland taiga tree",
    desert="desert dune dunes sand sahara canyon mars",
    city="city skyline street town cyberpunk urban skyscraper skyscrapers tokyo buildings downtown",
    meadow="meadow flower flowers garden tulips lavender poppies wildflowers grass roses sunflower",
    space="space galaxy nebula planet cosmos universe cosmic astronaut spaceship saturn",
    abstract="abstract pattern flow marble fluid swirl fractal texture paint geometric dream",
)
SUBJECTS = _table(
    fox="fox foxes",
    wolf="wolf wolves dog husky coyote",
    cat="cat kitten cats",
    deer="deer stag elk reindeer doe",
    boat="boat sailboat ship yacht boats",
    cabin="cabin house cottage hut home barn",
    balloon="balloon balloons",
    lighthouse="lighthouse beacon",
    person="person man woman girl boy figure wanderer portrait knight warrior samurai astronaut",
    castle="castle fortress palace tower ruins",
    birds="bird birds gulls seagulls crane geese eagle",
)
MEDIA = _table(
    watercolour="watercolour watercolor aquarelle",
    ink="ink sumi monochrome charcoal pencil sketch",
    oil="oil impasto impressionist impressionism monet painting",
    pastel="pastel soft dreamy ghibli",
    vintage="vintage retro film analog polaroid",
    vivid="vivid vibrant neon cyberpunk colorful colourful hdr synthwave vaporwave",
)
COLOURS: Mapping[str, Rgb] = MappingProxyType(
    {
        "red": (0.85, 0.16, 0.14),
        "crimson": (0.75, 0.08, 0.18),
        "orange": (0.98, 0.52, 0.12),
        "amber": (1.0, 0.68, 0.18),
        "gold": (0.98, 0.76, 0.28),
        "golden": (0.98, 0.76, 0.28),
        "yellow": (0.98, 0.86, 0.25),
        "green": (0.22, 0.62, 0.30),
        "emerald": (0.06, 0.60, 0.42),
        "teal": (0.05, 0.55, 0.58),
        "turquoise": (0.16, 0.76, 0.74),
        "cyan": (0.15, 0.80, 0.92),
        "blue": (0.15, 0.36, 0.82),
        "indigo": (0.27, 0.18, 0.62),
        "violet": (0.52, 0.28, 0.80),
        "purple": (0.50, 0.20, 0.70),
        "lavender": (0.70, 0.60, 0.92),
        "pink": (0.98, 0.52, 0.70),
        "magenta": (0.90, 0.15, 0.62),
        "rose": (0.94, 0.45, 0.56),
        "brown": (0.45, 0.29, 0.18),
        "white": (0.94, 0.95, 0.97),
        "black": (0.06, 0.06, 0.08),
        "silver": (0.74, 0.77, 0.82),
        "autumn": (0.88, 0.42, 0.12),
    }
)
_HOMES: Mapping[str, str] = MappingProxyType(
    {
        "fox": "forest",
        "wolf": "forest",
        "deer": "forest",
        "cat": "meadow",
        "boat": "sea",
        "cabin": "hills",
        "balloon": "hills",
        "lighthouse": "sea",
        "person": "hills",
        "castle": "mountains",
        "birds": "sea",
    }
)
"""Where a subject is found when a prompt names no place."""
_NO_HUE = frozenset({"white", "black", "silver"})
_GUESSES = ("mountains", "lake", "sea", "hills", "forest", "meadow", "desert", "abstract", "space")


@dataclass(frozen=True)
class Scene:
    """What to paint. `colours` are accents, `words` all of the prompt's."""

    ground: str
    time: str
    weather: frozenset[str]
    subject: str
    medium: str
    colours: tuple[Rgb, ...]
    words: frozenset[str]


def read(brief: Brief) -> Scene:
    """Decide what *brief* asks for; what it leaves open its seed decides."""
    said = words(brief.prompt)
    unwanted = frozenset(words(brief.negative))
    wanted = [word for word in said if word not in unwanted]
    chance = brief.random("scene" + " ".join(wanted))
    weather = frozenset(_all(WEATHERS, wanted)) - frozenset(_all(WEATHERS, list(unwanted)))
    subject = _first(SUBJECTS, wanted)
    ground = _ground(wanted, subject) or _GUESSES[int(chance.integers(len(_GUESSES)))]
    time = ("dawn", "day", "golden", "golden", "dusk")[int(chance.integers(5))]
    time = _time(wanted) or ("dusk" if "storm" in weather else time)
    colours = _colours(wanted)
    medium = _first(MEDIA, wanted) or _medium_of(brief.checkpoint)
    return Scene(ground, time, weather, subject, medium, colours[:3], frozenset(wanted))


def _colours(wanted: list[str]) -> tuple[Rgb, ...]:
    """Accents, without those that only name a time ("golden hour")."""
    named = [w for w in dict.fromkeys(wanted) if w in COLOURS and w not in _NO_HUE]
    if "golden" in named and "hour" in wanted:
        named.remove("golden")
    return tuple(COLOURS[w] for w in named)


def words(text: str) -> list[str]:
    """Lower-case words of a prompt, without weights and punctuation."""
    found: list[str] = re.findall(r"[a-zà-ÿ]+", text.lower())
    return found[:MAX_WORDS]


def _ground(wanted: list[str], subject: str) -> str:
    found = _all(GROUNDS, wanted)
    # Where both are named, mountains with a lake are a lake, and a city by the sea is a city.
    for strong in ("city", "space", "lake"):
        if strong in found:
            return strong
    if found:
        return found[0]
    return _HOMES.get(subject, "")


def _time(wanted: list[str]) -> str:
    found = _all(TIMES, wanted)
    # "blue" and "bright" are weak hints beside a real time of day.
    strong = [TIMES[w] for w in wanted if w in TIMES and w not in ("blue", "bright", "stars")]
    return (strong or found or [""])[0]


def _all(table: Mapping[str, str], wanted: list[str]) -> list[str]:
    return list(dict.fromkeys(table[word] for word in wanted if word in table))


def _first(table: Mapping[str, str], wanted: list[str]) -> str:
    return next(iter(_all(table, wanted)), "")


def _medium_of(checkpoint: str) -> str:
    if "watercolour" in checkpoint:
        return "watercolour"
    return "vivid" if "neon" in checkpoint else ""
