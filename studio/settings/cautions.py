"""Settings that are allowed but worth a thought: what to say of them at the start."""

import os

from studio.settings.model_settings import ENV_PREFIX
from studio.settings.settings import Settings, on_space


def cautions(settings: Settings) -> list[str]:
    """Sentences on *settings*, and on variables of the environment that mean nothing."""
    sentences = []
    if not settings.is_loopback and not settings.auth and not on_space():
        sentences.append(
            f"Anybody who can reach {settings.host}:{settings.port} can generate here: "
            "add --auth NAME:PASSWORD unless the network is yours."
        )
    if settings.people == "one" and settings.auth:
        sentences.append("STEPGLASS_PEOPLE=one has no effect with --auth: each account is one.")
    elif settings.people == "one" and (
        not settings.is_loopback or settings.allowed_hosts or on_space()
    ):
        sentences.append(
            "Everybody who reaches this page is one person here (STEPGLASS_PEOPLE=one), and "
            "sees and deletes everything: let nobody else reach it, or use --auth."
        )
    elif settings.is_loopback and not (settings.auth or settings.people or settings.is_private):
        sentences.append(
            "Through a proxy others may reach this page, so each browser is its own person: "
            "--people one makes them one, --auth asks for a login."
        )
    sentences += [f"{name} is not a setting of Stepglass." for name in _unknown_variables()]
    return sentences


def _unknown_variables() -> list[str]:
    """Names in the environment that begin like ours and mean nothing."""
    known = {f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields}
    return sorted(n for n in os.environ if n.startswith(ENV_PREFIX) and n not in known)
