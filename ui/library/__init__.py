"""What the gallery's and the full view's scripts ask, as JSON."""
