"""The environment's settings; read by worker.py and starter/ only."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    IPvAnyNetwork,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from environment import SettingMissing, refused_in_production

PREFIX = "KOPEYKA_"
DEFAULT_TASK_QUEUE = "kopeyka"
ACQUIRER_NETWORKS = (
    "185.71.76.0/27,185.71.77.0/27,77.75.153.0/25,77.75.154.128/25,77.75.156.11,77.75.156.35"
    ",2a02:5180::/32"
)
"""The networks that YooKassa sends its notifications from, as it publishes them."""

Network = IPv4Network | IPv6Network

MAX_DAYS_AHEAD = 3_660
"""How many days the demo's bank may be ahead of our clock."""
MAX_PORT = 65_535
SECURE = "https://"
DEPENDS_ON_WRONG = "default_factory_not_called"
"""Pydantic's error for a default that is computed from an invalid variable."""


def _by_commas(written: object) -> object:
    """The parts of a comma-separated list; a value that is no text is returned as it is."""
    if not isinstance(written, str):
        return written
    return [part.strip() for part in written.split(",") if part.strip()]


Given = Annotated[str, Field(min_length=1)]
"""A text without a default."""
Address = Annotated[str, AfterValidator(lambda url: url.rstrip("/"))]
"""A URL without a slash at the end, for paths to be appended."""
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_by_commas)]


class Settings(BaseSettings):
    """The settings of a process of Kopeyka, from its environment. Secrets never appear in a repr,
    an error or a log.

    The connection to Temporal (address, namespace, TLS, API key) is not among them:
    `temporalio.envconfig` reads its own standard variables and profiles.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    environment: Literal["production", "development"] = Field(
        default="production", examples=["production"]
    )
    development_key: str | None = None
    database_url: Given = Field(examples=["postgresql://user@host/name"])
    task_queue: str = DEFAULT_TASK_QUEUE
    cabinet_url: Address = "http://127.0.0.1:8081"
    temporal_ui_url: str | None = None
    company: str = "ООО «Копейка»"
    support_email: str | None = None
    support_phone: str | None = None
    mail_from: Given = Field(examples=["refunds@example.ru"])
    smtp_host: Given = Field(examples=["mail.example.ru"])
    smtp_port: int = Field(
        default_factory=lambda told: 587 if told["environment"] == "production" else 25,
        ge=1,
        le=MAX_PORT,
        examples=["587"],
    )
    smtp_tls: Literal["starttls", "implicit", "none"] = Field(
        default_factory=lambda told: "starttls" if told["environment"] == "production" else "none",
        examples=["starttls"],
    )
    smtp_username: str | None = None
    smtp_password: str | None = None
    acquirer_url: Given = Field(examples=["https://api.yookassa.ru"])
    acquirer_shop_id: Given = Field(examples=["the shop's id"])
    acquirer_secret_key: Given = Field(examples=["its secret key"])
    acquirer_networks: Networks = Field(
        default=ACQUIRER_NETWORKS, validate_default=True, examples=["10.0.0.0/8"]
    )
    trusted_proxies: Networks = Field(default=(), examples=["10.0.0.0/8"])
    scanner_host: Given = Field(examples=["clamd.example.ru"])
    scanner_port: int = Field(default=3310, ge=1, le=MAX_PORT, examples=["3310"])
    code_key: Given = Field(examples=["32 or more random characters"])
    dossier_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(
        examples=["64 random hexadecimal digits"]
    )
    bank_days_ahead: int = Field(default=0, ge=0, le=MAX_DAYS_AHEAD, examples=["0"])
    jwt_issuer: str | None = None
    jwt_jwks_url: str | None = None
    jwt_audience: str | None = None
    login_issuer: Address | None = None
    login_metadata_url: str | None = None
    login_client_id: str | None = None
    login_client_secret: str | None = None
    support_mailbox: str | None = None
    imap_host: str | None = None
    imap_port: int = Field(default=993, ge=1, le=MAX_PORT, examples=["993"])
    imap_tls: Literal["implicit", "none"] = Field(default="implicit", examples=["implicit"])
    imap_username: str | None = None
    imap_password: str | None = None
    mail_authserv_id: str | None = None
    telegram_token: str | None = None
    telegram_url: Address = "https://api.telegram.org"
    telegram_link_url: Address = "https://t.me"
    telegram_webhook_url: Address | None = None

    @classmethod
    def from_environment(cls) -> Self:
        """Reads every variable; raises `SettingMissing` with all that are missing or wrong."""
        try:
            return cls()  # type: ignore[call-arg]  # the environment gives it
        except ValidationError as invalid:
            raise SettingMissing(_in_one_line(invalid)) from None

    @property
    def production(self) -> bool:
        """Whether this is a production installation, where development-only settings are
        refused.
        """
        return self.environment == "production"

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []

    @model_validator(mode="after")
    def _without_a_demos_means(self) -> Self:
        if self.production and self.development_key:
            raise PydanticCustomError("refused", refused_in_production())
        if self.production and self.bank_days_ahead:
            raise PydanticCustomError(
                "refused", "KOPEYKA_BANK_DAYS_AHEAD is refused in production: leave it out"
            )
        if self.production and not (self.telegram_webhook_url or SECURE).startswith(SECURE):
            raise PydanticCustomError(
                "refused", "KOPEYKA_TELEGRAM_WEBHOOK_URL is refused in production: not https"
            )
        return self


def variable_of(field: str) -> str:
    """The name of a setting in the environment."""
    return f"{PREFIX}{field.upper()}"


def _in_one_line(invalid: ValidationError) -> str:
    found = [one for one in invalid.errors() if one["type"] != DEPENDS_ON_WRONG]
    return "; ".join(dict.fromkeys(_said(one) for one in found))


def _said(error: ErrorDetails) -> str:
    """What is wrong with a variable and what it should be; never its value."""
    if not error["loc"]:
        return error["msg"]
    field = str(error["loc"][0])
    example = f"for example {(Settings.model_fields[field].examples or [''])[0]}"
    if error["type"] == "missing" or error["input"] == "":
        return f"{variable_of(field)} is not set: give it, {example}"
    return f"{variable_of(field)} is wrong: {error['msg']}; {example}"
