"""What will run of a graph, and how much work it is. Pure."""
