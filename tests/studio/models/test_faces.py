"""Faces of models: whose favourites and uses they show, and pictures that servers have."""

import io

import pytest
from PIL import Image

from comfy.demo.http.server import DemoServer
from studio.access.viewer import Viewer
from studio.errors import Absent, StudioError
from studio.models.faces import MAX_NOTE, Face
from studio.studio import Studio
from tests.studio.conftest import CHECKPOINT, Open, follow
from tests.studio.models.test_models import asked

ANN, BOB = Viewer("ann"), Viewer("bob")
LORA, OTHER, EMBEDDING = (
    "demo-golden-hour.safetensors",
    "demo-soft-focus.safetensors",
    "demo-golden-hour",
)


@pytest.fixture
def studio(engine: DemoServer, open_studio: Open) -> Studio:
    studio = open_studio(engine)
    studio.servers.refresh()
    return studio


def face(studio: Studio, viewer: Viewer, kind: str, name: str) -> Face:
    return next(f for f in studio.faces.all(viewer) if (f.kind, f.name) == (kind, name))


def test_uses_and_the_last_image_are_the_viewers_own(studio: Studio) -> None:
    loras = [{"name": LORA}, {"name": OTHER}]
    wanted = asked(CHECKPOINT, prompt=f"a fox, embedding:{EMBEDDING}", loras=loras)
    made = [studio.generations.create(ANN, studio.models.press(ANN, wanted))[0] for _ in range(2)]
    for one in made:
        follow(studio, one.id)
    for kind, name in (("models", CHECKPOINT), ("loras", OTHER), ("embeddings", EMBEDDING)):
        use = face(studio, ANN, kind, name).use
        assert use is not None, kind
        assert (use.count, use.image) == (2, (made[1].id, 0)), kind
        assert face(studio, BOB, kind, name).use is None
    studio.library.delete([made[1].id], ANN)
    use = face(studio, ANN, "loras", LORA).use
    assert use is not None
    assert (use.count, use.image) == (1, (made[0].id, 0))


def test_favourites_and_notes_are_kept_for_whoever_said_so(studio: Studio) -> None:
    studio.faces.say(ANN, "loras", LORA, is_favourite=True, note="warm")
    own = face(studio, ANN, "loras", LORA)
    assert (own.is_favourite, own.note) == (True, "warm")
    assert not face(studio, BOB, "loras", LORA).is_favourite
    studio.faces.say(ANN, "loras", LORA, is_favourite=False, note="")
    assert face(studio, ANN, "loras", LORA) == face(studio, BOB, "loras", LORA)


def test_what_is_not_there_or_too_long_is_refused(studio: Studio) -> None:
    for kind, name in (("loras", "../x"), ("x", LORA), ("models", LORA)):
        with pytest.raises(Absent):
            studio.faces.say(ANN, kind, name, is_favourite=True, note="")
        with pytest.raises(Absent):
            studio.faces.picture(kind, name)
    with pytest.raises(StudioError, match="2000 characters"):
        studio.faces.say(ANN, "loras", LORA, is_favourite=True, note="x" * (MAX_NOTE + 1))


def test_a_file_names_the_words_that_call_it(studio: Studio) -> None:
    card = studio.faces.card("loras", LORA)
    assert (card.title, card.base) == ("Golden hour", "sd_v1")
    assert card.triggers[:3] == ("golden hour", "warm light", "sunset")


def test_a_picture_beside_the_file_is_made_small_and_what_is_none_is_not_shown(
    engine: DemoServer, studio: Studio
) -> None:
    folder = engine.engine.folder / "models" / "loras"
    folder.mkdir(parents=True)
    Image.new("RGB", (1200, 800), "red").save(folder / "demo-golden-hour.png")
    (folder / "demo-soft-focus.png").write_bytes(b"<html>no picture</html>")
    webp = studio.faces.picture("loras", LORA)
    with Image.open(io.BytesIO(webp)) as small:
        assert (small.format, small.width) == ("WEBP", 384)
    assert studio.faces.picture("loras", OTHER) == b""
    assert studio.faces.picture("loras", "demo-film-grain.safetensors") == b""
