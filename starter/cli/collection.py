"""Unpaid orders: list, show, pause, claim, hand to the lawyer, settle, write off, cancel."""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from db.collection import letters, reads
from db.collection.letters import LetterRow
from db.collection.reads import ChangeRow, CollectionFilter, CollectionRow, ContactRow, LookRow
from domain.access.roles import Role
from domain.collection.collection import CollectionStatus, CourtKind, collection_workflow_id
from domain.text import one_line
from settings import Settings
from starter.caller import Caller
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.cli.services import services_of
from starter.commands.collection import contact, decide
from starter.commands.collection.case import debt_of
from starter.commands.collection.contact import ContactChannel
from starter.commands.collection.decide import Court
from starter.commands.services import Services
from texts import rubles, translate

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
SHOWN = 50
"""The newest changes, looks, letters and contacts of a case that are shown."""
ROLES = (Role.ACCOUNTANT, Role.LAWYER, Role.SPECIALIST, Role.OPERATOR)

Told = tuple[datetime, tuple[str, ...]]
"""When something happened, and its columns."""
Deed = Callable[[Services, Caller, UUID, str, argparse.Namespace], Awaitable[CollectionRow | None]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is done, to which order's case, by whom."""
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    listing = deeds.add_parser("list", help="open cases, the earliest deadline first")
    listing.add_argument("--status", choices=list(CollectionStatus), help="in one status")
    listing.add_argument("--limit", type=int, default=DEFAULT_LIMIT, help=f"({DEFAULT_LIMIT})")
    deeds.add_parser("show", help="one case: looks, letters, contacts").add_argument("order")
    for name, help_text in HELP.items():
        deed = deeds.add_parser(name, help=help_text)
        deed.add_argument("order", help="its number, as list shows it")
        deed.add_argument("--by", required=True, type=one_line, help="your login: it is kept")
        deed.add_argument("--as", dest="role", type=Role, choices=ROLES, default=Role.ACCOUNTANT)
        for option, said in OPTIONS.get(name, {}).items():
            is_day = option in DAYS
            deed.add_argument(
                f"--{option}", required=True, type=_day if is_day else one_line, help=said
            )
    deeds.choices["court"].add_argument("--kind", required=True, choices=list(CourtKind))
    deeds.choices["contact"].add_argument("--channel", required=True, choices=list(ContactChannel))


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each case, or the case as it is then."""
    if arguments.deed == "list" and not 0 < arguments.limit <= MAX_LIMIT:
        raise CommandFailed(f"--limit lies between 1 and {MAX_LIMIT}")
    if not getattr(arguments, "by", "somebody"):
        raise CommandFailed("--by names a person")
    for line in run_async(_done(Settings.from_environment(), arguments)):
        print(line)
    return 0


HELP: Mapping[str, str] = MappingProxyType(
    {
        "begin": "begin the case of an overdue order now",
        "promise": "the client has told you when it pays",
        "pause": "write to nobody until a day",
        "claim": "send the claim, within the client's hours",
        "lawyer": "hand it to the lawyer",
        "lawyer-return": "the lawyer hands it back: the letters go on",
        "court": "record a court that was asked",
        "contact": "write down how you spoke to the client",
        "settle": "agreed otherwise than by a payment",
        "write-off": "propose to write the debt off",
        "confirm-write-off": "write it off, as somebody else than whoever proposed it",
        "decline-write-off": "take the proposal back",
        "cancel": "nothing is owed after all",
    }
)
_WHY: Mapping[str, str] = MappingProxyType({"reason": "why"})
DAYS = frozenset({"day"})
OPTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "promise": {"day": "YYYY-MM-DD, on which it pays"},
        "pause": {"day": "YYYY-MM-DD, until then", **_WHY},
        "lawyer": _WHY,
        "court": {"day": "YYYY-MM-DD, of the filing", "name": "which", "number": "of the case"},
        "contact": {"day": "YYYY-MM-DD, of the contact", "note": "what was said"},
        "settle": _WHY,
        "write-off": _WHY,
        "decline-write-off": _WHY,
        "cancel": _WHY,
    }
)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day is YYYY-MM-DD") from None


async def _done(settings: Settings, arguments: argparse.Namespace) -> list[str]:
    async with services_of(settings) as services:
        if arguments.deed == "list":
            statuses = None if arguments.status is None else (arguments.status,)
            narrowed = CollectionFilter(statuses=statuses, is_open=True)
            rows = await services.database.rows(reads.listed(narrowed, arguments.limit))
            return [_line(row) for row in rows] or ["no order is collected"]
        collection_id = collection_workflow_id(arguments.order)
        if arguments.deed != "show":
            caller = Caller(arguments.by, arguments.role)
            await DEEDS[arguments.deed](services, caller, uuid4(), collection_id, arguments)
        return await _shown(services, collection_id, in_full=arguments.deed == "show")


async def _shown(services: Services, collection_id: str, *, in_full: bool) -> list[str]:
    heads, history, looks, sent, contacts = await services.database.read(
        reads.head(collection_id),
        reads.history(collection_id, SHOWN),
        reads.looks(collection_id, SHOWN),
        letters.of_case(collection_id, SHOWN),
        reads.contacts(collection_id, SHOWN),
    )
    if not heads:
        raise CommandFailed(f"there is no case {collection_id}")
    head = [_line(heads[0])]
    if not in_full:
        return head
    more = [
        *map(_change, history),
        *map(_look, looks),
        *map(_letter, sent),
        *map(_contact, contacts),
    ]
    ordered = sorted(more, key=lambda one: one[0])
    return head + ["\t".join((_moment(at), *said)) for at, said in ordered]


def _line(row: CollectionRow) -> str:
    columns = (
        row.invoice_number,
        translate(f"collection.staff_status.{row.status}", "en"),
        rubles(debt_of(row)),
        row.due_on.isoformat(),
        row.waiting_for or "-",
        _moment(row.wait_until),
        one_line(row.client_name),
    )
    return "\t".join(columns)


def _change(one: ChangeRow) -> Told:
    what = one.action or one.to_status
    said = [one.answer, None if one.day is None else one.day.isoformat(), one.reason]
    return one.at, ("change", one.by, what, *(one_line(part) for part in said if part))


def _look(one: LookRow) -> Told:
    acquirer = translate(f"payment_check.acquirer.{one.acquirer}", "en")
    return one.at, ("look", acquirer, f"entries {one.entries}", rubles(one.paid_kopecks))


def _letter(one: LetterRow) -> Told:
    return one.written_at, ("letter", translate(f"collection.tone.{one.tone}", "en"))


def _contact(one: ContactRow) -> Told:
    return one.written_at, ("contact", one.channel, one.written_by, one_line(one.note))


def _moment(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone(UTC).isoformat(timespec="minutes")


async def _begin(
    services: Services, caller: Caller, command_id: UUID, case: str, said: argparse.Namespace
) -> CollectionRow:
    return await decide.open_collection(services, caller, command_id, said.order)


async def _promise(
    services: Services, caller: Caller, command_id: UUID, case: str, said: argparse.Namespace
) -> CollectionRow:
    return await decide.promise_payment(services, caller, command_id, case, said.day)


async def _pause(
    services: Services, caller: Caller, command_id: UUID, case: str, said: argparse.Namespace
) -> CollectionRow:
    return await decide.pause_collection(services, caller, command_id, case, said.day, said.reason)


async def _claim(
    services: Services, caller: Caller, command_id: UUID, case: str, said: argparse.Namespace
) -> CollectionRow:
    return await decide.send_claim(services, caller, command_id, case)


async def _court(
    services: Services, caller: Caller, command_id: UUID, case: str, said: argparse.Namespace
) -> CollectionRow:
    court = Court(CourtKind(said.kind), said.name, said.number, said.day)
    return await decide.record_court(services, caller, command_id, case, court)


async def _contact_had(
    services: Services, caller: Caller, command_id: UUID, case: str, said: argparse.Namespace
) -> None:
    channel = ContactChannel(said.channel)
    await contact.log_contact(services, caller, command_id, case, channel, said.day, said.note)


async def _confirm(
    services: Services, caller: Caller, command_id: UUID, case: str, said: argparse.Namespace
) -> CollectionRow:
    return await decide.confirm_write_off(services, caller, command_id, case)


def _for_a_reason(
    command: Callable[[Services, Caller, UUID, str, str], Awaitable[CollectionRow]],
) -> Deed:
    async def done(
        services: Services, caller: Caller, command_id: UUID, case: str, said: argparse.Namespace
    ) -> CollectionRow:
        return await command(services, caller, command_id, case, said.reason)

    return done


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "begin": _begin,
        "promise": _promise,
        "pause": _pause,
        "claim": _claim,
        "lawyer": _for_a_reason(decide.to_lawyer),
        "lawyer-return": _for_a_reason(decide.from_lawyer),
        "court": _court,
        "contact": _contact_had,
        "settle": _for_a_reason(decide.settle_debt),
        "write-off": _for_a_reason(decide.propose_write_off),
        "confirm-write-off": _confirm,
        "decline-write-off": _for_a_reason(decide.decline_write_off),
        "cancel": _for_a_reason(decide.cancel_collection),
    }
)
