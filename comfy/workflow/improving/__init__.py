"""A prompt made better by a language model: what is asked, kept, and changed. Pure."""
