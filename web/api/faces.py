"""The faces' API: what pickers show of models, LoRAs and embeddings, and one's own word on them."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.responses import Response
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from studio.models.faces import KINDS, Face
from studio.studio import Studio
from web.api.shapes.bodies import Body, Flag, Text
from web.http.fields import says
from web.http.router import Caller, Router

PATH = "/api/faces"
Kind = Annotated[str, Query(description=f"Any of {', '.join(KINDS)}.")]
Name = Annotated[str, Query(description="The file, as the server spells it.")]
_HEADERS = {
    "Cache-Control": "private, max-age=300",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_PICTURE: dict[int, Any] = {
    200: {"description": "The picture beside the file.", "content": {"image/webp": {}}},
    204: {"description": "There is none."},
}


class Said(Body):
    """What one says of a file."""

    kind: Text = Field(description=f"Any of {', '.join(KINDS)}.")
    name: Text = Field(description="The file, as the server spells it.")
    favourite: Flag = Field(False, description="Whether it stands first.")
    note: Text = Field("", description="One's own words on it.")


class SaidShape(TypedDict):
    """What one says of a file."""

    favourite: Annotated[bool, says("Whether one marked it.")]
    note: Annotated[str, says("One's own words on it.")]


class FaceShape(SaidShape):
    """A file, and what one has to do with it."""

    kind: Annotated[str, says("`models`, `loras` or `embeddings`.")]
    name: Annotated[str, says("As the server spells it.")]
    family: Annotated[str, says("What its family is called; empty where nothing tells.")]
    uses: Annotated[int, says("How many of one's generations used it.")]
    seconds: Annotated[float | None, says("How long these took, the median; null before.")]
    image: Annotated[
        list[Any] | None, says("The last image one made with it: its generation and number.")
    ]


class FaceList(TypedDict):
    """All that servers offer."""

    faces: Annotated[list[FaceShape], says("Models, then LoRAs, then embeddings.")]


class CardShape(TypedDict):
    """What a file says of itself."""

    title: Annotated[str, says("Its title.")]
    base: Annotated[str, says("The model that it was made from or for.")]
    about: Annotated[str, says("How it is used.")]
    triggers: Annotated[list[str], says("Words that call it.")]


class FacesApi:
    """The routes over *studio*'s faces."""

    def __init__(self, studio: Studio) -> None:
        self._faces = studio.faces

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Models")
        routes.get(PATH, self.list_faces)
        routes.post(PATH, self.say_of_face, says_no=(404, 409))
        routes.get(f"{PATH}/card", self.read_face_card, says_no=(404,))
        described = {"responses": _PICTURE, "response_class": Response}
        routes.get(f"{PATH}/picture", self.send_picture, says_no=(404,), described=described)
        return [*routes.routes]

    def list_faces(self, viewer: Caller) -> FaceList:
        """List models, LoRAs and embeddings, with one's own use of them."""
        return {"faces": [shape(face) for face in self._faces.all(viewer)]}

    def say_of_face(self, asked: Said, viewer: Caller) -> SaidShape:
        """Mark a file as a favourite and note something on it, for oneself; answers with it."""
        is_favourite, note = asked.favourite, asked.note
        self._faces.say(viewer, asked.kind, asked.name, is_favourite=is_favourite, note=note)
        return {"favourite": is_favourite, "note": note}

    def read_face_card(self, viewer: Caller, kind: Kind = "", name: Name = "") -> CardShape:  # noqa: ARG002 # the same for everybody
        """Tell what a file says of itself; the server is asked for it."""
        card = self._faces.card(kind, name)
        triggers = [*card.triggers]
        return {"title": card.title, "base": card.base, "about": card.about, "triggers": triggers}

    def send_picture(self, viewer: Caller, kind: Kind = "", name: Name = "") -> Response:  # noqa: ARG002 # the same for everybody
        """Send the picture that lies beside a file on its server, made small."""
        if webp := self._faces.picture(kind, name):
            return Response(webp, media_type="image/webp", headers=_HEADERS)
        return Response(status_code=204, headers=_HEADERS)


def shape(face: Face) -> FaceShape:
    """*face* in JSON."""
    use = face.use
    return {
        "kind": face.kind,
        "name": face.name,
        "family": face.family,
        "uses": use.count if use else 0,
        "seconds": use.seconds if use else None,
        "image": [*use.image] if use and use.image else None,
        "favourite": face.is_favourite,
        "note": face.note,
    }
