"""What the Generate form keeps for people: their styles and their presets."""
