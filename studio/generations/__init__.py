"""Generations: created, watched, cancelled."""
