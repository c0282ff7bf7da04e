"""Every family there is, by name. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from comfy.workflow.families import films, images, sounds
from comfy.workflow.families.family import Family

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {one.name: one for one in (*images.FAMILIES, *films.FAMILIES, *sounds.FAMILIES)}
)
"""In the order in which they are offered."""
PLAIN = images.SD15
"""What a checkpoint is taken for that nothing is known of."""
