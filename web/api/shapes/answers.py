"""What the API answers about generations: each field, and what it says."""

from typing import Annotated, Any, Literal, NotRequired

from typing_extensions import TypedDict

from comfy.client.reconcile.freshness import Link
from storage.records import Status
from studio.queue.waiting import Why
from web.http.fields import says

Seconds = Annotated[float | None, says("Epoch seconds; null where not yet.")]


class Image(TypedDict):
    """One kept file."""

    number: Annotated[int, says("Which of the generation's files it is, from 0.")]
    url: Annotated[str, says("Where it is on this server.")]
    thumbnail: Annotated[str, says('Where a small WebP of it is; "" for what can have none.')]
    kind: Annotated[str, says("As ComfyUI names it: `images`, `audio`, …")]
    media: Annotated[str, says("Its media type.")]
    width: Annotated[int, says("Pixels; 0 where unknown.")]
    height: Annotated[int, says("Pixels; 0 where unknown.")]
    seconds: Annotated[float, says("How long a video or sound is; 0 where unknown.")]
    bytes: Annotated[int, says("Its size.")]
    filename: Annotated[str, says("Its name on the server that made it.")]
    temporary: Annotated[bool, says("Whether that server treats it as a preview.")]
    rating: Annotated[int, says("0 for none, up to 5.")]
    favourite: Annotated[bool, says("Whether it is a favourite.")]
    note: Annotated[str, says("What its owner noted.")]
    tags: Annotated[list[str], says("Its tags.")]
    collections: Annotated[list[str], says("The collections that it is in.")]


class ImageRef(TypedDict):
    """One image."""

    id: Annotated[str, says("The id of its generation.")]
    number: Annotated[int, says("Which of the generation's files it is, from 0.")]


class Lora(TypedDict):
    """One LoRA of a generation."""

    name: Annotated[str, says("Its name on the server.")]
    weight: Annotated[float, says("How strongly it changes the model.")]
    clipWeight: Annotated[
        float | None, says("The same for the text encoders; null where it is as strong.")
    ]


class Generation(TypedDict):
    """One generation. What a workflow does not have, such as a seed, is null."""

    id: Annotated[str, says("Its id.")]
    promptId: Annotated[str, says("The same, as ComfyUI knows it.")]
    group: Annotated[str, says("Shared by all of one request.")]
    status: Annotated[Status, says("Where it is; the last four are final.")]
    workflow: Annotated[str, says("What it was made with.")]
    prompt: Annotated[str, says("What was asked for.")]
    negativePrompt: Annotated[str, says("What was to be avoided.")]
    typedPrompt: Annotated[
        str, says('The prompt before its choices were drawn; "" where nothing was.')
    ]
    typedNegativePrompt: Annotated[str, says("The same of the negative prompt.")]
    checkpoint: Annotated[str, says("The model.")]
    lora: Annotated[str, says('The first LoRA; "" for none.')]
    loras: Annotated[list[Lora], says("All its LoRAs, in order.")]
    sampler: Annotated[str, says("The sampler.")]
    scheduler: Annotated[str, says("The scheduler.")]
    width: Annotated[
        int | None, says("Pixels; of the outputs where an image decides the size, else as asked.")
    ]
    height: Annotated[int | None, says("Pixels; the same.")]
    steps: Annotated[int | None, says("Sampler steps.")]
    cfg: Annotated[float | None, says("Classifier-free guidance.")]
    seed: Annotated[str | None, says("A string: 64 bits do not fit JavaScript's numbers.")]
    imagesPerPrompt: Annotated[int, says("Images made at once.")]
    server: Annotated[str, says('The server that has it; "" before one does.')]
    createdAt: Annotated[float, says("When it was asked for, epoch seconds.")]
    submittedAt: Seconds
    startedAt: Seconds
    finishedAt: Seconds
    error: Annotated[str, says("Why it failed, a sentence.")]
    warning: Annotated[str, says("What else is to be said of it, a sentence.")]
    images: Annotated[
        list[Image], says("Its files that are kept, in order; without those in the bin.")
    ]
    texts: Annotated[list[str], says("What its text nodes gave.")]
    rating: Annotated[int, says("0 for none, up to 5: the best of its images'.")]
    favourite: Annotated[bool, says("Whether one of its images is a favourite.")]
    note: Annotated[str, says("What its owner noted, of its images the first note.")]
    tags: Annotated[list[str], says("The tags of any of its images.")]
    collections: Annotated[list[str], says("The collections that any of its images is in.")]
    parent: Annotated[str, says('Id of the generation that it was made from; "" for none.')]
    relation: Annotated[str, says("How: `input`, `variation` or `repeat`.")]
    origin: Annotated[str, says("`import` for what was not made here.")]


