"""Settings as they are where nothing was set, whoever runs the tests."""

import os
from pathlib import Path
from typing import Any

from studio.settings.settings import Settings

_SETTING = ("STEPGLASS_", "GRADIO_", "COMFYUI_", "SPACE_")


def bare() -> dict[str, str]:
    """The environment without what would change settings."""
    return {name: text for name, text in os.environ.items() if not name.startswith(_SETTING)}


def settings(folder: Path, **chosen: Any) -> Settings:
    """Settings with their data in *folder* that no ``.env`` changes."""
    return Settings(_env_file=None, data_folder=folder, **chosen)  # type: ignore[call-arg] # pydantic-settings' own
