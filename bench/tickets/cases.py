"""A ticket played from the question to the end, as its client and staff would."""

from collections.abc import Sequence
from itertools import cycle

from bench.driver import TemporalCases
from bench.fixture import Fixture
from simulation.api_client import ApiClient
from simulation.people import SPECIALIST, caller_of
from starter.api.http.auth import Caller

ASKED = {
    "department": "support",
    "topic": "Где мой возврат?",
    "text": "Здравствуйте! Заявку приняли неделю назад, деньги ещё не пришли.",
}


INVOICES = 40
"""That are registered for their clients to ask: none may have more than a hundred open tickets."""


class Tickets:
    """Tickets through the API, of clients in turn."""

    def __init__(self, here: Fixture, api: ApiClient) -> None:
        self._clients = cycle(here.customers)
        self._cases: TemporalCases = here.cases
        self._api = api

    async def play(self) -> Sequence[str]:
        """Opened, answered, replied to, answered and held for settled, closed by time."""
        client, ticket_id = await self.opened()
        say, path = self._api.command, f"/v1/tickets/{ticket_id}"
        first = {"text": "Смотрим, где деньги.", "seen_answers": 0}
        await say(SPECIALIST, "POST", f"{path}/answer", first)
        await say(client, "POST", f"{path}/reply", {"text": "Спасибо, жду."})
        last = {"text": "Деньги отправлены.", "seen_answers": 1, "resolves": True}
        await say(SPECIALIST, "POST", f"{path}/answer", last)
        await self._cases.credit(ticket_id)
        return (ticket_id,)

    async def opened(self) -> tuple[Caller, str]:
        """A ticket that waits for us: its client and its id."""
        client = caller_of(next(self._clients))
        ticket = await self._api.command(client, "POST", "/v1/tickets", ASKED)
        return client, str(ticket["id"])
