"""What is served beside the page, and who may ask for what.

A request passes `access` (who may) and `guard` (how much), then reaches `api`, `functions`
(presets for programs) or the page. `http` reads requests and spells refusals; `site` puts all of it
together.
"""
