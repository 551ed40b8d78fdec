"""`/start`: active tickets; one with its last message, «Добавить ответ», «Поместить в архив»."""

from db.access.telegram import LinkRow
from db.ticket import files, lists, reads
from db.ticket.lists import TicketFilter
from db.ticket.reads import TicketRow
from domain.file.file import FileStatus
from domain.ticket.telegram import ACTIVE_TICKETS, Button, Step, Verb
from domain.ticket.ticket import TicketAction, ticket_workflow_id
from starter.commands.refusal import Refusal
from starter.commands.ticket.case import surviving
from starter.commands.ticket.decide import archive_ticket
from starter.commands.ticket.write import see_ticket
from starter.presentation.ticket.ticket import actions_of, ticket_shown
from starter.telegram.asking import begin_draft
from starter.telegram.talk import Rows, Talk, caller_of
from starter.telegram.writing import PASSING

LAST_CHARACTERS = 3_000
"""Of the last message; the whole of a longer one is in the cabinet."""
GIVEN_OUT = frozenset({FileStatus.CLEAN, FileStatus.RECEIVED})
"""Files that are sent with the last message; those that are not scanned yet go once they are."""
TOPIC_SHOWN = 40
"""Characters of a topic on a button."""


async def list_active(talk: Talk) -> None:
    """The active tickets of whom the account writes for, the newest first."""
    found: list[TicketRow] = []
    for link in talk.writes_for:
        wanted = TicketFilter(client_id=link.client_id, archived=False)
        found += await talk.services.database.rows(lists.listed(wanted, ACTIVE_TICKETS))
    newest = sorted(found, key=lambda one: one.number, reverse=True)[:ACTIVE_TICKETS]
    rows = [[(_line(one), Button(Verb.SHOW, one.number))] for one in newest]
    new = [(talk.t("telegram.new_ticket"), Button(Verb.NEW))]
    said = talk.t("telegram.active") if rows else talk.t("telegram.no_active")
    talk.say(said, [*rows, new])


async def show(talk: Talk, button: Button) -> bool:
    """A ticket as its client reads it; False where the account has none of this number."""
    found = await _found(talk, button)
    if found is None:
        return False
    ticket, link = found
    caller = caller_of(link)
    messages, attached = await talk.services.database.read(
        reads.thread(ticket.id, 1), files.of_thread(ticket.id, 1, None)
    )
    said = talk.t(
        "telegram.ticket",
        number=ticket.number,
        topic=ticket.topic,
        status=ticket_shown(ticket, caller, talk.language).title,
    )
    for message in messages:
        who = talk.t("telegram.from_us") if message.is_ours else talk.t("telegram.from_you")
        said += f"\n\n{who}\n{_shortened(talk, message.text, ticket)}"
        own = [one for one in attached if one.written_id == message.id]
        said += "".join(f"\n{talk.t('telegram.file', name=one.name)}" for one in own)
        talk.send_files(link, message.id, [one.id for one in own if one.status in GIVEN_OUT])
    if ticket.answers > ticket.seen_answers:
        await see_ticket(talk.services, caller, talk.command_id("seen"), ticket.id, ticket.answers)
    talk.say(said, actions(talk, ticket, link))
    return True


async def begin_reply(talk: Talk, button: Button) -> bool:
    """«Добавить ответ»."""
    found = await _found(talk, button)
    if found is None:
        return False
    ticket, link = found
    await begin_draft(talk, Step.MESSAGES, link_id=link.id, ticket_id=ticket.id)
    return True


async def archive(talk: Talk, button: Button) -> bool:
    """«Поместить в архив»; raises `Refusal` of `PASSING` for a repeat of the same update."""
    found = await _found(talk, button)
    if found is None:
        return False
    ticket, link = found
    try:
        await archive_ticket(talk.services, caller_of(link), talk.command_id("archive"), ticket.id)
    except Refusal as refusal:
        if refusal.kind in PASSING:
            raise
        talk.refuse(refusal)
    else:
        talk.say(talk.t("telegram.archived", number=ticket.number, topic=ticket.topic))
    return True


def actions(talk: Talk, ticket: TicketRow, link: LinkRow) -> Rows:
    """What the client may do with a ticket, as buttons."""
    may = actions_of(ticket, caller_of(link))
    rows: list[list[tuple[str, Button]]] = []
    if TicketAction.REPLY in may:
        rows.append([(talk.t("telegram.reply"), Button(Verb.REPLY, ticket.number))])
    if TicketAction.ARCHIVE in may:
        rows.append([(talk.t("telegram.archive"), Button(Verb.ARCHIVE, ticket.number))])
    return rows


async def _found(talk: Talk, button: Button) -> tuple[TicketRow, LinkRow] | None:
    """A ticket of whom the account writes for; somebody else's is none."""
    ticket = await surviving(talk.services.database, ticket_workflow_id(button.subject))
    link = None if ticket is None else talk.link_of(ticket.client_id)
    return None if ticket is None or link is None else (ticket, link)


def _line(ticket: TicketRow) -> str:
    topic = ticket.topic
    shown = topic if len(topic) <= TOPIC_SHOWN else f"{topic[:TOPIC_SHOWN]}…"
    return f"№ {ticket.number} · {shown}"


def _shortened(talk: Talk, text: str, ticket: TicketRow) -> str:
    if len(text) <= LAST_CHARACTERS:
        return text
    page = f"{talk.services.settings.cabinet_url}/tickets/{ticket.id}"
    return f"{text[:LAST_CHARACTERS]}…\n\n{talk.t('telegram.rest_in_cabinet', page=page)}"
