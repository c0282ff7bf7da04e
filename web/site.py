"""All that is served beside the page, put together and started with it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import gradio as gr
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from storage.totals import Totals
from studio.access.secret import load_secret
from studio.background.process import raise_file_limit
from studio.settings.settings import Settings, on_space
from studio.studio import Studio
from web.access.accounts import Accounts
from web.access.cookies import Cookies
from web.access.login import Login
from web.access.middleware import HEALTH_PATH, Access
from web.access.pairing import Pairing
from web.api import me
from web.api.description.schema import Schema
from web.api.exports import Exports
from web.api.faces import FacesApi
from web.api.fetches import FetchesApi
from web.api.form_presets import FormPresetsApi
from web.api.forms import FormsApi
from web.api.generations import GenerationsApi, nothing
from web.api.hooks import HooksApi
from web.api.images import Images
from web.api.library import LibraryApi
from web.api.models import ModelsApi
from web.api.prompts import PromptsApi
from web.api.queue import QueueApi
from web.api.server_events import ProgressStream
from web.api.stats import StatsApi
from web.api.styles import StylesApi
from web.api.tags import TagsApi
from web.api.wildcards import WildcardsApi
from web.api.workflows import WorkflowsApi
from web.functions.calls import Calls
from web.functions.gradio_endpoints import Programs
from web.functions.mcp import Mcp
from web.guard.connections import Waiting, take_over
from web.guard.guard import Guard
from web.guard.open_answers import Crowd
from web.guard.page_memory import Sessions
from web.health import Health
from web.http.base64_files import MORE_BYTES
from web.http.endpoint import answering
from web.http.language import Language
from web.http.streams import Streams
from web.install import Install
from web.launch import launch_options, stop
from web.metrics import Metrics
from web.scripts import Light, Scripts

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Site:
    """The routes and the middleware; launches a page with them, and stops it.

    *scripts* are the page's modules and style sheet by their path, *ahead* the Link header that
    names those a browser needs first, *languages* what else than English the page speaks:
    by code the texts, and the address of the module that brings them.

    Raises `studio.access.secret.SecretError` where the data folder's secret cannot be read or made.
    """

    def __init__(
        self,
        studio: Studio,
        settings: Settings,
        totals: Totals,
        scripts: Mapping[str, bytes] = MappingProxyType({}),
        ahead: str = "",
        languages: Mapping[str, tuple[Mapping[str, Any], str]] = MappingProxyType({}),
    ) -> None:
        self._scripts = Scripts(scripts)
        self._ahead = ahead
        self._languages = {code: Language(code, *parts) for code, parts in languages.items()}
        self._studio = studio
        self._totals = totals
        self._settings = settings
        self._secret = load_secret(settings.data_folder)
        self._streams = Streams()
        self._accounts = Accounts(settings.accounts, self._secret, studio.sessions)
        self._cookies = Cookies(self._secret, embedded=on_space())
        self._calls = Calls(studio)
        self._crowd = Crowd(raise_file_limit() // 3)
        self.waiting: Waiting | None = None
        self._mcp = Mcp(studio, self._calls, self._cookies, self._max_body)

    def register(self) -> None:
        """Add the functions for programs to the page that is being built."""
        self._calls.register()

    def launch(self, demo: gr.Blocks, **page: Any) -> None:
        """Serve *demo* and return; *page* are theme, css and the like for ``demo.launch``.

        Raises `web.launch.PortError` where the address cannot be listened on.
        """
        demo.launch(**(launch_options(self._settings, self.app_kwargs()) | page))
        demo.app.state_holder = sessions = Sessions(demo)
        self._studio.sweeping.held.append(sessions.texts)
        self.waiting = take_over(demo.server, raise_file_limit())

    def stop(self, demo: gr.Blocks) -> None:
        """End the open streams and stop serving."""
        stop(demo, self._streams.close, self._mcp.close)

    def app_kwargs(self) -> dict[str, Any]:
        """Return what Gradio hands to its FastAPI application: routes before its own."""
        access = Middleware(
            Access,
            settings=self._settings,
            links=self._studio.links,
            accounts=self._accounts,
            cookies=self._cookies,
            tokens=self._studio.tokens,
            languages=self._languages,
        )
        light = Middleware(Light, ahead=self._ahead)
        guard = Middleware(Guard, studio=self._studio, crowd=self._crowd)
        return {
            "routes": self.routes(),
            "middleware": [access, guard, light, Middleware(Programs, studio=self._studio)],
            "openapi_url": None,
            "max_body_size": self._max_body,
        }

    @property
    def _max_body(self) -> int:
        """Base64 makes four bytes of three; our own routes refuse earlier, in a sentence."""
        return self._settings.max_upload_bytes * 4 // 3 + 2 * MORE_BYTES

    def routes(self) -> list[BaseRoute]:
        """Return our own routes."""
        api = self._api()
        return [
            Route(HEALTH_PATH, Health().show, methods=["GET"]),
            *Login(self._accounts, self._cookies).routes(),
            *Pairing(self._studio, self._settings, self._cookies).routes(),
            *api,
            *Schema(api).routes(),
            *self._mcp.routes(),
            *self._scripts.routes(),
            *Install().routes(),
            *Metrics(self._studio, self._totals, self._streams).routes(),
            Route("/api/{rest:path}", answering(nothing), methods=_METHODS),
        ]

    def _api(self) -> list[BaseRoute]:
        """Return the routes that describe themselves."""
        studio = self._studio
        return [
            *ProgressStream(studio, self._streams).routes(),
            *GenerationsApi(studio, self._settings).routes(),
            *QueueApi(studio).routes(),
            *HooksApi(studio).routes(),
            *ModelsApi(studio).routes(),
            *FetchesApi(studio).routes(),
            *FacesApi(studio).routes(),
            *TagsApi(studio).routes(),
            *StylesApi(studio).routes(),
            *FormPresetsApi(studio).routes(),
            *PromptsApi(studio).routes(),
            *me.routes(),
            *LibraryApi(studio).routes(),
            *Exports(studio).routes(),
            *WildcardsApi(studio).routes(),
            *WorkflowsApi(studio).routes(),
            *FormsApi(studio).routes(),
            *Images(studio).routes(),
            *StatsApi(studio).routes(),
        ]
