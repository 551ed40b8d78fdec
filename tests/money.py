"""Money that came in, as rows: a bank statement's entries, and the invoices that they pay."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from tests.books import AT, Books, Line

OUR_ACCOUNT = "40702810700000000417"
BANK_DAY = date(2026, 11, 16)
NO_STATEMENT = "8d0b7c52-3e0f-4f0c-9d6a-5b1f2a7c9e10"
"""What a step of matching is told of where no file came: it looks at all entries that wait."""
PRICE_KOPECKS = 12_200_50
CLIENT_INN, STRANGER_INN = "7707083893", "7736050003"


class IncomingMoney:
    """One module's own account and what came in on it."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._statement = uuid4()
        self._issued = 0
        books.put(
            "own_accounts",
            account=OUR_ACCOUNT,
            bic="044525225",
            bank_name="Банк",
            name="ООО Копейка",
            inn="7707083893",
            written_by="kuznetsova",
            created_at=AT,
            updated_at=AT,
        )
        books.put(
            "bank_statements",
            id=str(self._statement),
            sha256=f"{self._statement.hex}{self._statement.hex}",
            size_bytes=1,
            uploaded_by="kuznetsova",
            uploaded_at=AT,
            status="received",
        )

    def entry(self, purpose: str, amount_kopecks: int = PRICE_KOPECKS, **columns: Any) -> UUID:
        """Money that somebody paid to us; by default the client's own."""
        entry_id = uuid4()
        row = {
            "direction": "in",
            "day": BANK_DAY,
            "number": "117",
            "counterparty_name": "ООО «Ромашка»",
            "counterparty_inn": CLIENT_INN,
            "line": 9,
            **columns,
        }
        self.books.put(
            "bank_entries",
            id=entry_id,
            statement_id=self._statement,
            account=OUR_ACCOUNT,
            amount_kopecks=amount_kopecks,
            purpose=purpose,
            **row,
        )
        return entry_id

    def invoice(self, *sums: int, client_id: str | None = None, **columns: Any) -> str:
        """An invoice that waits for its money, of a company whose INN we know; its number."""
        lines = [Line(one) for one in sums or (PRICE_KOPECKS,)]
        head = {"number": self.number(), "client_id": client_id or self.client()}
        return self.books.invoice(*lines, paid=(), **{**head, **columns})

    def number(self) -> str:
        """The next number of an invoice, as people write it in a purpose."""
        self._issued += 1
        return f"2026-{31 * self._issued + 10_000:06d}"

    def client(self, inn: str | None = CLIENT_INN) -> str:
        """A company; its id."""
        client_id = self.books.client()
        self.books.rows(
            "UPDATE clients SET inn = %(inn)s WHERE id = %(id)s RETURNING 1", inn=inn, id=client_id
        )
        return client_id

    def payer_known(self, client_id: str, inn: str) -> None:
        """An accountant says that somebody pays for a client."""
        self.books.put(
            "known_payers",
            client_id=client_id,
            inn=inn,
            name="ООО «Посредник»",
            added_by="kuznetsova",
            added_at=AT,
        )

    def of(self, entry_id: UUID) -> Any:
        """The entry's row."""
        return self.books.row("SELECT * FROM bank_entries WHERE id = %(id)s", id=entry_id)

    def paid(self, number: str) -> int:
        """What an invoice is paid by."""
        row = self.books.row("SELECT paid_kopecks FROM invoices WHERE number = %(n)s", n=number)
        return int(row.paid_kopecks)

    def surplus(self, number: str) -> int:
        """What an invoice holds above what is due, by its row and by the ledger."""
        row = self.books.row(
            "SELECT surplus_kopecks, balance_of('surplus/' || number) AS held,"
            " surplus_promised_kopecks AS promised FROM invoices WHERE number = %(n)s",
            n=number,
        )
        assert row.held == row.surplus_kopecks - row.promised
        return int(row.surplus_kopecks)

    def allocations(self, entry_id: UUID) -> list[tuple[str, int, bool]]:
        """What an entry is allocated to now: invoice, sum, whether billing wrote the payment."""
        rows = self.books.rows(
            "SELECT invoice_number, amount_kopecks, is_link FROM allocations"
            " WHERE entry_id = %(id)s AND undone_at IS NULL ORDER BY invoice_number",
            id=entry_id,
        )
        return [tuple(row) for row in rows]
