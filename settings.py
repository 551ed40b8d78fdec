"""The environment's settings and the logs' set-up; read by worker.py, starter/ and the
stack only.
"""

import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

DEFAULT_TASK_QUEUE = "kopeyka"
ACQUIRER_NETWORKS = (
    "185.71.76.0/27,185.71.77.0/27,77.75.153.0/25,77.75.154.128/25,77.75.156.11,77.75.156.35"
    ",2a02:5180::/32"
)
"""Where YooKassa sends its notifications from, as it publishes them."""

Network = IPv4Network | IPv6Network


MAX_DAYS_AHEAD = 3_660
"""How far the bank of a demo may be ahead of our clock."""


class SettingMissing(Exception):  # noqa: N818  the name says what is the matter
    """A variable is missing or wrong; the message names it and says what to put there."""


@dataclass(frozen=True, repr=False)
class Settings:
    """What a process of Kopeyka is told by its environment. Secrets never show in a repr or a log.

    The connection to Temporal (address, namespace, TLS, API key) is not here:
    `temporalio.envconfig`
    reads its own standard variables and profiles.
    """

    database_url: str
    task_queue: str
    production: bool
    public_url: str
    temporal_ui_url: str | None
    company: str
    mail_from: str
    smtp_host: str
    smtp_port: int
    smtp_tls: str
    smtp_username: str | None
    smtp_password: str | None
    acquirer_url: str
    acquirer_shop_id: str
    acquirer_secret_key: str
    acquirer_networks: tuple[Network, ...]
    trusted_proxies: tuple[Network, ...]
    code_key: str
    development_key: str | None
    bank_days_ahead: int
    jwt_issuer: str | None
    jwt_jwks_url: str | None
    jwt_audience: str | None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Reads every variable; raises `SettingMissing` for the first that is missing or wrong."""
        production = _is_production(environ)
        development_key = environ.get("KOPEYKA_DEVELOPMENT_KEY")
        if production and development_key:
            raise _refused_in_production()
        bank_days_ahead = _days(environ, "KOPEYKA_BANK_DAYS_AHEAD")
        if production and bank_days_ahead:
            raise SettingMissing("KOPEYKA_BANK_DAYS_AHEAD is refused in production: leave it out")
        return cls(
            database_url=_required(environ, "KOPEYKA_DATABASE_URL", "postgresql://user@host/name"),
            task_queue=environ.get("KOPEYKA_TASK_QUEUE", DEFAULT_TASK_QUEUE),
            production=production,
            public_url=environ.get("KOPEYKA_PUBLIC_URL", "http://127.0.0.1:8080").rstrip("/"),
            temporal_ui_url=environ.get("KOPEYKA_TEMPORAL_UI_URL"),
            company=environ.get("KOPEYKA_COMPANY", "ООО «Копейка»"),
            mail_from=_required(environ, "KOPEYKA_MAIL_FROM", "refunds@example.ru"),
            smtp_host=_required(environ, "KOPEYKA_SMTP_HOST", "mail.example.ru"),
            smtp_port=_port(environ, "KOPEYKA_SMTP_PORT", 587 if production else 25),
            smtp_tls=environ.get("KOPEYKA_SMTP_TLS", "starttls" if production else "none"),
            smtp_username=environ.get("KOPEYKA_SMTP_USERNAME"),
            smtp_password=environ.get("KOPEYKA_SMTP_PASSWORD"),
            acquirer_url=_required(environ, "KOPEYKA_ACQUIRER_URL", "https://api.yookassa.ru"),
            acquirer_shop_id=_required(environ, "KOPEYKA_ACQUIRER_SHOP_ID", "the shop's id"),
            acquirer_secret_key=_required(environ, "KOPEYKA_ACQUIRER_SECRET_KEY", "its secret key"),
            acquirer_networks=_networks(environ, "KOPEYKA_ACQUIRER_NETWORKS", ACQUIRER_NETWORKS),
            trusted_proxies=_networks(environ, "KOPEYKA_TRUSTED_PROXIES", ""),
            code_key=_required(environ, "KOPEYKA_CODE_KEY", "32 or more random characters"),
            development_key=development_key,
            bank_days_ahead=bank_days_ahead,
            jwt_issuer=environ.get("KOPEYKA_JWT_ISSUER"),
            jwt_jwks_url=environ.get("KOPEYKA_JWT_JWKS_URL"),
            jwt_audience=environ.get("KOPEYKA_JWT_AUDIENCE"),
        )


def development_key(environ: Mapping[str, str] = os.environ) -> str:
    """The key that signs tokens of a development installation.

    Raises `SettingMissing` where there is none, and in production.
    """
    key = environ.get("KOPEYKA_DEVELOPMENT_KEY")
    if not _is_production(environ):
        return key or _required(environ, "KOPEYKA_DEVELOPMENT_KEY", "32 or more random characters")
    if key:
        raise _refused_in_production()
    raise SettingMissing(
        "KOPEYKA_ENVIRONMENT is not development: tokens come from the issuer here, whose keys"
        " KOPEYKA_JWT_JWKS_URL names"
    )


def temporal_profile() -> dict[str, Any]:
    """What the environment's own variables and profile say of Temporal.

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
    """What every `Client.connect` of the product takes: the environment's profile and our
    converter. Raises `SettingMissing` where nobody says what to connect to.
    """
    from temporalio.contrib.pydantic import pydantic_data_converter

    profile = temporal_profile()
    if not profile.get("target_host"):
        raise SettingMissing(
            "TEMPORAL_ADDRESS is not set: give it, for example 127.0.0.1:7233, or name a profile"
            " that has one by TEMPORAL_PROFILE"
        )
    return {**profile, "data_converter": pydantic_data_converter}


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


def _is_production(environ: Mapping[str, str]) -> bool:
    return environ.get("KOPEYKA_ENVIRONMENT", "production") != "development"


def _refused_in_production() -> SettingMissing:
    return SettingMissing(
        "KOPEYKA_DEVELOPMENT_KEY is refused in production: set KOPEYKA_JWT_JWKS_URL,"
        " or KOPEYKA_ENVIRONMENT=development"
    )


def _required(environ: Mapping[str, str], name: str, example: str) -> str:
    value = environ.get(name)
    if not value:
        raise SettingMissing(f"{name} is not set: give it, for example {example}")
    return value


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, str(default))
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise SettingMissing(f"{name} must be a port between 1 and 65535")
    return int(value)


def _days(environ: Mapping[str, str], name: str) -> int:
    """A number of days; without it none."""
    text = environ.get(name, "0")
    if not text.isdecimal() or int(text) > MAX_DAYS_AHEAD:
        raise SettingMissing(f"{name} is a number of days, at most {MAX_DAYS_AHEAD}, not {text!r}")
    return int(text)


def _networks(environ: Mapping[str, str], name: str, default: str) -> tuple[Network, ...]:
    texts = environ.get(name, default).split(",")
    try:
        return tuple(ip_network(text.strip()) for text in texts if text.strip())
    except ValueError as error:
        raise SettingMissing(f"{name} must be networks, such as 10.0.0.0/8: {error}") from None
