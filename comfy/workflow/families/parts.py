"""Files that families need beside their models, and where ComfyUI's templates get them."""

from functools import partial

from comfy.workflow.families.family import Part

_HUB = "https://huggingface.co"


def _part(folder: str, kind: str, what: str, words: str, repository: str, path: str) -> Part:
    source = f"{_HUB}/{repository}/resolve/main/{path}"
    return Part(f"{what} {kind}", folder, words, path.rpartition("/")[2], source)


_encoder = partial(_part, "text_encoders", "text encoder")
_vae = partial(_part, "vae", "VAE")
_vision = partial(_part, "clip_vision", "vision encoder")

_FLUX_ENCODERS = "comfyanonymous/flux_text_encoders"
_TEXT, _VAE = "split_files/text_encoders", "split_files/vae"
_WAN, _WAN_22 = "Comfy-Org/Wan_2.1_ComfyUI_repackaged", "Comfy-Org/Wan_2.2_ComfyUI_Repackaged"
_HIDREAM = "Comfy-Org/HiDream-I1_ComfyUI"
_HUNYUAN, _HUNYUAN_15 = "Comfy-Org/HunyuanVideo_repackaged", "Comfy-Org/HunyuanVideo_1.5_repackaged"
_ACE_15 = "Comfy-Org/ace_step_1.5_ComfyUI_files"
_QWEN, _FLUX_2 = "Comfy-Org/Qwen-Image_ComfyUI", "Comfy-Org/flux2-dev"

CLIP_L = _encoder(
    "CLIP-L", r"clip[-_. ]?l(?![a-z])(?!.*hidream)", _FLUX_ENCODERS, "clip_l.safetensors"
)
CLIP_G = _encoder(
    "CLIP-G",
    r"clip[-_. ]?g(?![a-z])(?!.*hidream)",
    "Comfy-Org/stable-diffusion-3.5-fp8",
    "text_encoders/clip_g.safetensors",
)
T5_XXL = _encoder(
    "T5-XXL", r"(?<!m)t5.{0,8}xxl", _FLUX_ENCODERS, "t5xxl_fp8_e4m3fn_scaled.safetensors"
)
T5_BASE = _encoder("T5 base", r"t5[-_. ]?base", "ComfyUI-Wiki/t5-base", "t5-base.safetensors")
UMT5_XXL = _encoder("UMT5-XXL", r"umt5", _WAN, f"{_TEXT}/umt5_xxl_fp8_e4m3fn_scaled.safetensors")
QWEN_VL = _encoder(
    "Qwen 2.5 VL",
    r"qwen[-_. ]?2[-_. ]?5[-_. ]?vl",
    _QWEN,
    f"{_TEXT}/qwen_2.5_vl_7b_fp8_scaled.safetensors",
)
QWEN_3_4B = _encoder(
    "Qwen 3 4B",
    r"qwen[-_. ]?3(?![-_. ]?\d+\.\d|[-_. ]?[0-35-9]\d*b|[-_. ]?vl|\.5)",
    "Comfy-Org/z_image_turbo",
    f"{_TEXT}/qwen_3_4b.safetensors",
)
QWEN_3_8B = _encoder(
    "Qwen 3 8B",
    r"qwen[-_. ]?3[-_. ]?8b",
    "Comfy-Org/flux2-klein-9B",
    f"{_TEXT}/qwen_3_8b_fp8mixed.safetensors",
)
MISTRAL = _encoder(
    "Mistral 3 small", r"mistral", _FLUX_2, f"{_TEXT}/mistral_3_small_flux2_bf16.safetensors"
)
HIDREAM = (
    _encoder("HiDream CLIP-L", r"clip_l.*hidream", _HIDREAM, f"{_TEXT}/clip_l_hidream.safetensors"),
    _encoder("HiDream CLIP-G", r"clip_g.*hidream", _HIDREAM, f"{_TEXT}/clip_g_hidream.safetensors"),
    T5_XXL,
    _encoder(
        "Llama 3.1 8B",
        r"llama[-_. ]?3[-_. ]?1",
        _HIDREAM,
        f"{_TEXT}/llama_3.1_8b_instruct_fp8_scaled.safetensors",
    ),
)
BYT5 = _encoder(
    "ByT5 glyph", r"byt5|glyph", _HUNYUAN_15, f"{_TEXT}/byt5_small_glyphxl_fp16.safetensors"
)
LLAVA = _encoder(
    "LLaVA Llama 3", r"llava", _HUNYUAN, f"{_TEXT}/llava_llama3_fp8_scaled.safetensors"
)
ACE_TEXTS = (
    _encoder("Qwen 0.6B (ACE)", r"0\.6b.*ace", _ACE_15, f"{_TEXT}/qwen_0.6b_ace15.safetensors"),
    _encoder("Qwen 1.7B (ACE)", r"(1\.7|4)b.*ace", _ACE_15, f"{_TEXT}/qwen_1.7b_ace15.safetensors"),
)