class Waiting(TypedDict):
    """Why a generation does not run yet."""

    why: Annotated[
        Why, says("`denied` is a server that wants a login, `behind` that `ahead` jobs come first.")
    ]
    title: Annotated[str, says("The same in a few words.")]
    sentence: Annotated[str, says("The same as a sentence, with what is to be done.")]
    since: Annotated[float | None, says("Epoch seconds; null where unknown.")]
    ahead: Annotated[int, says("Jobs that come before it.")]


class Steps(TypedDict):
    """How far a generation is."""

    currentStep: Annotated[int, says("Of the node that runs now; 0 where it counts none.")]
    totalSteps: Annotated[int, says("Of the node that runs now; 0 where it counts none.")]
    percentage: Annotated[
        float,
        says(
            "Of the whole generation. It only grows, is below 99 while anything runs, and 100 only "
            "when the images are kept. Another end leaves it where it was; a new attempt begins "
            "at 0."
        ),
    ]
    node: Annotated[str, says('The node that runs now; "" for none.')]
    etaSeconds: Annotated[
        float | None,
        says(
            "Seconds left; null where there is no basis: before it runs, and once a node takes "
            "longer than could be expected."
        ),
    ]
    connection: Annotated[Link, says("How news of it comes; `none` while it waits here.")]
    waiting: Annotated[Waiting | None, says("Why it does not run yet; null once it does.")]
    notice: Annotated[
        str,
        says(
            'What keeps it, a sentence, as of a full disk or a server that does not take it; "" '
            "for nothing."
        ),
    ]


class Progress(Steps):
    """A generation at one moment; what the stream sends at each change."""

    type: Annotated[
        Literal["progress", "complete", "error"],
        says(
            "`progress`; at the end `complete`, or `error`. A cancelled generation ends with "
            "`error` and the status “Cancelled”."
        ),
    ]
    generationId: Annotated[str, says("Which generation.")]
    promptId: Annotated[str, says("The same.")]
    imageIndex: Annotated[int, says("Its first image among all of one request, from 1.")]
    totalImages: Annotated[int, says("All of one request.")]
    status: Annotated[str, says("What happens, in a few words: “Step 5 of 20”.")]
    images: NotRequired[Annotated[list[Image], says("Its files; with `complete`.")]]
    texts: NotRequired[Annotated[list[str], says("What its text nodes gave; with `complete`.")]]
    error: NotRequired[Annotated[str, says("Why, a sentence; with `error`.")]]


class GenerationDetail(Generation):
    """One generation with all that made it."""

    request: Annotated[dict[str, Any], says("The fields as they were asked for.")]
    graph: Annotated[dict[str, Any], says("What was sent to the server.")]
    errorDetail: Annotated[str, says("What the server said of its failure.")]
    privateLink: NotRequired[Annotated[str, says("Opens it to others; only its owner is told.")]]
    progress: Annotated[Progress | None, says("How far it is; null for what is long over.")]


class QueueEntry(Steps):
    """One's own place in the queue."""

    place: Annotated[int, says("0 on a server, else from 1.")]
    startsIn: Annotated[float | None, says("Seconds from now; null where there is no basis.")]
    endsIn: Annotated[float | None, says("Seconds from now; null where there is no basis.")]
    held: Annotated[bool, says("Whether it is kept back.")]
    priority: Annotated[int, says("-1 low, 0 normal, 1 high.")]
    generation: Annotated[Generation, says("What waits or runs.")]
