"""What crosses from Python to the page's scripts, as types.

`ui/shell/wire.d.ts` is made from them: ``python -m tests.js.declare``. A test holds what is sent
against them. Times are epoch seconds, durations seconds, unless a comment says otherwise. Pure.
"""

from typing import Any, Literal, NotRequired, TypedDict

Scalar = str | float | bool | None
"""A value of a form; a whole number that JavaScript cannot hold is text."""


class Tile(TypedDict):
    """One image of a generation, in a grid or strip; `n` is -1 where it made no file."""

    id: str
    n: int
    prompt: str
    made: float
    press: str
    workflow: str
    width: int
    height: int
    thumb: bool
    seconds: NotRequired[float]
    media: NotRequired[str]
    name: NotRequired[str]
    text: NotRequired[str]
    rating: NotRequired[int]
    favourite: NotRequired[bool]
    status: NotRequired[str]
    how: NotRequired[str]
    binned: NotRequired[float]
    grid: NotRequired[bool]


class GridCell(TypedDict):
    """One place of a grid: its images, or how far what makes them is."""

    column: int
    row: int
    tiles: list[Tile]
    status: str


class GridOf(TypedDict):
    """The grid of a press; `live` while some of it is still to come."""

    columns: list[str]
    rows: list[str]
    cells: list[GridCell]
    live: bool


class ImageFile(TypedDict):
    """A file of a generation in the full view."""

    n: int
    width: int
    height: int
    bytes: int


class Details(TypedDict):
    """An image in words, as the full view shows it, with what its generation says."""

    id: str
    n: int
    status: str
    prompt: str
    negative: str
    rows: list[tuple[str, str]]
    times: list[tuple[str, float]]
    images: list[ImageFile]
    texts: list[str]
    error: str
    detail: str
    warning: str
    rating: int
    favourite: bool
    tags: list[str]
    collections: list[str]
    note: str
    binned: bool


class Motion(TypedDict):
    """How the bar may move until the next value."""

    gone: float
    span: float
    rest: float
    late: float
    knee: float
    top: float


class Wait(TypedDict):
    """Why a generation waits, as `studio.queue.waiting.Wait` says it."""

    why: str
    title: str
    sentence: str
    since: float | None
    ahead: int


class Live(TypedDict):
    """The value of the live panel: the generations followed."""

    turn: int
    number: int
    job: str
    id: str
    state: Literal["waiting", "running", "keeping", "finished", "cancelled", "failed", "lost"]
    live: bool
    title: str
    wait: Wait | None
    step: int
    steps: int
    percent: float
    motion: Motion | None
    forecast: str
    takes: str
    elapsed: float
    eta: float | None
    overdue: bool
    ticking: bool
    speed: str
    link: dict[str, Any]
    server: str
    total: int
    parts: list[tuple[float, str]]
    index: int
    press: str
    stopping: bool
    width: int
    height: int
    prompt: str
    seed: str
    preview: str
    images: list[dict[str, Any]]
    texts: list[str]
    notes: list[str]
    error: Any
    grid: bool


class EndedPress(TypedDict):
    """A press of one's own of which something ended; `fresh` are its images not seen yet."""

    press: str
    at: float
    over: bool
    finished: int
    failed: int
    cancelled: int
    images: int
    fresh: int


class News(TypedDict):
    """What is live of one's own, and what ended; `order` numbers what a page receives."""

    order: tuple[int, int]
    now: float
    live: int
    presses: list[EndedPress]


class ShownHook(TypedDict):
    """Where somebody is told of their jobs, and how that went last."""

    id: str
    kind: str
    url: str
    events: list[str]
    tried: float | None
    worked: bool
    result: str
    dropped: int


class FormField(TypedDict):
    """One input of a workflow's form; `list` is the number of its choices in the form's lists."""

    key: str
    node: str
    label: str
    group: str
    kind: str
    value: Any
    least: Scalar
    most: Scalar
    step: float
    slider: bool
    help: str
    first: bool
    advanced: bool
    dynamic: bool
    mask: bool
    list: NotRequired[int]
    own: NotRequired[dict[str, Any]]


class Problem(TypedDict):
    """What is wrong in a form, at the field `key`; "" is the whole form."""

    key: str
    says: str
    nearest: Any
