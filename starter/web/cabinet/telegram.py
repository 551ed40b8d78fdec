"""«Настройки → Telegram»: the switch, the bot's name, one-time links, who is linked."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from db.access import telegram
from db.query import present
from domain.ticket.telegram import LINK_MINUTES, is_at_work
from starter.caller import is_letter_login
from starter.commands.refusal import Refusal, not_found
from starter.commands.ticket import telegram as command
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

PAGE = "/settings/telegram"
ON = "on"

routes = pages()

LinkId = Annotated[UUID, Path()]


@routes.get(PAGE)
async def show_telegram(visit: VisitDep) -> Response:
    """Everything about support in Telegram; not there where the installation has none."""
    return await _page(visit, Form())


@routes.post(f"{PAGE}/switch")
async def switch_telegram(visit: VisitDep) -> Response:
    """«Включить работу с поддержкой»."""
    is_on = visit.form.line("turn") == ON
    await command.switch_telegram(visit.services, visit.caller, visit.command_id, is_on=is_on)
    return visit.see(PAGE)


@routes.post(f"{PAGE}/links")
async def ask_telegram_link(visit: VisitDep) -> Response:
    """A one-time link for an account of the caller's."""
    try:
        await command.ask_telegram_link(visit.services, visit.caller, visit.command_id)
    except Refusal as refusal:
        return await refused(visit, refusal, PAGE, lambda form, status: _page(visit, form, status))
    return visit.see(f"{PAGE}#link")


@routes.post(f"{PAGE}/links/{{link_id}}/confirm")
async def confirm_telegram_link(visit: VisitDep, link_id: LinkId) -> Response:
    """The account that has opened the link is the caller's."""
    try:
        await command.confirm_telegram_link(visit.services, visit.caller, visit.command_id, link_id)
    except Refusal as refusal:
        return await refused(visit, refusal, PAGE, lambda form, status: _page(visit, form, status))
    return visit.see(f"{PAGE}#accounts")


@routes.post(f"{PAGE}/links/{{link_id}}/end")
async def end_telegram_link(visit: VisitDep, link_id: LinkId) -> Response:
    """Unlinks an account, or says that the one that opened the link is a stranger's."""
    await command.end_telegram_link(visit.services, visit.caller, visit.command_id, link_id)
    return visit.see(f"{PAGE}#accounts")


async def _page(visit: Visit, form: Form, status: int = HTTPStatus.OK) -> Response:
    settings = visit.services.settings
    if settings.telegram_token is None:
        raise not_found()
    client_id, now = present(visit.caller.client_id), datetime.now(UTC)
    switches, links, bots = await visit.database.read(
        telegram.switch_of(client_id), telegram.links_of(client_id, now), telegram.bot()
    )
    own = [one for one in links if one.login == visit.caller.login]
    waiting = next((one for one in own if one.confirmed_at is None), None)
    bot = next((one for one in bots if is_at_work(one.seen_at, now)), None)
    return visit.page(
        "telegram.html",
        status=status,
        form=form,
        here=PAGE,
        client_id=client_id,
        is_on=any(one.is_on for one in switches),
        bot=bot,
        bot_page=bot and f"{settings.telegram_link_url}/{bot.username}",
        waiting=waiting,
        start=waiting and command.link_token(settings, waiting.id),
        accounts=[one for one in links if one.confirmed_at is not None],
        may_link=all(one.confirmed_at is None for one in own),
        minutes=LINK_MINUTES,
        is_letter_login=is_letter_login,
    )
