"""Routes beside the page: the API, server-sent events, health, metrics, who may see what."""
