"""Presets for ``gradio_client``: the one function behind them all, and how it is spelled as many.

Gradio's endpoints are made when the page is built, presets are saved while it runs and belong to
somebody. So the page has one function that runs any preset, and `web.functions.gradio_endpoints`
shows each viewer their own presets in its place.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.processing_utils import save_file_to_cache
from gradio.utils import get_upload_folder

from comfy.errors import ComfyError
from comfy.workflow.form.validate import FILES
from storage.errors import StorageError
from storage.records import Generation
from studio.access.viewer import Viewer, viewer_of
from studio.errors import StudioError
from studio.studio import Studio
from studio.workflows.callable_presets import RUN_MANY, Endpoint
from studio.workflows.runs import Run
from web.functions.outcome import follow, follow_all, outcome
from web.functions.run_many import DESCRIPTION, finished, outcomes, read_many_arguments
from web.http.given_files import Given
from web.http.requests import own_address

RUN = "run_preset"
UNFIT = "A preset is called by its name, with its arguments by theirs."
STALE = "This preset has other settings by now: connect again, then call it."


class Calls:
    """Runs endpoints for programs, each within the viewer's own."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._given = Given(studio)

    def register(self) -> None:
        """Give the page that is being built its functions for programs."""
        gr.api(  # type: ignore[attr-defined] # not in its __all__
            self.run_preset,
            api_name=RUN,
            api_visibility="undocumented",
            concurrency_limit=None,
        )
        gr.api(  # type: ignore[attr-defined]
            self.run_many,
            api_name=RUN_MANY,
            api_visibility="public",
            api_description=DESCRIPTION,
            concurrency_limit=None,
        )

    async def run_preset(
        self,
        name: str,
        mark: str,
        values: dict[str, Any],
        request: gr.Request,
    ) -> tuple[list[Any], dict[str, Any]]:
        """Run the preset *name*; *mark* is that of the arguments that the program knows."""
        progress = gr.Progress()

        viewer = viewer_of(request)

        async def told(percentage: float, said: str) -> None:
            progress(percentage / 100, desc=said)

        try:
            made = await asyncio.to_thread(self.start, name, values, viewer, mark)
            record = await follow(self._studio, made.id, viewer, told)
            files = await asyncio.to_thread(self._files, record, viewer)
        except (StudioError, ComfyError, StorageError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        return files, outcome(record, _address(request), self._studio.links, viewer)

    async def run_many(
        self,
        preset: str,
        request: gr.Request,
        arguments: dict[str, Any] | None = None,
        copies: int = 1,
        x: dict[str, Any] | None = None,
        y: dict[str, Any] | None = None,
        choices: bool = False,  # noqa: FBT001, FBT002 # Gradio hands arguments over by position
        every_line: bool = False,  # noqa: FBT001, FBT002
        partial: bool = False,  # noqa: FBT001, FBT002
        styles: list[str] | None = None,
    ) -> tuple[list[Any], dict[str, Any]]:
        """Run *preset* many times: *copies* of it, a grid of *x* and *y*, texts of its prompts."""
        progress, viewer = gr.Progress(), viewer_of(request)

        async def told(percentage: float, said: str) -> None:
            progress(percentage / 100, desc=said)

        asked = {
            "preset": preset,
            "arguments": arguments or {},
            "copies": copies,
            "x": x,
            "y": y,
            "choices": choices,
            "every_line": every_line,
            "partial": partial,
            "styles": styles or [],
        }
        try:
            run = await asyncio.to_thread(self.start_many, asked, viewer)
            ids = [record.id for record in run.made]
            records = await follow_all(self._studio, ids, viewer, told)
            good = finished(records)
            files = [file for one in good for file in await self._copied(one, viewer)]
        except (StudioError, ComfyError, StorageError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        return files, outcomes(run, records, _address(request), self._studio.links, viewer)

    async def _copied(self, record: Generation, viewer: Viewer) -> list[Any]:
        return await asyncio.to_thread(self._files, record, viewer)

    def start(
        self, name: str, values: dict[str, Any], viewer: Viewer, mark: str = ""
    ) -> Generation:
        """Queue what is asked. Raises StudioError, NotReady, StorageError."""
        # Whoever calls the function behind them all by its own name sends anything.
        if not isinstance(name, str) or not isinstance(values, dict):
            raise StudioError(UNFIT)
        endpoint = self._studio.endpoints.get(name, viewer)
        if mark and mark != endpoint.mark:
            raise StudioError(STALE)
        uploads = self._uploads(endpoint, values, viewer)
        given = {key: value for key, value in values.items() if key not in uploads}
        return self._studio.endpoints.run(viewer, endpoint, given, uploads).made[0]

    def start_many(self, asked: Mapping[str, Any], viewer: Viewer) -> Run:
        """Queue many of a preset. Raises StudioError, NotReady, ExpandError, StorageError."""
        wish = read_many_arguments(asked)
        endpoint = self._studio.endpoints.get(wish.preset, viewer)
        many = wish.many(endpoint)
        uploads = self._uploads(endpoint, wish.arguments, viewer)
        given = {key: value for key, value in wish.arguments.items() if key not in uploads}
        return self._studio.endpoints.run(
            *(viewer, endpoint, given, uploads, many),
            partial=wish.partial,
            styles=wish.styles,
        )

    def _uploads(
        self, endpoint: Endpoint, values: dict[str, Any], viewer: Viewer
    ) -> dict[str, str]:
        return {
            one.name: self._given.keep(one.name, one.field.kind, values[one.name], viewer)
            for one in endpoint.arguments
            if one.field.kind in FILES and values.get(one.name) not in (None, "")
        }

    def _files(self, record: Generation, viewer: Viewer) -> list[Any]:
        """Copies of the kept files where Gradio hands files out, under their own names."""
        copies = []
        for image in record.images:
            found = self._studio.library.files.find(record, image.number, viewer)
            if found and found[0].is_file():
                path = save_file_to_cache(found[0], get_upload_folder())
                copies.append(
                    {
                        "path": path,
                        "orig_name": image.filename or Path(path).name,
                        "size": image.bytes,
                        "mime_type": image.media,
                        "meta": {"_type": "gradio.FileData"},
                    }
                )
        return copies


def _address(request: gr.Request) -> str:
    inner = request.request
    return own_address(inner) if inner else ""
