"""Support tickets: list, show, answer, take, transfer, escalate, resolve, hold for spam."""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from db.ticket import lists, reads
from db.ticket.lists import TicketFilter
from db.ticket.reads import MessageRow, TicketRow
from domain.access.roles import Role
from domain.text import one_line
from settings import Settings
from starter.caller import Caller
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.cli.services import services_of
from starter.commands.services import Services
from starter.commands.ticket import decide, write
from starter.commands.ticket.open import Channel
from starter.commands.ticket.write import Answer
from texts import translate

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
MESSAGES = 50
"""The newest messages that are shown."""

Deed = Callable[[Services, Caller, UUID, argparse.Namespace], Awaitable[TicketRow]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is done, to which ticket, by whom."""
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    listing = deeds.add_parser("list", help="tickets that wait for us, the earliest deadline first")
    listing.add_argument("--department", help="of one department")
    listing.add_argument("--limit", type=int, default=DEFAULT_LIMIT, help=f"({DEFAULT_LIMIT})")
    deeds.add_parser("show", help="one ticket with its thread").add_argument("ticket")
    for name, help_text in HELP.items():
        deed = deeds.add_parser(name, help=help_text)
        deed.add_argument("ticket", help="its id, as list shows it")
        deed.add_argument("--by", required=True, type=one_line, help="your login: it is kept")
        for option, said in OPTIONS.get(name, {}).items():
            deed.add_argument(f"--{option}", required=True, type=one_line, help=said)
    deeds.choices["answer"].add_argument("--resolves", action="store_true", help="it is settled")
    deeds.choices["answer"].add_argument(
        "--seen", required=True, type=int, help="how many answers you have read, as show says"
    )
    for name in ("take", "transfer"):
        deeds.choices[name].add_argument("--from", dest="whose", help="whose it is; nobody's")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each ticket, or the ticket as it is then."""
    if arguments.deed == "list" and not 0 < arguments.limit <= MAX_LIMIT:
        raise CommandFailed(f"--limit lies between 1 and {MAX_LIMIT}")
    if not getattr(arguments, "by", "somebody"):
        raise CommandFailed("--by names a person")
    for line in run_async(_done(Settings.from_environment(), arguments)):
        print(line)
    return 0


HELP: Mapping[str, str] = MappingProxyType(
    {
        "answer": "answer its client",
        "take": "take it",
        "transfer": "give it to another department",
        "escalate": "ask the operators to see to it",
        "resolve": "hold it for settled; the client is told",
        "spam": "put it aside as spam; nobody is told",
        "not-spam": "take a mark as spam back",
    }
)
OPTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "answer": {"text": "what the client reads"},
        "transfer": {"department": "its code", "reason": "why"},
        "escalate": {"reason": "why"},
        "spam": {"reason": "why"},
    }
)


async def _done(settings: Settings, arguments: argparse.Namespace) -> list[str]:
    async with services_of(settings) as services:
        if arguments.deed == "list":
            narrowed = TicketFilter(department=arguments.department)
            rows = await services.database.rows(lists.queue(narrowed, arguments.limit))
            return [_line(row) for row in rows] or ["no ticket waits for us"]
        if arguments.deed == "show":
            return await _shown(services, arguments.ticket)
        caller = Caller(arguments.by, Role.OPERATOR)
        row = await DEEDS[arguments.deed](services, caller, uuid4(), arguments)
        return [_line(row)]


async def _shown(services: Services, ticket_id: str) -> list[str]:
    rows, thread = await services.database.read(
        reads.head(ticket_id), reads.thread(ticket_id, MESSAGES)
    )
    if not rows:
        raise CommandFailed(f"there is no ticket {ticket_id}")
    head = [_line(rows[0]), f"answers\t{rows[0].answers}"]
    return head + [line for one in reversed(thread) for line in _message(one)]


def _line(row: TicketRow) -> str:
    columns = (
        row.id,
        translate(f"ticket.status.{row.status}", "en"),
        row.department,
        row.assignee or "-",
        _moment(row.wait_until),
        one_line(row.client_name),
        one_line(row.topic),
    )
    return "\t".join(columns)


def _message(one: MessageRow) -> list[str]:
    whose = "us" if one.is_ours else "client"
    return ["", f"{_moment(one.at)}\t{whose}\t{one_line(one.written_by)}", *one.text.split("\n")]


def _moment(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone(UTC).isoformat(timespec="minutes")


async def _answer(
    services: Services, caller: Caller, command_id: UUID, said: argparse.Namespace
) -> TicketRow:
    answer = Answer(said.text, said.seen, said.resolves)
    return await write.answer_ticket(services, caller, command_id, said.ticket, answer, Channel.API)


async def _take(
    services: Services, caller: Caller, command_id: UUID, said: argparse.Namespace
) -> TicketRow:
    return await decide.take_ticket(services, caller, command_id, said.ticket, said.whose)


async def _transfer(
    services: Services, caller: Caller, command_id: UUID, said: argparse.Namespace
) -> TicketRow:
    return await decide.transfer_ticket(
        services, caller, command_id, said.ticket, said.department, said.reason, said.whose
    )


async def _escalate(
    services: Services, caller: Caller, command_id: UUID, said: argparse.Namespace
) -> TicketRow:
    return await decide.escalate_ticket(services, caller, command_id, said.ticket, said.reason)


async def _resolve(
    services: Services, caller: Caller, command_id: UUID, said: argparse.Namespace
) -> TicketRow:
    return await decide.resolve_ticket(services, caller, command_id, said.ticket)


async def _spam(
    services: Services, caller: Caller, command_id: UUID, said: argparse.Namespace
) -> TicketRow:
    return await decide.mark_ticket_spam(services, caller, command_id, said.ticket, said.reason)


async def _not_spam(
    services: Services, caller: Caller, command_id: UUID, said: argparse.Namespace
) -> TicketRow:
    return await decide.unmark_ticket_spam(services, caller, command_id, said.ticket)


DEEDS: Mapping[str, Deed] = MappingProxyType(
    {
        "answer": _answer,
        "take": _take,
        "transfer": _transfer,
        "escalate": _escalate,
        "resolve": _resolve,
        "spam": _spam,
        "not-spam": _not_spam,
    }
)
