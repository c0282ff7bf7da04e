"""The types that the page's scripts are checked by are those of the Python that answers them."""

from tests.js.declare import TARGET, declarations


def test_the_declared_types_are_current() -> None:
    """Else: ``python -m tests.js.declare``."""
    assert TARGET.read_text(encoding="utf-8") == declarations()
