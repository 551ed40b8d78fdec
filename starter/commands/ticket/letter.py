"""A letter as a client of ours writes it: the files that are taken, the text, the ticket."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid5

from db.ticket import reads
from db.ticket.reads import DepartmentRow, TicketRow
from domain.access.roles import Role
from domain.file.file import FileLimits
from domain.ticket.mail import NAMES_AT_MOST, own_words
from domain.ticket.sender import is_authenticated
from gateways.mailbox import ReadLetter
from starter.caller import Caller, letter_login
from starter.commands.file.upload import Upload, upload_files
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.services import Services
from starter.commands.ticket.case import limits_of
from starter.commands.ticket.open import MAX_TOPIC_LENGTH, Channel, NewTicket, open_ticket
from texts import translate

NAMESPACE = UUID("6a2f4f7c-6e0b-4f61-8f2d-0c8f7f5d9b13")
"""The namespace of the ids of commands: a letter that is worked through again has the same."""
DEPARTMENT = "support"
"""Where a letter goes that answers nothing and was sent to no department's own address."""
PASSING = frozenset({RefusalKind.UNAVAILABLE, RefusalKind.UNKNOWN})
"""Refusals after which the same command is sent again."""


class Letter(Protocol):
    """A stored letter, as commands know it."""

    @property
    def sha256(self) -> bytes:
        """Of what came."""


async def open_by_letter(
    services: Services,
    letter: Letter,
    said: ReadLetter,
    client_id: str,
    *,
    is_confirmed: bool,
    follows: TicketRow | None = None,
) -> TicketRow:
    """The ticket that a letter of a client opens; the same on each repeat. `is_confirmed`: the
    client itself has written it.
    """
    rules = await services.database.rows(reads.departments_at(datetime.now(UTC)))
    department = _department(rules, said, follows)
    caller = caller_of(client_id)
    files, refused = await files_of_letter(services, caller, letter, said, limits_of(department))
    asked = NewTicket(
        department.department,
        (said.subject or translate("mail_in.no_subject"))[:MAX_TOPIC_LENGTH],
        text_of_letter(said, refused, department.text_limit, has_files=bool(files)),
        files=files,
        follows=None if follows is None else follows.id,
        sender_confirmed=is_confirmed,
    )
    return await open_ticket(services, caller, command_of(letter, "open"), asked, Channel.MAIL)


def is_senders_own(services: Services, said: ReadLetter) -> bool:
    """Whether our receiving server vouches for the address in From."""
    server = services.settings.mail_authserv_id
    return is_authenticated(said.sender, said.authentication, server)


def _department(
    rules: Sequence[DepartmentRow], said: ReadLetter, follows: TicketRow | None
) -> DepartmentRow:
    """Where a letter that answers nothing goes: where the ticket was that it goes on from, to the
    department whose address it was sent to, or to `DEPARTMENT`.
    """
    offered = {one.department: one for one in rules if one.is_offered}
    if follows is not None and follows.department in offered:
        return offered[follows.department]
    by_address = [one for one in offered.values() if one.mail_address in said.recipients]
    return by_address[0] if by_address else offered.get(DEPARTMENT) or next(iter(offered.values()))


async def files_of_letter(
    services: Services, caller: Caller, letter: Letter, said: ReadLetter, limits: FileLimits
) -> tuple[list[UUID], list[str]]:
    """The letter's files in our store, and the names of those that are not taken: above what a
    message may have, of another kind, broken.
    """
    stored: list[UUID] = []
    refused: list[str] = []
    for number, file in enumerate(said.files):
        if len(stored) == limits.files or len(file.content) > limits.file_bytes:
            refused.append(file.name)
            continue
        command_id = command_of(letter, f"file-{number}")
        try:
            (row,) = await upload_files(
                services, caller, command_id, [Upload(file.name, file.content)]
            )
        except Refusal as refusal:
            if refusal.kind in PASSING:
                raise
            refused.append(file.name)
        else:
            stored.append(row.id)
    return stored, refused


def text_of_letter(said: ReadLetter, refused: Sequence[str], limit: int, *, has_files: bool) -> str:
    """What the letter says itself, with the names of files that were not taken; its beginning, if
    it is longer than its department takes. The whole stays with the letter.
    """
    names = [translate("mail_in.file", name=name) for name in refused[:NAMES_AT_MOST]]
    if len(refused) > NAMES_AT_MOST:
        names.append(translate("mail_in.more_files", count=len(refused) - NAMES_AT_MOST))
    text = own_words(said.text) or translate("mail_in.files" if has_files else "mail_in.empty")
    whole = "\n\n".join(filter(None, [text, "\n".join(names)]))
    if len(whole) <= limit:
        return whole
    cut = translate("mail_in.cut")
    return f"{whole[: limit - len(cut) - 2]}\n\n{cut}"


def caller_of(client_id: str) -> Caller:
    """Whoever reads the client's letters, as at the cabinet's door."""
    return Caller(letter_login(client_id), Role.CLIENT, client_id)


def command_of(letter: Letter, of: str) -> UUID:
    return uuid5(NAMESPACE, f"{letter.sha256.hex()}-{of}")
