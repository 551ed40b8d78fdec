"""The payer of an order, as the client confirms it; validated before an invoice names it."""

from dataclasses import dataclass, replace

from domain.billing.requisites import (
    COMPANY_INN_LENGTH,
    MAX_NAME_LENGTH,
    ClientKind,
    Problem,
    check_inn,
    check_kpp,
    same_name,
)
from domain.text import one_line


@dataclass(frozen=True, repr=False)
class Payer:
    """An organisation, or a person without an INN; nothing here has been checked yet."""

    name: str
    inn: str | None = None
    kpp: str | None = None
    address: str | None = None


@dataclass(frozen=True, repr=False)
class Registered:
    """The client that orders, as it is registered."""

    kind: ClientKind
    name: str
    inn: str | None


def payer_problems(payer: Payer, client: Registered) -> tuple[Problem, ...]:
    """All that is wrong at once, each field once.

    Another organisation may pay than the client itself; under its own INN only itself may stand on
    an invoice. Without an INN only an individual pays; a KPP is a company's, and a company is who
    has ten digits.
    """
    client_kind = client.kind
    found = {
        "name": _name(payer.name) or _own_name(payer, client),
        "inn": _inn(payer.inn, client_kind),
        "kpp": _kpp(payer.kpp, payer.inn),
    }
    return tuple(Problem(field, code) for field, code in found.items() if code is not None)


def _name(name: str) -> str | None:
    """A name that an invoice and its payment code can carry: one line of signs that show."""
    if not name.strip():
        return "payer_name_missing"
    if len(name) > MAX_NAME_LENGTH:
        return "payer_name_too_long"
    return None if name == one_line(name) and name.isprintable() else "payer_name_characters"


def as_registered(payer: Payer, client: Registered) -> Payer:
    """The payer as its invoice names it: a client by the spelling that it is registered with."""
    return replace(payer, name=client.name) if _is_itself(payer, client) else payer


def _own_name(payer: Payer, client: Registered) -> str | None:
    if not _is_itself(payer, client) or same_name(payer.name, client.name, client.kind):
        return None
    return "payer_name_differs"


def _is_itself(payer: Payer, client: Registered) -> bool:
    return payer.inn is not None and payer.inn == client.inn


def _inn(inn: str | None, client_kind: ClientKind) -> str | None:
    if inn is None:
        return None if client_kind is ClientKind.INDIVIDUAL else "inn_missing"
    return check_inn(inn)


def _kpp(kpp: str | None, inn: str | None) -> str | None:
    if kpp is None:
        return None
    is_company = inn is not None and len(inn) == COMPANY_INN_LENGTH
    return check_kpp(kpp) if is_company else "kpp_not_applicable"
