"""The WebSocket to one server, and its one thread. The only room that knows websocket-client."""