SD_VAE = _vae(
    "SD 1.5",
    r"ft[-_]mse|sd[-_. ]?1[-_. ]?5|kl[-_]f8",
    "stabilityai/sd-vae-ft-mse-original",
    "vae-ft-mse-840000-ema-pruned.safetensors",
)
SDXL_VAE = _vae("SDXL", r"xl", "stabilityai/sdxl-vae", "sdxl_vae.safetensors")
SD3_VAE = _vae("SD 3", r"sd[-_. ]?3", "Comfy-Org/stable-diffusion-3.5-fp8", "sd3.5_vae.safetensors")
FLUX_VAE = _vae(
    "Flux",
    r"(^|[^a-z])ae([^a-z]|$)|flux[-_. ]?1?[-_. ]?vae",
    "Comfy-Org/z_image_turbo",
    f"{_VAE}/ae.safetensors",
)
FLUX_2_VAE = _vae(
    "Flux 2",
    r"flux[-_. ]?2.*vae|small_decoder",
    _FLUX_2,
    f"{_VAE}/flux2-vae.safetensors",
)
QWEN_VAE = _vae("Qwen-Image", r"qwen.*vae", _QWEN, f"{_VAE}/qwen_image_vae.safetensors")
WAN_VAE = _vae(
    "Wan 2.1", r"wan[-_. ]?2?[-_. ]?1?[-_. ]?vae", _WAN, f"{_VAE}/wan_2.1_vae.safetensors"
)
WAN_22_VAE = _vae("Wan 2.2", r"wan[-_. ]?2[-_. ]?2.*vae", _WAN_22, f"{_VAE}/wan2.2_vae.safetensors")
HUNYUAN_IMAGE_VAE = _vae(
    "HunyuanImage",
    r"hunyuan[-_. ]?image.*vae(?!.*refiner)",
    "Comfy-Org/HunyuanImage_2.1_ComfyUI",
    f"{_VAE}/hunyuan_image_2.1_vae_fp16.safetensors",
)
HUNYUAN_VAE = _vae(
    "HunyuanVideo",
    r"hunyuan[-_. ]?video(?![-_. ]?1[-_. ]?5).*vae",
    _HUNYUAN,
    f"{_VAE}/hunyuan_video_vae_bf16.safetensors",
)
HUNYUAN_15_VAE = _vae(
    "HunyuanVideo 1.5",
    r"hunyuan[-_. ]?video[-_. ]?1[-_. ]?5.*vae",
    _HUNYUAN_15,
    f"{_VAE}/hunyuanvideo15_vae_fp16.safetensors",
)
ACE_VAE = _vae("ACE-Step", r"ace.*vae", _ACE_15, f"{_VAE}/ace_1.5_vae.safetensors")

CLIP_VISION_H = _vision(
    "CLIP-H",
    r"clip[-_. ]?vision[-_. ]?h",
    _WAN,
    "split_files/clip_vision/clip_vision_h.safetensors",
)
SIGCLIP = _vision(
    "SigCLIP",
    r"sig[-_. ]?(c)?lip",
    "Comfy-Org/sigclip_vision_384",
    "sigclip_vision_patch14_384.safetensors",
)
