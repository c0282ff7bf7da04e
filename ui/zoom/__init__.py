"""Looking closer at an image: shared by the full view, the comparison and the mask editor."""
