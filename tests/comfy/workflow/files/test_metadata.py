"""Workflows and settings read out of real pictures, whole, cut and hostile."""

import json
import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from comfy.errors import WorkflowError
from comfy.workflow.convert.convert import convert
from comfy.workflow.files import metadata
from comfy.workflow.files.a1111 import AUTOMATIC, SAMPLERS, SCHEDULES, parse_parameters
from comfy.workflow.files.metadata import read_any, read_metadata
from tests.support.workflow_samples import catalogue, text_to_image

WORKFLOW = text_to_image().json()
GRAPH = convert(WORKFLOW, catalogue()).graph
PARAMETERS = """a <lora:cosy:0.8> cat, (warm:1.2), <lora:night_v2>
on a sill
Negative prompt: blurred,
text
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 18446744073709551615, Size: 512x768, \
Model hash: abc123, Model: dream, Denoising strength: 0.45, Lora hashes: "cosy: 1a, night_v2: 2b", \
Version: v1.7.0"""
SETTINGS = {
    "prompt": "a cat, (warm:1.2),\non a sill",
    "negative_prompt": "blurred,\ntext",
    "loras": (("cosy", 0.8), ("night_v2", 1.0)),
    "steps": 28,
    "cfg": 6.5,
    "seed": 2**64 - 1,
    "width": 512,
    "height": 768,
    "checkpoint": "dream",
    "denoise": 0.45,
    "sampler": "dpmpp_2m",
    "scheduler": "karras",
}


def png(**texts: str) -> bytes:
    info = PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    return saved("PNG", pnginfo=info)


def saved(kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (24, 16), "teal").save(buffer, kind, **options)
    return buffer.getvalue()


def exif(tags: dict[int, str], comment: bytes | None = None) -> Image.Exif:
    found = Image.Exif()
    for tag, text in tags.items():
        found[tag] = text
    if comment is not None:
        found.get_ifd(0x8769)[0x9286] = comment
    return found


def test_png_text_holds_graph_and_workflow() -> None:
    found = read_metadata(png(prompt=json.dumps(GRAPH), workflow=json.dumps(WORKFLOW)))
    assert found.graph == GRAPH
    assert found.workflow == WORKFLOW
    assert found.notes == ()


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("international", [False, True])
def test_all_kinds_of_png_text_are_read(compressed: bool, international: bool) -> None:
    info = PngInfo()
    add = info.add_itxt if international else info.add_text
    add("workflow", json.dumps(WORKFLOW), zip=compressed)
    assert read_metadata(saved("PNG", pnginfo=info)).workflow == WORKFLOW


@pytest.mark.parametrize("kind", ["WEBP", "JPEG"])
def test_exif_holds_graph_and_workflow(kind: str) -> None:
    tags = {0x0110: "prompt:" + json.dumps(GRAPH), 0x010F: "workflow:" + json.dumps(WORKFLOW)}
    found = read_metadata(saved(kind, exif=exif(tags)))
    assert found.graph == GRAPH
    assert found.workflow == WORKFLOW


@pytest.mark.parametrize(
    "comment",
    [
        b"UNICODE\0" + PARAMETERS.encode("utf-16-be"),
        b"UNICODE\0" + PARAMETERS.encode("utf-16-le"),
        b"ASCII\0\0\0" + PARAMETERS.encode(),
        PARAMETERS.encode(),
    ],
)
@pytest.mark.parametrize("kind", ["WEBP", "JPEG"])
def test_user_comments_hold_settings(kind: str, comment: bytes) -> None:
    assert read_metadata(saved(kind, exif=exif({}, comment))).settings == SETTINGS


def test_png_parameters_hold_settings() -> None:
    assert read_metadata(png(parameters=PARAMETERS)).settings == SETTINGS


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_in_json_becomes_none(value: str) -> None:
    text = json.dumps(WORKFLOW).replace("7.5", value)
    found = read_metadata(png(workflow=text)).workflow
    assert found
    assert found["nodes"][5]["widgets_values"][3] is None


def test_one_of_two_that_is_broken_is_noted() -> None:
    found = read_metadata(png(prompt="{broken", workflow=json.dumps(WORKFLOW)))
    assert found.workflow == WORKFLOW
    assert "“prompt” is not JSON" in found.notes[0]


def test_a_picture_cut_short_still_tells_what_stands_at_its_front() -> None:
    whole = png(workflow=json.dumps(WORKFLOW))
    assert read_metadata(whole[:-30]).workflow == WORKFLOW


def bomb() -> bytes:
    """A zTXt chunk of 200 MB of spaces."""
    squeezed = zlib.compressobj(9)
    text = b"workflow\0\0" + b"".join(squeezed.compress(b" " * 2**20) for _ in range(200))
    text += squeezed.flush()
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text
    whole = png()
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return whole[:33] + chunk + whole[33:]


