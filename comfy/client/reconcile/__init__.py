"""What the server's own records say of our prompts, when the socket says nothing."""
