"""Tests of studio.completion."""
