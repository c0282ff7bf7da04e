"""The API described, made of its routes: as OpenAPI, as a page, as the last part of docs/api.md."""
