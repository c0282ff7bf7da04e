"""Scaling of float pictures and masks, by Pillow, which releases the interpreter lock."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Floats = NDArray[np.float32]
Numbers = NDArray[np.floating[Any]]

_FILTERS: Mapping[str, Image.Resampling] = MappingProxyType(
    {
        "nearest-exact": Image.Resampling.NEAREST,
        "bilinear": Image.Resampling.BILINEAR,
        "area": Image.Resampling.BOX,
        "bicubic": Image.Resampling.BICUBIC,
        "bislerp": Image.Resampling.BICUBIC,
        "lanczos": Image.Resampling.LANCZOS,
    }
)


def resize(picture: Floats, width: int, height: int, method: str = "bilinear") -> Floats:
    """*picture* (height, width, channels) at another size."""
    if picture.shape[:2] == (height, width):
        return picture
    planes = [resize_plane(picture[..., c], width, height, method) for c in range(3)]
    return np.stack(planes, axis=-1).clip(0, 1)


def resize_plane(plane: Floats, width: int, height: int, method: str = "bilinear") -> Floats:
    """A single plane (height, width) at another size."""
    image = Image.fromarray(np.ascontiguousarray(plane, np.float32))
    return np.asarray(image.resize((width, height), _FILTERS[method]), np.float32)


def resize_mask(mask: Floats, width: int, height: int) -> Floats:
    """A mask at another size, within 0…1."""
    return resize_plane(mask, width, height, "bilinear").clip(0, 1)


def crop_to(picture: Floats, aspect: float) -> Floats:
    """The middle of *picture* with proportions width / height = *aspect*."""
    height, width = picture.shape[:2]
    if width / height > aspect:
        kept = max(1, round(height * aspect))
        left = (width - kept) // 2
        return picture[:, left : left + kept]
    kept = max(1, round(width / aspect))
    top = (height - kept) // 2
    return picture[top : top + kept]


def grow(mask: Floats, pixels: int) -> Floats:
    """*mask* widened by half of *pixels* on every side, as VAEEncodeForInpaint does."""
    if pixels <= 1:
        return mask
    size = pixels | 1
    image = Image.fromarray((mask * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.MaxFilter(size)), np.float32) / np.float32(255)


def blur(plane: Floats, radius: float) -> Floats:
    """A plane (height, width) blurred; *radius* in pixels. Quick and close to Gaussian."""
    height, width = plane.shape
    if radius < 0.6 or min(height, width) < 4:
        return plane
    shrink = max(1, int(radius))
    small = (max(2, width // shrink), max(2, height // shrink))
    return resize_plane(resize_plane(plane, *small, "area"), width, height, "bicubic")


def as_luma(image: Image.Image) -> Image.Image:
    """The transparency of *image* as a grey picture."""
    return image.convert("RGBA").getchannel("A")
