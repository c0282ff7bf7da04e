"""How prompts are best worded for each family of models: what a language model is told. Pure data.

Lyrics are never a part of it: they are somebody's own words, and stay as they are.
"""

from types import MappingProxyType

from comfy.workflow.families.family import Family

TAGS = (
    "The image model reads short tags with commas between them, the most important first: subject, "
    "then details, setting, light, style, quality. No sentences. At most 75 tags."
)
SENTENCES = (
    "The image model reads natural language: two to five plain sentences that say what is seen, "
    "where each thing stands, the light, the colours and the medium or lens. No lists of tags, no "
    "words like “masterpiece”, nothing that is not to be seen. Text that is to be read in the "
    "image stays in quotation marks, letter by letter."
)
SHORT = (
    "The image model reads natural language, and follows one or two sentences best: the subject, "
    "the setting, the light and the style. No lists of tags."
)
CHANGE = (
    "The model changes an image as it is told. Say in one or two sentences in the imperative what "
    "is to change, and what is to stay as it is. Do not describe the rest of the image."
)
FILL = (
    "The model fills a hole in an image. Say in one sentence what is to be seen in the hole, and "
    "how it fits what is around it."
)
FILM = (
    "The model makes a short film of one shot. Say in three to six plain sentences, in the order "
    "in which it happens: the subject and what it does, how it moves, the setting, how the camera "
    "moves, the light and the mood. One continuous shot: no cuts, no lists of tags."
)
MOTION = (
    "The model lets a given image move. Say in one to three sentences what moves and how, and how "
    "the camera moves. Do not describe what the image shows already."
)
SOUND = (
    "The model makes music or sound. Name genre, instruments, voice, mood, tempo and key as short "
    "tags with commas between them. No lyrics, no sentences."
)
WORDING = MappingProxyType(
    {
        **dict.fromkeys(("sd15", "sdxl"), TAGS),
        **dict.fromkeys(("flux1-kontext", "qwen-image-edit"), CHANGE),
        **dict.fromkeys(("flux1-schnell", "flux2-klein", "flux2-klein-9b"), SHORT),
        "flux1-fill": FILL,
        **dict.fromkeys(("sd35", "flux1-dev", "flux2-dev", "chroma", "qwen-image"), SENTENCES),
        **dict.fromkeys(("flux2-klein-base", "flux2-klein-base-9b", "hunyuan-image"), SENTENCES),
        **dict.fromkeys(("z-image", "z-image-turbo", "hidream-i1"), SENTENCES),
        **dict.fromkeys(("wan21", "wan22", "wan22-5b", "ltxv", "hunyuan-video"), FILM),
        "hunyuan-video-15": FILM,
        **dict.fromkeys(("wan21-i2v", "wan22-i2v", "hunyuan-video-15-i2v"), MOTION),
        **dict.fromkeys(("ace-step", "ace-step-15", "stable-audio"), SOUND),
    }
)
"""By the name of the family."""


def wording(family: Family | None) -> str:
    """What is said of how prompts for *family* are worded; for an unknown one, as for most."""
    return WORDING.get(family.name, SENTENCES) if family else SENTENCES
