"""Improving prompts with a language model that whoever runs Stepglass has set up."""
