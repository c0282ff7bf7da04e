"""The full view: one image large, with everything about it."""
