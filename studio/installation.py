"""How this Stepglass was installed, and what follows: its name on a terminal, its data folder."""

from pathlib import Path

from platformdirs import user_data_path

ROOT = Path(__file__).resolve().parents[1]
IS_CHECKOUT = (ROOT / "pyproject.toml").is_file()
"""Whether it runs from its source folder; else it is the command ``stepglass``, or an image."""
PROGRAM = "python app.py" if IS_CHECKOUT else "stepglass"
"""What people type to start it."""


def usual_data_folder() -> Path:
    """``data`` in the present folder for a checkout; for the command one that is yours anywhere."""
    return Path("data") if IS_CHECKOUT else user_data_path("stepglass", appauthor=False)
