"""The servers: what each offers, how busy each is, what each is called."""
