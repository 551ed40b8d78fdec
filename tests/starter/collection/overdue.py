"""Overdue orders whose cases are open, for tests of the API and of pages."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from tests.books import Books, Line
from tests.starter.caller import Api

SUM = 48_000_00


@dataclass(frozen=True)
class Overdue:
    """An overdue order with its case."""

    api: Api
    books: Books
    client_id: str
    number: str

    @property
    def id(self) -> str:
        """The case's."""
        return f"collection-{self.number}"

    async def staff(self, action: str, login: str = "kuznetsova", **body: Any) -> Any:
        """An accountant decides."""
        return await self._said(action, body, role=Role.ACCOUNTANT, login=login)

    async def client(self, action: str, **body: Any) -> Any:
        """The client says something."""
        return await self._said(action, body, client_id=self.client_id)

    async def _said(self, action: str, body: dict[str, Any], **who: Any) -> Any:
        sent: dict[str, Any] = {"json": body} if body else {}
        return await self.api.call("POST", f"/v1/collections/{self.id}/{action}", **who, **sent)

    async def read(self, role: Role = Role.ACCOUNTANT) -> Any:
        """The case as somebody reads it."""
        client_id = self.client_id if role is Role.CLIENT else None
        path = f"/v1/collections/{self.id}"
        return (await self.api.call("GET", path, role=role, client_id=client_id)).json()


async def overdue(
    api: Api, books: Books, client_id: str | None = None, *, late_days: int = 10
) -> Overdue:
    """An order that was due some days ago; its case has just been opened."""
    books.know_years()
    client_id = client_id or books.client()
    due_on = moscow_date(datetime.now(UTC)) - timedelta(days=late_days)
    number = books.invoice(Line(SUM), paid=(), client_id=client_id, due_on=due_on, issued_on=due_on)
    path = f"/v1/invoices/{number}/collection"
    opened = await api.call("POST", path, role=Role.ACCOUNTANT, login="kuznetsova")
    assert opened.status_code == 201, opened.text
    return Overdue(api, books, client_id, number)


def may_be_written_to_now(books: Books, client_id: str | None = None) -> str:
    """A client, new if none is named, whose clock shows the middle of a bank day; its id."""
    now = datetime.now(UTC)
    books.connection.execute(
        "INSERT INTO calendar_overrides (day, is_working, reason, author, created_at)"
        " VALUES (%s, true, %s, %s, now())"
        " ON CONFLICT DO NOTHING",
        [moscow_date(now), "тест", "orlov"],
    )
    ahead = 14 - now.hour
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
    if client_id is None:
        return books.client(time_zone=zone)
    books.connection.execute("UPDATE clients SET time_zone = %s WHERE id = %s", [zone, client_id])
    return client_id


def letters_leave(books: Books, collection_id: str) -> None:
    """The mail server takes what is queued about a case."""
    books.connection.execute(
        "UPDATE notifications SET status = 'sent', due_at = NULL, settled_at = now()"
        " WHERE case_id = %s AND status = 'queued'",
        [collection_id],
    )
