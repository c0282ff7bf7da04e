"""The language of prompts: choices, picks, weights and wildcards, drawn by a seed. Pure."""
