"""The environment's settings: what is missing or wrong is said at once, and no secret with it."""

import traceback
from collections.abc import Mapping

import pytest

from environment import SettingMissing
from settings import MAX_DAYS_AHEAD
from tests.product_settings import LONG_ENOUGH, required_variables, settings_of

GIVEN = dict.fromkeys(required_variables(), LONG_ENOUGH)
DEVELOPMENT = GIVEN | {"KOPEYKA_ENVIRONMENT": "development"}


def refused(environment: Mapping[str, str]) -> str:
    with pytest.raises(SettingMissing) as found:
        settings_of(environment)
    return str(found.value)


def test_everything_that_is_missing_is_said_in_one_line_with_what_to_give() -> None:
    said = refused({})
    assert said.startswith(
        "KOPEYKA_DATABASE_URL is not set: give it, for example postgresql://user@host/name; "
    )
    parts = said.split("; ")
    assert {part.split()[0] for part in parts} == required_variables()
    assert all(" is not set: give it, for example " in part for part in parts)


@pytest.mark.parametrize("name", sorted(required_variables()))
def test_an_empty_variable_is_not_set(name: str) -> None:
    assert refused(GIVEN | {name: ""}).startswith(f"{name} is not set: ")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("KOPEYKA_ENVIRONMENT", "staging", "'production' or 'development'"),
        ("KOPEYKA_SMTP_PORT", "high", "a valid integer"),
        ("KOPEYKA_SMTP_PORT", "0", "greater than or equal to 1"),
        ("KOPEYKA_SMTP_PORT", "65536", "less than or equal to 65535"),
        ("KOPEYKA_SMTP_TLS", "ssl", "'starttls', 'implicit' or 'none'"),
        ("KOPEYKA_BANK_DAYS_AHEAD", "-1", "greater than or equal to 0"),
        ("KOPEYKA_BANK_DAYS_AHEAD", str(MAX_DAYS_AHEAD + 1), "less than or equal to 3660"),
        ("KOPEYKA_TRUSTED_PROXIES", "10.0.0.1/8, proxy", "a valid IPv4 or IPv6 network"),
        ("KOPEYKA_TRUSTED_PROXIES", "10.0.0.0/8, 10.0.0.0/33", "a valid IPv4 or IPv6 network"),
        ("KOPEYKA_ACQUIRER_NETWORKS", "[]", "a valid IPv4 or IPv6 network"),
    ],
)
def test_what_is_wrong_is_named_once_with_the_reason_and_an_example(
    name: str, value: str, says: str
) -> None:
    said = refused(DEVELOPMENT | {name: value})
    assert said.startswith(f"{name} is wrong: ")
    assert says in said
    assert "; for example " in said
    assert said.count(name) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("KOPEYKA_DEVELOPMENT_KEY", LONG_ENOUGH), ("KOPEYKA_BANK_DAYS_AHEAD", "1")]
)
def test_what_only_development_may_have_is_refused_in_production(name: str, value: str) -> None:
    settings_of(DEVELOPMENT | {name: value})
    assert refused(GIVEN | {name: value}).startswith(f"{name} is refused in production: ")


@pytest.mark.parametrize(
    ("environment", "port", "tls"), [(GIVEN, 587, "starttls"), (DEVELOPMENT, 25, "none")]
)
def test_mail_is_encrypted_unless_told_otherwise_or_in_development(
    environment: dict[str, str], port: int, tls: str
) -> None:
    settings = settings_of(environment)
    assert (settings.smtp_port, settings.smtp_tls) == (port, tls)
    told = settings_of(environment | {"KOPEYKA_SMTP_PORT": "465", "KOPEYKA_SMTP_TLS": "implicit"})
    assert (told.smtp_port, told.smtp_tls) == (465, "implicit")


def test_networks_stand_between_commas_and_none_at_all_is_none() -> None:
    told = {"KOPEYKA_TRUSTED_PROXIES": "10.0.0.0/8, 2a02:5180::1,", "KOPEYKA_ACQUIRER_NETWORKS": ""}
    settings = settings_of(GIVEN | told)
    assert [str(one) for one in settings.trusted_proxies] == ["10.0.0.0/8", "2a02:5180::1/128"]
    assert settings.acquirer_networks == ()
    assert [str(one) for one in settings_of(GIVEN).acquirer_networks][:1] == ["185.71.76.0/27"]


def test_no_secret_is_shown_in_a_repr_or_an_error() -> None:
    secret = "5ec2e7" * 10 + "0123"
    settings = settings_of(dict.fromkeys(required_variables(), secret))
    assert secret not in f"{settings!r} {settings}"
    wrong = dict.fromkeys(required_variables(), secret) | {"KOPEYKA_SMTP_PORT": secret}
    with pytest.raises(SettingMissing) as found:
        settings_of(wrong)
    assert secret not in "".join(traceback.format_exception(found.value))
