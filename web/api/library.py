"""The library's API: search, mark and label, and the bin."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from storage.records import ImageKey, Target, parted
from storage.search.facets import Facets
from storage.search.query import Search
from studio.library.library import BEST, MAX_AT_ONCE
from studio.studio import Studio
from web.api.shapes.answers import Generation, ImageRef
from web.api.shapes.bodies import MAX_PAGE, Body, Flag, Text, Texts
from web.api.shapes.generations import generation_shape, image_ref
from web.http.fields import Whole, Wish, says
from web.http.refusal import Refusal
from web.http.router import Caller, Router

MAX_BODY = 6_000_000
"""Bytes of a body: as many images as can be changed at once, in a form."""
MAX_NUMBER = 2**31 - 1
Ids = Annotated[
    list[str], Field(max_length=MAX_AT_ONCE), Wish(f"a list of up to {MAX_AT_ONCE:,} ids")
]


class One(Body):
    """One image."""

    id: Text = Field(description="The id of its generation.")
    number: Annotated[int, Whole(0, MAX_NUMBER)] = Field(
        description="Which of the generation's files it is, from 0."
    )


Images = Annotated[
    list[One],
    Field(max_length=MAX_AT_ONCE),
    Wish(f'a list of up to {MAX_AT_ONCE:,} images, as {{"id": ID, "number": 0}}'),
]


@dataclass(frozen=True, slots=True)
class LibrarySearch(Search):
    """What to look for; all of it may be left out."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    after: Annotated[str, Field(description="The id after which to go on.")] = ""
    limit: Annotated[int, Whole(1, MAX_PAGE), Field(description="How many at the most.")] = 100


class Found(TypedDict):
    """A page of what was found."""

    generations: Annotated[list[Generation], says("In the order that was asked for.")]
    images: Annotated[list[ImageRef], says("Their images that are found, in the same order.")]
    after: Annotated[str | None, says("Pass it on for the next page; null at the end.")]
    count: Annotated[
        int, says("How many generations there are; found words are counted up to 10,000.")
    ]
    imageCount: Annotated[int, says("How many images these have that are found.")]
    countIsExact: Annotated[
        bool, says("Whether there are no more than that.")
    ]  # the API's spelling


class Some(Body):
    """Which images: by themselves, or with `ids` all images of generations, or both.

    What is another's is left alone, as if it were not there.
    """

    ids: Ids = Field([], description=f"Ids of generations, up to {MAX_AT_ONCE:,}.")
    images: Images = Field([], description=f"Images, up to {MAX_AT_ONCE:,}.")

    @property
    def targets(self) -> list[Target]:
        """What is meant, each once. Raises Refusal where nothing is named."""
        if not self.model_fields_set & {"ids", "images"}:
            sentence = f"ids is to be a list of up to {MAX_AT_ONCE:,} ids, or images one of images."
            raise Refusal(422, sentence, {"ids": sentence})
        found: list[Target] = [*self.ids]
        found += [ImageKey(one.id, one.number) for one in self.images]
        return list(dict.fromkeys(found))


class Mark(Some):
    """What to say of some images; what is left out stays."""

    rating: Annotated[int, Whole(0, BEST)] | None = Field(
        None, description="Stars; 0 takes them away."
    )
    favourite: Flag | None = Field(None, description="Whether they are favourites.")
    add_tags: Texts = Field([], description="Tags to give them.")
    remove_tags: Texts = Field([], description="Tags to take from them.")
    collect: Text = Field("", description="A collection to put them into.")
    uncollect: Text = Field("", description="A collection to take them out of.")


class Changed(TypedDict, total=False):
    """How many of the ids and images each change was of."""

    rating: int
    favourite: int
    tags: int
    collect: int
    uncollect: int


class Marked(TypedDict):
    """What was changed."""

    changed: Annotated[Changed, says("By the name of the change.")]


class Deleted(TypedDict):
    """What lies in the bin now, for 30 days."""

    deleted: Annotated[list[str], says("Those of the ids.")]
    deletedImages: Annotated[list[ImageRef], says("Those of the images.")]  # the API's spelling


class Restored(TypedDict):
    """What is out of the bin again."""

    restored: Annotated[list[str], says("Those of the ids.")]
    restoredImages: Annotated[list[ImageRef], says("Those of the images.")]  # the API's spelling


class LibraryApi:
    """The routes over *studio*'s library. What is not the viewer's is left alone."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._library = studio.library

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes, base = Router("Library", max_body=MAX_BODY), "/api/library"
        routes.post(f"{base}/search", self.search_library, says_no=(409,))
        routes.get(f"{base}/facets", self.show_facets)
        routes.post(f"{base}/mark", self.mark_generations, says_no=(404, 409))
        routes.post(f"{base}/delete", self.delete_generations)
        routes.post(f"{base}/restore", self.restore_generations)
        return [*routes.routes]

    def search_library(self, asked: LibrarySearch, viewer: Caller) -> Found:
        """Find what is one's own."""
        found = self._library.page(viewer, asked, asked.after, asked.limit)
        count = self._library.count(viewer, asked)
        return {
            "generations": [generation_shape(g) for g in found],
            "images": [
                {"id": g.id, "number": image.number} for g in found for image in asked.found_in(g)
            ],
            "after": found[-1].id if len(found) == asked.limit else None,
            "count": int(count),
            "imageCount": count.images,
            "countIsExact": count.is_exact,
        }

    def show_facets(self, viewer: Caller) -> Facets:
        """What there is to choose from: `[value, how many]` of each kind, most used first."""
        return self._library.facets(viewer)

    def mark_generations(self, asked: Mark, viewer: Caller) -> Marked:
        """Rate, tag, collect, or make favourites."""
        some, library = asked.targets, self._library
        changed: Changed = {}
        if asked.rating is not None:
            changed["rating"] = library.rate(some, viewer, asked.rating)
        if asked.favourite is not None:
            changed["favourite"] = library.favour(some, viewer, asked.favourite)
        if asked.add_tags or asked.remove_tags:
            changed["tags"] = library.tag(some, viewer, asked.add_tags, asked.remove_tags)
        if asked.collect:
            changed["collect"] = library.collect(some, viewer, asked.collect, True)
        if asked.uncollect:
            changed["uncollect"] = library.collect(some, viewer, asked.uncollect, False)
        if not changed:
            raise Refusal(422, "Say what to change: rating, favourite, addTags, … (docs/api.md).")
        return {"changed": changed}

    def delete_generations(self, asked: Some, viewer: Caller) -> Deleted:
        """Put into the bin, which lets go after 30 days."""
        ids, images = parted(self._library.delete(asked.targets, viewer))
        return {"deleted": ids, "deletedImages": [image_ref(one) for one in images]}

    def restore_generations(self, asked: Some, viewer: Caller) -> Restored:
        """Take out of the bin; of a whole generation what was put there last."""
        ids, images = parted(self._library.restore(asked.targets, viewer))
        return {"restored": ids, "restoredImages": [image_ref(one) for one in images]}
