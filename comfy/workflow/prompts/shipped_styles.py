"""The styles that ship: a start, for photos, paintings, drawings, 3D and games."""

from comfy.workflow.prompts.styles import Style

_FLAT = "photo, photorealistic, 3d render, shading, noise"
_UNREAL = "drawing, painting, illustration, cartoon, 3d render, plastic skin"

SHIPPED = (
    Style(
        "Photo",
        "photograph of {prompt}, natural light, sharp focus, fine detail, true colors",
        f"{_UNREAL}, oversaturated, blurry",
    ),
    Style(
        "Portrait photo",
        "portrait photograph of {prompt}, 85 mm lens, shallow depth of field, soft window light, "
        "natural skin texture",
        f"{_UNREAL}, harsh flash, distorted face",
    ),
    Style(
        "Analog film",
        "{prompt}, shot on 35 mm film, film grain, muted colors, slight vignette, light leak",
        f"{_UNREAL}, digital, oversharpened",
    ),
    Style(
        "Cinematic",
        "film still of {prompt}, widescreen composition, dramatic lighting, haze, color graded",
        "snapshot, flat lighting, text, watermark, border",
    ),
    Style(
        "Product shot",
        "product photograph of {prompt}, seamless studio background, softbox lighting, crisp edges",
        "clutter, people, text, harsh shadows",
    ),
    Style(
        "Black and white",
        "black and white photograph of {prompt}, rich tones, strong contrast, fine grain",
        "color, tint, sepia",
    ),
    Style(
        "Oil painting",
        "oil painting of {prompt}, visible brushwork, layered paint, canvas texture, warm light",
        "photo, photorealistic, 3d render, smooth gradients",
    ),
    Style(
        "Watercolor",
        "watercolor painting of {prompt}, loose washes, soft edges, bleeding pigment, white paper",
        "photo, 3d render, hard outlines, glossy",
    ),
    Style(
        "Ink drawing",
        "ink drawing of {prompt}, pen on paper, cross-hatching, varied line weight, monochrome",
        f"color, {_FLAT}",
    ),
    Style(
        "Line art",
        "line art of {prompt}, clean black outlines, even strokes, plain white background",
        f"color, gray, sketchy lines, {_FLAT}",
    ),
    Style(
        "Pencil sketch",
        "pencil sketch of {prompt}, graphite on textured paper, loose construction lines, shading",
        "photo, color, 3d render, ink",
    ),
    Style(
        "Anime",
        "anime illustration of {prompt}, cel shading, clean lines, vivid colors, detailed scenery",
        "photo, photorealistic, 3d render, bad anatomy, extra fingers",
    ),
    Style(
        "Comic",
        "comic book panel of {prompt}, bold outlines, halftone dots, flat colors, dynamic angle",
        "photo, photorealistic, soft focus, speech bubbles, text",
    ),
    Style(
        "Flat vector",
        "flat vector illustration of {prompt}, simple shapes, limited palette, no outlines",
        f"gradients, texture, {_FLAT}",
    ),
    Style(
        "Pixel art",
        "pixel art of {prompt}, 16-bit palette, crisp square pixels, no anti-aliasing",
        "photo, smooth, blurry, gradients, high resolution",
    ),
    Style(
        "3D render",
        "3d render of {prompt}, physically based materials, global illumination, soft studio light",
        "photo, drawing, painting, flat colors, low polygon",
    ),
    Style(
        "Clay figure",
        "clay figure of {prompt}, stop motion, fingerprints in the clay, miniature set, soft light",
        "photo of a person, drawing, glossy, smooth plastic",
    ),
    Style(
        "Low poly",
        "low poly scene of {prompt}, faceted surfaces, flat shading, isometric view, pastel colors",
        "photo, realistic texture, fine detail, noise",
    ),
)
