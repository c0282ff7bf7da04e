"""What a press of Generate in a workflow's form makes: how many, with which seeds, from what."""
