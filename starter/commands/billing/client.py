"""Clients as the billing system registers them."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import available_timezones

from db.billing import client as clients
from db.billing.client import ClientWritten
from domain.billing.requisites import (
    INN_LENGTHS,
    ClientKind,
    check_client_name,
    check_inn,
    check_kpp,
)
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, invalid
from starter.commands.services import Services
from texts import Language


@dataclass(frozen=True)
class ClientAsked:
    """A client. A company and a sole trader have an INN; KPP is a company's only."""

    kind: ClientKind
    name: str
    inn: str | None
    kpp: str | None
    email: str
    address: str | None
    language: Language
    time_zone: str


@command
async def write_client(
    services: Services, _caller: Caller, _command_id: UUID, client_id: str, asked: ClientAsked
) -> ClientWritten:
    """Registers a client, or replaces its data; `is_new` of the row says which.

    A refund that is under way keeps the requisites of its statement.
    """
    problems = _problems(asked)
    if problems:
        raise invalid(*problems)
    return await clients.put(services.database, client_id, datetime.now(UTC), **asdict(asked))


def _problems(asked: ClientAsked) -> list[FieldError]:
    """Everything that is wrong with a client at once."""
    found = {
        "/name": check_client_name(asked.name),
        "/inn": _inn_problem(asked),
        "/kpp": _kpp_problem(asked),
        "/time_zone": None if asked.time_zone in available_timezones() else "time_zone_unknown",
    }
    return [FieldError(code, pointer) for pointer, code in found.items() if code is not None]


def _inn_problem(asked: ClientAsked) -> str | None:
    if asked.inn is None:
        return None if asked.kind is ClientKind.INDIVIDUAL else "inn_missing"
    code = check_inn(asked.inn)
    return code or (None if len(asked.inn) == INN_LENGTHS[asked.kind] else "inn_kind")


def _kpp_problem(asked: ClientAsked) -> str | None:
    if asked.kpp is None:
        return None
    return check_kpp(asked.kpp) if asked.kind is ClientKind.COMPANY else "kpp_not_applicable"
