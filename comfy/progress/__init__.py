"""How far a prompt is: its state, and the only rules by which that changes. Pure."""
