"""What the application does, without a page: it joins `comfy` and `storage`. No gradio.

`studio.Studio` makes the parts. A generation goes through `generations` (created, followed), `jobs`
(waiting), `dispatch` (sent, collected) and ends in `library`. docs/architecture.md has the map.
"""
