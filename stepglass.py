"""Stepglass: settings → the parts → launch. The only wiring, and the command ``stepglass``."""

import contextlib
import logging
import os
import secrets
import sys

from comfy.demo.launch import DemoProcess
from comfy.errors import ComfyError
from storage.errors import StorageError
from storage.store import Store
from studio.access.secret import SecretError
from studio.background.process import garbage_kept, prepare
from studio.cli.archive import carry_out
from studio.cli.commands import fail, read_command
from studio.cli.logs import setup_logging
from studio.settings.cautions import cautions
from studio.settings.settings import Settings
from studio.studio import Studio
from web.signals import catch_signals, wait_for_signal

log = logging.getLogger("stepglass")

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")


def main() -> int:
    """Do what the command line says; return the exit code."""
    command = read_command(sys.argv[1:])
    setup_logging(command.settings.log_level)
    try:
        prepare(command.settings.data_folder)
        if command.file is not None:
            return carry_out(command)
        serve(command.settings)
    except (StorageError, SecretError, ComfyError) as error:
        fail(str(error))
    return 0


def serve(settings: Settings) -> None:
    """Run until the program is asked to end."""
    asked = catch_signals()
    with contextlib.ExitStack() as running:
        with garbage_kept():
            start(settings, running)
        wait_for_signal(asked)


def start(settings: Settings, running: contextlib.ExitStack) -> None:
    """Start every part; *running* ends them, the last one first."""
    for warning in cautions(settings):
        log.warning(warning)
    store = Store(settings.data_folder)
    addresses = settings.addresses
    if not settings.servers:
        demo = DemoProcess(
            settings.data_folder / "demo",
            step_seconds=settings.demo_step_seconds,
            token=secrets.token_urlsafe(),  # other people of this machine reach its port, too
            keep_alive=True,
        )
        running.callback(demo.close)
        addresses = (demo.address,)
    # Imported late: the demo engine starts while Gradio, which takes seconds, is being read.
    from storage.totals import Totals
    from studio.access.viewer import viewer_of
    from ui.page import build
    from ui.shell.assets import languages, served
    from ui.shell.theme import ahead
    from web.launch import PortError, address_to_open
    from web.site import Site

    studio = Studio(settings, addresses, store)
    running.callback(studio.close)
    site = Site(studio, settings, Totals(store), served(), ahead(), languages())
    blocks, page = build(studio, viewer_of, site.register)
    studio.start()
    try:
        site.launch(blocks, **page)
    except PortError as error:
        fail(str(error))
    running.callback(site.stop, blocks)
    log.info("Stepglass is at %s", address_to_open(str(blocks.local_url)))


if __name__ == "__main__":
    sys.exit(main())
