"""Routes beside the page, and who may ask for what."""
