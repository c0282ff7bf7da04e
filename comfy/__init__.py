"""A ComfyUI server seen from outside.

`protocol` reads what it sends, `progress` knows how far a prompt is, `graph` what will run of it,
and `workflow` how a workflow becomes a form and a graph: these four are pure. `client` talks to one
server, `demo` is one to try it all with. docs/protocol.md says what ComfyUI does.
"""
