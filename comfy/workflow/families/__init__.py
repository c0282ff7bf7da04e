"""Families of models, as data: what each needs, and the graphs that it makes things by. Pure."""
