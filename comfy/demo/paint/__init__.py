"""Pictures from words: deterministic, resolution-independent, quick. Pure; no engine here."""
