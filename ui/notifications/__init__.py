"""What the page tells: the switch and the places to tell, badges, and news of what ended."""
