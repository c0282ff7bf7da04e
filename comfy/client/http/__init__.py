"""HTTP to one server. The only room that knows httpx."""
