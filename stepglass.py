"""Stepglass: settings → the parts → launch. The only wiring, and the command ``stepglass``."""

import logging
import os
import secrets
import sys

from comfy.demo.launch import DemoProcess
from comfy.errors import ComfyError
from storage.errors import StorageError
from storage.store import Store
from studio.access.secret import SecretError
from studio.background.process import prepare
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
    for warning in cautions(settings):
        log.warning(warning)
    store = Store(settings.data_folder)
    demo = None
    if not settings.servers:
        folder = settings.data_folder / "demo"
        demo = DemoProcess(
            folder,
            step_seconds=settings.demo_step_seconds,
            token=secrets.token_urlsafe(),  # other people of this machine reach its port, too
            keep_alive=True,
        )
    # Imported late: the demo engine starts while Gradio, which takes seconds, is being read.
    from storage.totals import Totals
    from studio.access.viewer import viewer_of
    from ui.page import build
    from ui.shell.assets import served
    from ui.shell.theme import ahead
    from web.launch import PortError, address_to_open
    from web.site import Site

    addresses = settings.addresses
    if demo:
        addresses = (demo.address,)
    studio = Studio(settings, addresses, store)
    try:
        site = Site(studio, settings, Totals(store), served(), ahead())
        blocks, page = build(studio, viewer_of, site.register)
        studio.start()
        site.launch(blocks, **page)
        log.info("Stepglass is at %s", address_to_open(str(blocks.local_url)))
        wait_for_signal(asked)
        site.stop(blocks)
    except PortError as error:
        fail(str(error))
    finally:
        studio.close()
        if demo:
            demo.close()


if __name__ == "__main__":
    sys.exit(main())
