"""The payer of an order, as the client confirms it; validated before an invoice names it."""

from dataclasses import dataclass, replace

from domain.billing.requisites import (
    COMPANY_INN_LENGTH,
    MAX_NAME_LENGTH,
    ClientKind,
    Problem,
    check_address,
    check_inn,
    check_kpp,
    same_name,
)
from domain.text import one_line


@dataclass(frozen=True, repr=False)
class Payer:
    """An organisation, or a person without an INN; not validated yet."""

    name: str
    inn: str | None = None
    kpp: str | None = None
    address: str | None = None


@dataclass(frozen=True, repr=False)
class Registered:
    """The registration data of the client that orders."""

    kind: ClientKind
    name: str
    inn: str | None


def payer_problems(payer: Payer, client: Registered) -> tuple[Problem, ...]:
    """All errors of a payer at once, each field once.

    An organisation other than the client may pay; but under the client's INN only the client itself
    may be named. Only an individual pays without an INN; only a company, whose INN has ten digits,
    has a KPP.
    """
    client_kind = client.kind
    found = {
        "name": _name(payer.name) or _own_name(payer, client),
        "inn": _inn(payer.inn, client_kind),
        "kpp": _kpp(payer.kpp, payer.inn),
        "address": None if payer.address is None else check_address(payer.address),
    }
    return tuple(Problem(field, code) for field, code in found.items() if code is not None)


def _name(name: str) -> str | None:
    """The error of a name: an invoice and its QR code need one line of visible characters."""
    if not name.strip():
        return "payer_name_missing"
    if len(name) > MAX_NAME_LENGTH:
        return "payer_name_too_long"
    return None if name == one_line(name) and name.isprintable() else "payer_name_characters"


def as_registered(payer: Payer, client: Registered) -> Payer:
    """The payer as its invoice names it: a client by the name that it is registered with."""
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
