"""`/createticket`: organisation, department, topic, id of a service, then messages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from db.access.telegram import LinkRow
from db.query import present
from db.ticket import reads, telegram_drafts
from db.ticket.reads import DepartmentRow, Subject
from domain.text import one_line
from domain.ticket.telegram import TOPIC_CHARACTERS, Button, Step, Verb
from starter.telegram.talk import Rows, Talk

LINK_DIGITS = 8
"""Of a link's id, which a button names an organisation by."""
ABOUT = (Subject.INVOICE, Subject.SUBSCRIPTION, Subject.REFUND)
SUBJECT_CHARACTERS = 100


async def begin(talk: Talk) -> None:
    """Begins a new ticket; with one organisation its choice is left out."""
    if talk.parts:
        talk.say(talk.t("telegram.draft_dropped"))
    if len(talk.writes_for) == 1:
        await begin_draft(talk, Step.DEPARTMENT, link_id=talk.writes_for[0].id)
    else:
        await begin_draft(talk, Step.ORGANISATION)


async def begin_draft(talk: Talk, step: Step, **columns: Any) -> None:
    """Begins a draft at a step, and asks for what the step waits for."""
    number = present(await talk.services.database.row(telegram_drafts.next_number())).id
    chat_id, now = talk.heard.chat_id, talk.now
    talk.change(
        lambda transaction: telegram_drafts.begin(
            transaction, number, chat_id, now, step=step, **columns
        )
    )
    await _ask(talk, step, number)


async def choose(talk: Talk, button: Button) -> None:
    """An organisation or a department was chosen."""
    if button.step is Step.ORGANISATION:
        links = [one.id for one in talk.writes_for if _digits(one) == button.value]
        await _go_on(talk, Step.DEPARTMENT, "link_id", links)
    else:
        known = [one.department for one in await _departments(talk)]
        chosen = [one for one in known if one == button.value]
        await _go_on(talk, Step.TOPIC, "department", chosen)


async def take_topic(talk: Talk) -> None:
    """The topic is a line of its own."""
    topic = one_line(talk.heard.text)
    if len(topic) > TOPIC_CHARACTERS:
        talk.say(talk.t("telegram.too_long", length=len(topic), at_most=TOPIC_CHARACTERS))
        return
    await _go_on(talk, Step.SUBJECT, "topic", [topic])


async def take_subject(talk: Talk, link: LinkRow) -> None:
    """The number of an own order, or the id of an own subscription or refund."""
    named = one_line(talk.heard.text)[:SUBJECT_CHARACTERS]
    for subject in ABOUT:
        owners = await talk.services.database.rows(reads.owner_of(subject, named))
        if [owner.client_id for owner in owners] == [link.client_id]:
            await _go_on(talk, Step.MESSAGES, "subject_id", [named], subject=subject)
            return
    draft = present(talk.draft)
    talk.say(talk.t("telegram.subject_unknown"), _skip(talk, draft.id))


async def skip_subject(talk: Talk) -> None:
    """«Пропустить»."""
    await _go_on(talk, Step.MESSAGES, "subject_id", [None])


async def ask_again(talk: Talk) -> None:
    """What the draft waits for, once more."""
    draft = present(talk.draft)
    await _ask(talk, Step(draft.step), draft.id)


def finish_row(talk: Talk, draft_id: int) -> Rows:
    """«Завершить» and «Отменить» below what is being written."""
    finish, drop = Button(Verb.FINISH, draft_id, Step.MESSAGES), Button(Verb.DROP, draft_id)
    return [[(talk.t("telegram.finish"), finish), (talk.t("telegram.drop"), drop)]]


async def _go_on(
    talk: Talk, step: Step, column: str, chosen: Sequence[Any], **columns: Any
) -> None:
    """Stores what was chosen and asks for the next; where nothing was that there is, asks again."""
    draft = present(talk.draft)
    if not chosen:
        await ask_again(talk)
        return
    stored = {"step": step, column: chosen[0], **columns}
    talk.change(lambda transaction: telegram_drafts.change(transaction, draft.id, stored))
    await _ask(talk, step, draft.id)


async def _ask(talk: Talk, step: Step, draft_id: int) -> None:
    match step:
        case Step.ORGANISATION:
            talk.say(talk.t("telegram.ask_organisation"), _organisations(talk, draft_id))
        case Step.DEPARTMENT:
            rows = [
                [(_name(talk, one), Button(Verb.CHOOSE, draft_id, step, one.department))]
                for one in await _departments(talk)
            ]
            talk.say(talk.t("telegram.ask_department"), rows)
        case Step.TOPIC:
            talk.say(talk.t("telegram.ask_topic", at_most=TOPIC_CHARACTERS))
        case Step.SUBJECT:
            talk.say(talk.t("telegram.ask_subject"), _skip(talk, draft_id))
        case Step.MESSAGES:
            talk.say(talk.t("telegram.ask_messages"), finish_row(talk, draft_id))


def _organisations(talk: Talk, draft_id: int) -> Rows:
    return [
        [(one.client_name, Button(Verb.CHOOSE, draft_id, Step.ORGANISATION, _digits(one)))]
        for one in talk.writes_for
    ]


def _skip(talk: Talk, draft_id: int) -> Rows:
    return [[(talk.t("telegram.skip"), Button(Verb.SKIP, draft_id, Step.SUBJECT))]]


async def _departments(talk: Talk) -> Sequence[DepartmentRow]:
    found = await talk.services.database.rows(reads.departments_at(datetime.now(UTC)))
    return [one for one in found if one.is_offered]


def _name(talk: Talk, department: DepartmentRow) -> str:
    return department.name_ru if talk.language == "ru" else department.name_en


def _digits(link: LinkRow) -> str:
    return link.id.hex[:LINK_DIGITS]
