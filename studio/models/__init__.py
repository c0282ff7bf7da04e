"""Models that servers offer: of which family each is, and what it is loaded with."""
