"""Pickers of models, LoRAs and embeddings that show what these are."""
