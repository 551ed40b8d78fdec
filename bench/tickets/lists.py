"""Measures lists of tickets among many: the client's, the desk's queues, searches by words."""

from collections.abc import Mapping
from contextlib import AsyncExitStack

from bench.desk_pages import DeskTimes, browser, timed
from bench.tickets.rows import FIRST_NUMBER, fill
from db.database import Database
from domain.access.roles import Role
from stack.embedded import Stack
from starter.caller import Caller, caller_of
from starter.web.http.session import Sessions

CLIENT_ID = "ticket-17"
RARE = "гаранти117"
CABINET: Mapping[str, str] = {
    "cabinet, list": "/tickets",
    "cabinet, a word of all messages": "/tickets?q=счёт",
    "cabinet, two frequent words": "/tickets?q=возврат+оплата",
    "cabinet, a word of one message": f"/tickets?q={RARE}",
    "cabinet, archive, a frequent word": "/tickets?tab=archive&q=договор",
}
DESK: Mapping[str, str] = {
    "desk, queue": "/desk/tickets",
    "desk, queue of a department": "/desk/tickets?department=refunds",
    "desk, queue, overdue": "/desk/tickets?overdue=true",
    "desk, a word of all messages": "/desk/tickets?q=счёт",
    "desk, two frequent words": "/desk/tickets?turn=any&q=возврат+оплата",
    "desk, a phrase": "/desk/tickets?turn=any&q=%22возврат+договор%22",
    "desk, a word that one in a hundred has": "/desk/tickets?q=пересылка",
    "desk, a word of one message": f"/desk/tickets?turn=any&q={RARE}",
    "desk, a name that all have": "/desk/tickets?q=рябина",
    "desk, a rare name": "/desk/tickets?turn=any&q=рябина+1117",
    "desk, a number": f"/desk/tickets?q={FIRST_NUMBER + 117}",
    "desk, a word that nobody wrote": "/desk/tickets?turn=any&q=электрокардиограмма",
    "search, a word of all messages": "/desk/search?q=счёт",
    "search, a word of one message": f"/desk/search?q={RARE}",
}


async def measure_lists(stack: Stack) -> Mapping[str, DeskTimes]:
    """Fills the tables, then asks for each page as somebody who is logged in."""
    fill(stack.database_url)
    async with AsyncExitStack() as opened:
        database = await opened.enter_async_context(Database(stack.database_url))
        sessions = Sessions(database, is_https=False)

        async def of(caller: Caller, clients: tuple[str, ...], paths: Mapping[str, str]) -> None:
            token = await sessions.begin(caller, clients, "link")
            http = await opened.enter_async_context(browser(stack, sessions.cookie, token))
            times.update({what: await timed(http, path) for what, path in paths.items()})

        times: dict[str, DeskTimes] = {}
        client = caller_of("client@bench", Role.CLIENT, CLIENT_ID)
        await of(client, (CLIENT_ID,), CABINET)
        await of(caller_of("desk@bench", Role.SPECIALIST, None), (), DESK)
        return times
