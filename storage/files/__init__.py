"""Output files in the data folder, and their thumbnails."""
