"""Write the last part of docs/api.md, as the routes describe themselves.

``python -m docs.api_reference``
"""

import tempfile
from pathlib import Path

from storage.store import Store
from storage.totals import Totals
from studio.settings.settings import Settings
from studio.studio import Studio
from web.api.description.markdown import BEGIN, markdown
from web.api.description.schema import Schema
from web.site import Site

PAGE = Path(__file__).with_name("api.md")


def main() -> None:
    """Write it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_folder=Path(folder))  # type: ignore[call-arg] # pydantic-settings' own
        store = Store(settings.data_folder)
        studio = Studio(settings, [], store)
        schema = Schema(Site(studio, settings, Totals(store)).routes()).schema
        studio.close()
    before = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0].rstrip()
    PAGE.write_text(f"{before}\n\n{markdown(schema)}", encoding="utf-8")


if __name__ == "__main__":
    main()
