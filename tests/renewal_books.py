"""What a subscription needs in the books: tariffs, terms, orders, money by bank."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from domain.renewal.renewal import RenewalRequest, renewal_workflow_id
from domain.subscription.term import last_day
from tests.books import Books

PRICE_KOPECKS = 12_000_00
TARIFF = "400"
OWN_ACCOUNT = {
    "account": "40702810100000000001",
    "bic": "044525225",
    "bank_name": "ПАО Банк",
    "correspondent_account": "30101810400000000225",
    "name": "ООО «Копейка Софт»",
    "inn": "7707083893",
    "kpp": "770701001",
    "written_by": "kuznetsova",
}


class RenewalBooks(Books):
    """Books with a tariff that subscriptions are sold by."""

    def tariff(self, code: str = TARIFF, **columns: Any) -> str:
        """A tariff, put down once; its code."""
        if not self.rows("SELECT FROM tariffs WHERE code = %(code)s", code=code):
            now = datetime.now(UTC)
            told: dict[str, Any] = {
                "units": 400,
                "data_set": "extended",
                "months": 12,
                "is_free": False,
            }
            told |= {"vat_mode": "standard", "is_offered": True, "written_by": "billing"}
            told |= {"title": f"Тариф {code}", "created_at": now, "updated_at": now}
            self.put("tariffs", **{"code": code, **told, **columns})
        return code

    def own_account(self) -> None:
        """The account that our invoices ask to be paid to, put down once."""
        if not self.rows("SELECT FROM own_accounts"):
            now = datetime.now(UTC)
            self.put("own_accounts", **OWN_ACCOUNT, created_at=now, updated_at=now)

    def subscription(self, **client: Any) -> str:
        """A subscription of a new client; its id."""
        client_id = self.client()
        for name, value in client.items():
            sql = f"UPDATE clients SET {name} = %(value)s WHERE id = %(id)s"  # noqa: S608 - ours
            self.connection.execute(sql.encode(), {"value": value, "id": client_id})
        subscription_id = f"sub-{uuid4().hex[:12]}"
        self.put(
            "subscriptions",
            id=subscription_id,
            client_id=client_id,
            title="Компас",
            created_at=datetime.now(UTC),
        )
        return subscription_id

    def term(self, subscription_id: str, starts_on: date, ends_on: date, **columns: Any) -> str:
        """A term of a subscription; its id."""
        term_id = str(uuid4())
        told = {"tariff_code": self.tariff(), "units": 400, "created_at": datetime.now(UTC)}
        days = {"starts_on": starts_on, "ends_on": ends_on, "anchored_on": starts_on}
        self.put(
            "terms",
            **{"id": term_id, "subscription_id": subscription_id, **days, **told, **columns},
        )
        return term_id

    def renewal_request(self, subscription_id: str, term_id: str | None = None) -> RenewalRequest:
        """What starts the case of a term; of a first purchase without one."""
        client_id = self.row(
            "SELECT client_id FROM subscriptions WHERE id = %(id)s", id=subscription_id
        ).client_id
        found = self.rows("SELECT ends_on FROM terms WHERE id = %(id)s", id=term_id)
        ends_on = found[0].ends_on if found else None
        renewal_id = renewal_workflow_id(subscription_id, ends_on)
        return RenewalRequest(renewal_id, subscription_id, client_id, term_id, ends_on)

    def order(self, request: RenewalRequest, **columns: Any) -> str:
        """An order as the API puts it down; its id."""
        order_id = str(uuid4())
        told: dict[str, Any] = {
            "offer": "same" if request.term_id else "first",
            "tariff_code": self.tariff(),
            "units": 400,
            "months": 12,
            "price_kopecks": PRICE_KOPECKS,
            "vat_mode": "standard",
            "method": "bank_transfer",
            "payer_name": "ООО «Ромашка»",
            "agreed": {},
            "agreed_sha256": "0" * 64,
            "placed_by": "client",
            "placed_at": datetime.now(UTC),
        }
        names = {"renewal_id": request.renewal_id, "subscription_id": request.subscription_id}
        self.put(
            "orders", **{"id": order_id, "client_id": request.client_id, **names, **told, **columns}
        )
        return order_id

    def claim(self, renewal_id: str) -> str:
        """The client's word that a payment is on its way; its id."""
        claim_id = str(uuid4())
        self.put(
            "payment_claims",
            id=claim_id,
            renewal_id=renewal_id,
            claimed_by="client",
            claimed_at=datetime.now(UTC),
        )
        return claim_id

    def paid_by_bank(self, number: str, amount_kopecks: int, day: date) -> str:
        """Money of a bank's day for an invoice; the payment's id."""
        payment_id = uuid4().hex
        self.put(
            "payments",
            id=payment_id,
            invoice_number=number,
            method="bank_transfer",
            amount_kopecks=amount_kopecks,
            received_at=datetime.combine(day, time(9), tzinfo=UTC),
        )
        return payment_id

    def undone(self, payment_id: str) -> None:
        """An accountant undoes a payment."""
        self.put(
            "payment_reversals",
            payment_id=payment_id,
            reversed_by="kuznetsova",
            reason="не тот счёт",
            reversed_at=datetime.now(UTC),
        )

    def terms_of(self, subscription_id: str) -> list[tuple[date, date]]:
        """The first and last days of a subscription's terms that stand, in order."""
        rows = self.rows(
            "SELECT starts_on, ends_on FROM terms WHERE subscription_id = %(id)s"
            " AND withdrawn_at IS NULL ORDER BY starts_on",
            id=subscription_id,
        )
        return [(row.starts_on, row.ends_on) for row in rows]

    def renewal(self, renewal_id: str) -> Any:
        """A case's row."""
        return self.row("SELECT * FROM renewals WHERE id = %(id)s", id=renewal_id)

    def told(self, case_id: str, channel: str = "inbox") -> list[str]:
        """The templates of what a case told, in order."""
        rows = self.rows(
            "SELECT template FROM notifications WHERE case_id = %(id)s AND channel = %(channel)s"
            " ORDER BY created_at, occasion, role",
            id=case_id,
            channel=channel,
        )
        return [row.template for row in rows]


def year_from(day: date) -> tuple[date, date]:
    """The first and last day of a year that begins on a day."""
    return day, last_day(day, 12)
