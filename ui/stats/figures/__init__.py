"""Each panel of the Stats tab as plain JSON. Pure."""
