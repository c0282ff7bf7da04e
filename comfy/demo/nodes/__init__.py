"""The classes of the catalogue, each as one async function of a context and its inputs."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from comfy.demo.nodes import conditioning, latents, loading, naps, pictures, sampling, saving
from comfy.demo.nodes.context import Context
from comfy.demo.nodes.values import Result

Run = Callable[[Context, Mapping[str, Any]], Awaitable[Result]]

NODES: Mapping[str, Run] = MappingProxyType(
    {
        "CheckpointLoaderSimple": loading.checkpoint,
        "UNETLoader": loading.diffusion_model,
        "CLIPLoader": loading.text_encoder,
        "DualCLIPLoader": loading.text_encoder,
        "LoraLoader": loading.lora,
        "LoraLoaderModelOnly": loading.lora,
        "VAELoader": loading.vae,
        "UpscaleModelLoader": loading.upscaler,
        "CLIPSetLastLayer": loading.clip_layer,
        "CLIPTextEncode": conditioning.encode_text,
        "ConditioningCombine": conditioning.combine,
        "ConditioningConcat": conditioning.combine,
        "ConditioningZeroOut": conditioning.zero_out,
        "FluxGuidance": conditioning.guidance,
        "ModelSamplingAuraFlow": loading.shift,
        "ControlNetLoader": loading.controlnet,
        "ControlNetApplyAdvanced": conditioning.control,
        "LoadImage": pictures.load_image,
        "LoadImageMask": pictures.load_mask,
        "ImageScale": pictures.scale,
        "ImageScaleBy": pictures.scale_by,
        "ImageUpscaleWithModel": pictures.upscale,
        "ImageInvert": pictures.invert,
        "Canny": pictures.edges,
        "EmptyImage": pictures.empty,
        "ImagePadForOutpaint": pictures.pad,
        "EmptyLatentImage": latents.empty,
        "EmptySD3LatentImage": latents.empty,
        "VAEEncode": latents.encode,
        "VAEEncodeForInpaint": latents.encode_for_inpaint,
        "VAEDecode": latents.decode,
        "VAEDecodeTiled": latents.decode,
        "SetLatentNoiseMask": latents.set_mask,
        "LatentUpscale": latents.upscale,
        "LatentUpscaleBy": latents.upscale_by,
        "KSampler": sampling.ksampler,
        "KSamplerAdvanced": sampling.ksampler_advanced,
        "SaveImage": saving.save,
        "PreviewImage": saving.preview,
        "SaveImageWebsocket": saving.send,
        "SaveAnimatedWEBP": saving.save_animated,
        "PreviewAny": saving.show_text,
        "DemoParallelSleep": naps.side_by_side,
        "DemoSleep": naps.nap,
        "DemoAverage": naps.average,
    }
)

SIDE_BY_SIDE = frozenset({"DemoSleep"})
"""Classes that run beside others, as ComfyUI's async nodes do."""
