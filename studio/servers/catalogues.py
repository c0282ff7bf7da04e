"""What each server offers: its node catalogue and what it says of itself.

`_lock` guards all that changes; one thread fetches by itself, others may ask for more.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from comfy.client.server import Server
from comfy.client.threads import Threaded
from comfy.errors import ComfyError
from comfy.protocol.system_stats import SystemInfo
from comfy.workflow.catalogue import Catalogue, parse_catalogue, union

log = logging.getLogger(__name__)

RETRY_SECONDS = (1.0, 2.0, 5.0, 15.0)
REFRESH_SECONDS = 300.0
"""From one look at what servers offer to the next: models come while they run."""
LEAST_SECONDS = 5.0
"""Between two looks at one server, whatever calls for them."""
MAX_ASKED = 16
"""Node classes that are asked for anew at once."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is known of one server; `catalogue` None until it answered, `error` a sentence."""

    catalogue: Catalogue | None = None
    system: SystemInfo = field(default_factory=SystemInfo)
    error: str = ""
    embeddings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers. `loaded` is False until a server answered.

    `diffusion_models` are files of models alone, without their encoders.
    """

    checkpoints: tuple[str, ...] = ()
    diffusion_models: tuple[str, ...] = ()
    loras: tuple[str, ...] = ()
    embeddings: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    schedulers: tuple[str, ...] = ()
    loaded: bool = False
    error: str = ""
    server: str = ""
    is_demo: bool = False

    @property
    def models(self) -> tuple[str, ...]:
        """All that the form's model may be."""
        return tuple(dict.fromkeys((*self.checkpoints, *self.diffusion_models)))


class Catalogues(Threaded):
    """Offers by server name. `on_change()` hears when one was fetched."""

    def __init__(
        self,
        servers: Iterable[Server],
        on_change: Callable[[], None],
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        super().__init__()
        self._servers = {server.address.label: server for server in servers}
        self._on_change = on_change
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._known = {name: Offer() for name in self._servers}
        self._edition = 0
        self._joined: tuple[int, Catalogue | None] = (-1, None)
        self._wanted = set(self._servers)
        self._fetched: dict[str, float] = {}
        self._refresh_seconds = refresh_seconds
        self._runs("catalogues", self._run)

    def _rouse(self) -> None:
        with self._lock:
            self._wake.notify_all()

    def want(self, name: str) -> None:
        """Fetch *name*'s offer again soon: it may have restarted with other models."""
        with self._lock:
            self._wanted.add(name)
            self._wake.notify_all()

    @property
    def names(self) -> tuple[str, ...]:
        """The servers, in order."""
        return tuple(self._servers)

    def offer(self, name: str) -> Offer:
        """What is known of server *name* now."""
        with self._lock:
            return self._known.get(name, Offer())

    def union(self) -> Catalogue | None:
        """What one or another server has; None before one has said."""
        with self._lock:
            edition, joined = self._joined
            if edition != self._edition:
                known = [o.catalogue for o in self._known.values() if o.catalogue]
                joined = union(known) if known else None
                self._joined = (self._edition, joined)
            return joined

    @property
    def edition(self) -> int:
        """Another number whenever a server has offered something else than before."""
        with self._lock:
            return self._edition

    def look_again(self, classes: Iterable[str]) -> bool:
        """Ask every server that answers for *classes* anew; whether any of them has changed.

        What came since, a model or a node, may be used at once. Blocks for as long as servers do.
        """
        asked = list(dict.fromkeys(classes))[:MAX_ASKED]
        changed = [self._renew(name, asked) for name in self._servers]
        if any(changed):
            self._on_change()
        return any(changed)

    def refresh(self) -> None:
        """Fetch every offer now. Raises the ComfyError of the last where no server answers."""
        failed: ComfyError | None = None
        for name in self._servers:
            try:
                self._fetch(name)
            except ComfyError as error:
                failed = error
        if failed and not any(self.offer(name).catalogue for name in self._servers):
            raise failed
        self._on_change()

    def choices(self) -> Choices:
        """Everything that some server offers, in the order of the servers."""
        offers = {name: self.offer(name) for name in self._servers}
        loaded = [o.catalogue for o in offers.values() if o.catalogue]

        def offered(node_class: str, field_name: str) -> tuple[str, ...]:
            lists = (catalogue.choices(node_class, field_name) for catalogue in loaded)
            return tuple(dict.fromkeys(item for items in lists for item in items))

        return Choices(
            checkpoints=offered("CheckpointLoaderSimple", "ckpt_name"),
            diffusion_models=(
                *offered("UNETLoader", "unet_name"),
                *(n for n in offered("UnetLoaderGGUF", "unet_name") if n.endswith(".gguf")),
            ),
            loras=offered("LoraLoader", "lora_name"),
            embeddings=tuple(dict.fromkeys(n for o in offers.values() for n in o.embeddings)),
            samplers=offered("KSampler", "sampler_name"),
            schedulers=offered("KSampler", "scheduler"),
            loaded=bool(loaded),
            error=" ".join(o.error for o in offers.values() if o.error),
            server=", ".join(offers),
            is_demo=any(o.system.engine for o in offers.values()),
        )

    def _run(self) -> None:
        failures = 0
        while True:
            with self._lock:
                if failures:
                    pause = RETRY_SECONDS[min(failures, len(RETRY_SECONDS)) - 1]
                    self._wake.wait_for(self._ending.is_set, pause)
                self._wake.wait_for(
                    lambda: self._ending.is_set() or self._wanted, self._refresh_seconds
                )
                if self._wanted and not self._due():
                    self._wake.wait_for(self._ending.is_set, LEAST_SECONDS)
                if self._ending.is_set():
                    return
                wanted = self._due() or set(self._servers)
                self._wanted -= wanted
            failed = {name for name in wanted if not self._try(name)}
            with self._lock:
                self._wanted |= failed
            failures = failures + 1 if failed else 0
            if failed != wanted:
                self._on_change()

    def _try(self, name: str) -> bool:
        try:
            self._fetch(name)
        except ComfyError:
            return False
        except Exception:
            # Whatever a server sent, the others still want to be asked.
            log.exception("the catalogue of %s could not be read", name)
        return True

    def _due(self) -> set[str]:
        """Those that are wanted and were not looked at just now."""
        before = time.monotonic() - LEAST_SECONDS
        return {name for name in self._wanted if self._fetched.get(name, before) <= before}

    def _renew(self, name: str, classes: Iterable[str]) -> bool:
        server, found = self._servers[name], dict[str, Any]()
        if not server.answers:
            return False
        try:
            for node_class in classes:
                found |= server.api.node_info(node_class)
        except ComfyError as error:
            log.info("%s was not asked for all of it again: %s", name, error)
        with self._lock:
            before = self._known[name].catalogue
            after = before.renewed(parse_catalogue(found)) if before else None
            self._edition += after != before
            self._known[name] = replace(self._known[name], catalogue=after)
        return after is not before

    def _fetch(self, name: str) -> None:
        api = self._servers[name].api
        try:
            system = api.system()
            catalogue = parse_catalogue(api.object_info(), api.node_replacements())
            offer = Offer(catalogue, system, embeddings=api.model_files.embeddings())
        except ComfyError as error:
            with self._lock:
                self._known[name] = replace(self._known[name], error=str(error))
            raise
        with self._lock:
            self._edition += offer != self._known[name]
            self._known[name] = offer
            self._fetched[name] = time.monotonic()
