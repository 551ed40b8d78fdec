"""Environment variables that are needed without loading `settings.py`, which takes longer than
signing a token.

The key of a development installation, Temporal's own variables, and how logs are written.
"""

import logging
import os
import sys
from typing import Any


class SettingMissing(Exception):  # noqa: N818  the name says what is the matter
    """Variables are missing or invalid; the message names each and what it should be."""


def is_production() -> bool:
    """Whether this is a production installation, where development-only settings are refused."""
    return os.environ.get("KOPEYKA_ENVIRONMENT", "production") != "development"


def development_key() -> str:
    """The key that signs tokens of a development installation.

    Raises `SettingMissing` when it is not set, and in production.
    """
    key = os.environ.get("KOPEYKA_DEVELOPMENT_KEY")
    if key and is_production():
        raise SettingMissing(refused_in_production())
    if is_production():
        raise SettingMissing(
            "KOPEYKA_ENVIRONMENT is not development: tokens come from the issuer here, whose keys"
            " KOPEYKA_JWT_JWKS_URL names"
        )
    if not key:
        raise SettingMissing(
            "KOPEYKA_DEVELOPMENT_KEY is not set: give it, for example 32 or more random characters"
        )
    return key


def refused_in_production() -> str:
    """Why there is no development key in production."""
    return (
        "KOPEYKA_DEVELOPMENT_KEY is refused in production: set KOPEYKA_JWT_JWKS_URL,"
        " or KOPEYKA_ENVIRONMENT=development"
    )


def temporal_profile() -> dict[str, Any]:
    """Temporal's settings from the environment's own variables and profile.

    Raises `SettingMissing` for a profile that cannot be read.
    """
    from temporalio.envconfig import ClientConfig  # the SDK is slow to load, and seldom needed

    try:
        return {**ClientConfig.load_client_connect_config()}
    except (RuntimeError, ValueError, KeyError) as error:
        said = " ".join(str(error).split())
        raise SettingMissing(
            f"the profile of Temporal (TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE) is wrong: {said}"
        ) from None


def temporal_options() -> dict[str, Any]:
    """The arguments of every `Client.connect` of the product: the environment's profile and our
    converter. Raises `SettingMissing` when there is no address to connect to.
    """
    from workflows.payloads import data_converter

    profile = temporal_profile()
    if not profile.get("target_host"):
        raise SettingMissing(
            "TEMPORAL_ADDRESS is not set: give it, for example 127.0.0.1:7233, or name a profile"
            " that has one by TEMPORAL_PROFILE"
        )
    return {**profile, "data_converter": data_converter}


def set_up_logs(stream_is_terminal: bool | None = None) -> None:
    """Logs as events: coloured lines on a terminal, JSON elsewhere. Call once per process."""
    import structlog  # only those who log need it

    terminal = sys.stderr.isatty() if stream_is_terminal is None else stream_is_terminal
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
