"""The accountant at the queue of money that came in: whose it is, and a word taken back."""

from collections.abc import AsyncIterator
from http import HTTPStatus

from bench.chaos.transfers import Transfers
from domain.banking.statement_import import EntryStatus
from simulation.api_client import ApiClient, Document, Request, found_in, named
from simulation.expectation import Unexpected
from simulation.people import ACCOUNTANT

PAGE = 100
WHOSE = "Клиент подтвердил, что это за его счёт"
MISTAKEN = "Плательщик попросил разобраться ещё раз"


class Allocator:
    """Knows from the payers what each transfer was for, and resolves what the product holds."""

    def __init__(self, api: ApiClient, transfers: Transfers) -> None:
        self.resolved: set[str] = set()
        self._api = api
        self._transfers = transfers
        self._taken_back: dict[str, str] = {}

    async def resolve(self) -> None:
        """Allocates what is held for a person, but what is left waiting."""
        async for entry in self._entries(EntryStatus.UNMATCHED):
            sent = self._transfers.sent.get(entry["number"])
            if sent is None or sent.is_left or entry["hold_code"] is None:
                continue
            share = {"invoice_number": sent.invoice_number, "amount": entry["amount"]}
            body = {"shares": [share], "reason": WHOSE}
            path = f"/v1/bank-entries/{entry['id']}/allocation"
            if await self._is_done(Request("POST", path, body)):
                self.resolved.add(entry["id"])
                if self._taken_back.get(entry["number"]) == entry["id"]:
                    self._transfers.settled.add(entry["number"])

    async def take_back(self) -> None:
        """Undoes what is to be undone, each once, as soon as it is allocated."""
        undone = {number for number, sent in self._transfers.sent.items() if sent.is_undone}
        if not undone - self._taken_back.keys():
            return
        async for entry in self._entries(EntryStatus.MATCHED):
            number = entry["number"]
            if number in undone and number not in self._taken_back:
                request = Request(
                    "POST", f"/v1/bank-entries/{entry['id']}/undo", {"reason": MISTAKEN}
                )
                if await self._is_done(request):
                    self._taken_back[number] = entry["id"]

    async def _is_done(self, request: Request) -> bool:
        """Whether the word was carried out; the import may have decided just before it."""
        answer = await self._api.answer(ACCOUNTANT, request)
        if answer.status_code == HTTPStatus.CONFLICT:
            return False
        if not answer.is_success:
            raise Unexpected(named(ACCOUNTANT, request), "success", found_in(answer))
        return True

    async def _entries(self, status: EntryStatus) -> AsyncIterator[Document]:
        """Incoming ones, as they are when their page is read."""
        path = f"/v1/bank-entries?status={status}&direction=in&limit={PAGE}"
        page = await self._api.read(ACCOUNTANT, path)
        while True:
            for entry in page["items"]:
                yield entry
            if page["next"] is None:
                return
            page = await self._api.read(ACCOUNTANT, f"{path}&cursor={page['next']}")
