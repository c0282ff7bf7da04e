"""Graphs: what a server can run, how one is made from a request. Pure."""
