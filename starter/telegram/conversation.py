"""What the bot does with an update: one place that says which update means what."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from db.access.telegram import LinkRow
from domain.ticket.telegram import Button, Kind, Step, Verb, button_in
from starter.telegram import asking, linking, tickets, writing
from starter.telegram.talk import Talk


async def answer(talk: Talk) -> None:
    """Fills the turn of an update. Raises `Refusal` where the same update is to be tried again."""
    match talk.heard.kind:
        case Kind.NOTHING:
            return
        case Kind.IN_GROUP:
            talk.say(talk.t("telegram.private_only"))
        case Kind.BLOCKED:
            linking.blocked(talk)
        case Kind.PRESSED:
            await _pressed(talk)
        case _ if talk.heard.command == "/start" and talk.heard.argument:
            await linking.open_link(talk)
        case _ if not talk.writes_for:
            linking.how_to_link(talk)
        case Kind.EDITED:
            writing.take_edit(talk)
        case _ if talk.heard.command:
            await _commanded(talk)
        case _:
            await _typed(talk)


async def _commanded(talk: Talk) -> None:
    match talk.heard.command:
        case "/start":
            await tickets.list_active(talk)
        case "/createticket":
            await asking.begin(talk)
        case "/unlink":
            linking.unlink(talk)
        case _:
            talk.say(talk.t("telegram.commands"))


async def _typed(talk: Talk) -> None:
    """A text or a file: an answer to what the draft waits for."""
    link = _link_of_draft(talk)
    if talk.draft is None:
        talk.say(talk.t("telegram.commands"))
    elif talk.draft.step == Step.ORGANISATION or link is None:
        await asking.ask_again(talk)
    elif talk.draft.step == Step.MESSAGES:
        await writing.take_message(talk, link)
    elif talk.draft.step == Step.DEPARTMENT or talk.heard.kind is not Kind.TEXT:
        await asking.ask_again(talk)
    elif talk.draft.step == Step.TOPIC:
        await asking.take_topic(talk)
    else:
        await asking.take_subject(talk, link)


async def _pressed(talk: Talk) -> None:
    """A button; one of an earlier step, or of somebody else's words, is stale."""
    button = button_in(talk.heard.text)
    did = button is not None and bool(talk.writes_for) and await _did(talk, button)
    talk.answer_press("" if did else talk.t("telegram.stale"))
    if did:
        talk.without_buttons()


async def _did(talk: Talk, button: Button) -> bool:
    if button.verb in _OF_TICKETS:
        return await _OF_TICKETS[button.verb](talk, button)
    if button.verb is Verb.NEW:
        await asking.begin(talk)
        return True
    draft, link = talk.draft, _link_of_draft(talk)
    if draft is None or draft.id != button.subject:
        return False
    if button.verb is Verb.DROP:
        writing.drop(talk)
        talk.say(talk.t("telegram.dropped"))
        return True
    if button.step is None or draft.step != button.step:
        return False
    return await _went_on(talk, button, link)


async def _went_on(talk: Talk, button: Button, link: LinkRow | None) -> bool:
    """A button of the step that the draft is at."""
    match button.verb, button.step:
        case Verb.CHOOSE, Step.ORGANISATION:
            await asking.choose(talk, button)
        case Verb.CHOOSE, Step.DEPARTMENT if link is not None:
            await asking.choose(talk, button)
        case Verb.SKIP, Step.SUBJECT:
            await asking.skip_subject(talk)
        case Verb.FINISH, Step.MESSAGES if link is not None:
            await writing.finish(talk, link)
        case _:
            return False
    return True


def _link_of_draft(talk: Talk) -> LinkRow | None:
    """How the account writes for the draft's organisation; None once it no longer does."""
    wanted = None if talk.draft is None else talk.draft.link_id
    return next((one for one in talk.writes_for if one.id == wanted), None)


_OF_TICKETS: Mapping[Verb, Callable[[Talk, Button], Awaitable[bool]]] = MappingProxyType(
    {Verb.SHOW: tickets.show, Verb.REPLY: tickets.begin_reply, Verb.ARCHIVE: tickets.archive}
)
