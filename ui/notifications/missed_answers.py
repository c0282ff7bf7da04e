"""What the page's script asks when its person comes back: what ended meanwhile."""

from studio.notifications.news import News
from ui.library.tiles import tiles
from ui.shell.rpc import Answer, Ask


def missed(news: News, ask: Ask) -> Answer:
    """How many jobs ended after `since` (epoch seconds), with tiles of those that finished."""
    since = ask.data.get("since")
    found = news.missed(ask.viewer, float(since) if isinstance(since, int | float) else 0.0)
    return {
        "now": found.at,
        "finished": found.finished,
        "failed": found.failed,
        "tiles": [tile for record in found.shown for tile in tiles(record)],
    }