def huge() -> bytes:
    """A picture that claims 60 000 × 60 000 pixels."""
    whole = png()
    header = b"IHDR" + struct.pack(">II", 60_000, 60_000) + whole[24:29]
    return whole[:12] + header + struct.pack(">I", zlib.crc32(header)) + whole[33:]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"GIF89a, not that", "no image that can be read"),
        (b"<html>", "no image that can be read"),
        (png()[:20], "no image|cut short"),
        (png(), "does not say how it was made"),
        (png(workflow="{"), "“workflow” is not JSON"),
        (png(workflow="[]"), "“workflow” is no workflow"),
        (png(prompt='{"1": 2}'), "“prompt” is no workflow"),
        (png(workflow="[" * 100_000), "levels deep"),
        (png(parameters="just a text"), "does not say"),
        (bomb(), "damaged or cut short"),
        (huge(), "more pixels"),
        (b'{"nodes": ', "not JSON"),
        (b'{"a": 1}', "neither one that ComfyUI saved"),
        (b"[1, 2]", "no object"),
        (b'{"nodes": [' + b"9" * 5000 + b"]}", "too long to read"),
        (b'{"nodes": "\xff\xfe"}', "no text in UTF-8"),
    ],
)
def test_rubbish_gets_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(WorkflowError, match=says):
        read_any(data, "some.png")


def test_files_and_texts_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "MAX_FILE_BYTES", 10)
    with pytest.raises(WorkflowError, match="the most is"):
        read_metadata(png())


def test_every_prefix_of_a_picture_is_read_or_refused() -> None:
    whole = saved("WEBP", exif=exif({0x0110: "prompt:" + json.dumps(GRAPH)}))
    for end in range(0, len(whole), 13):
        with suppress(WorkflowError):
            assert read_metadata(whole[:end]).graph == GRAPH


@pytest.mark.parametrize("name", ["a.json", "a.png", ""])
def test_json_files_are_told_apart(name: str) -> None:
    def read(data: Any) -> metadata.Found:
        return read_any(b"\xef\xbb\xbf " + json.dumps(data).encode(), name)

    assert read(WORKFLOW).workflow == WORKFLOW
    assert read(GRAPH).graph == GRAPH
    body = {"prompt": GRAPH, "extra_data": {"extra_pnginfo": {"workflow": WORKFLOW}}}
    assert (read(body).graph, read(body).workflow) == (GRAPH, WORKFLOW)
    preset = {metadata.PRESET_KEY: 1, "name": "Mine", "graph": GRAPH}
    assert (read(preset).preset, read(preset).graph) == (preset, GRAPH)


def test_settings_are_read_from_a_text_file_too() -> None:
    assert read_any(PARAMETERS.encode(), "cat.txt").settings == SETTINGS
    with pytest.raises(WorkflowError, match=r"“a\.txt” is no text as A1111 writes it"):
        read_any(b"hello", "folder/a.txt")


@pytest.mark.parametrize(
    ("sampler", "schedule", "wanted"),
    [
        ("Euler a", None, ("euler_ancestral", "normal")),
        ("DPM++ 2M SDE Karras", None, ("dpmpp_2m_sde", "karras")),
        ("DPM++ 2M SDE Heun Exponential", None, ("dpmpp_2m_sde_heun", "exponential")),
        ("DPM++ 2M", "Automatic", ("dpmpp_2m", "karras")),
        ("DPM++ 3M SDE", "Automatic", ("dpmpp_3m_sde", "exponential")),
        ("Euler", "SGM Uniform", ("euler", "sgm_uniform")),
        ("UniPC", "Simple", ("uni_pc", "simple")),
        ("DDIM", None, ("ddim", "ddim_uniform")),
        ("Restart", None, (None, None)),
    ],
)
def test_samplers_are_translated(
    sampler: str, schedule: str | None, wanted: tuple[str | None, str | None]
) -> None:
    more = f", Schedule type: {schedule}" if schedule else ""
    found = parse_parameters(f"x\nSteps: 1, Sampler: {sampler}{more}, CFG scale: 1, Seed: 1")
    assert (found.get("sampler"), found.get("scheduler")) == wanted


def test_all_translations_are_known_to_the_server() -> None:
    sampler = catalogue().nodes["KSampler"].inputs
    assert {*SAMPLERS.values()} <= {*sampler["sampler_name"].choices}
    assert {*SCHEDULES.values()} <= {*sampler["scheduler"].choices}
    assert set(AUTOMATIC) <= set(SAMPLERS)


@pytest.mark.parametrize(
    "line",
    [
        "Steps: -4, Sampler: Euler, CFG scale: nan, Seed: 99999999999999999999999999, Size: 9x",
        "Steps: 1e5, CFG scale: inf, Seed: x, Denoising strength: , Size: 0x0x0",
    ],
)
def test_settings_that_cannot_be_read_are_left_out(line: str) -> None:
    found = parse_parameters(f"a\n{line}")
    assert {"steps", "cfg", "seed", "width", "denoise"}.isdisjoint(found)
    assert found["prompt"] == "a"


def test_a_node_without_a_class_is_named() -> None:
    node = {"inputs": {}, "_meta": {"title": "KSampler"}}
    graph = {"2": {"class_type": "A", "inputs": {}}, "3": node}
    for data in (graph, {"prompt": graph}):
        with pytest.raises(WorkflowError, match=r"“KSampler” \(node 3\) has no class_type"):
            read_any(json.dumps(data).encode(), "a.json")
