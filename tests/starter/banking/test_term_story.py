"""Terms whose money goes back, or comes again, as clients, specialists and accountants act it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from db.invariants import differences
from domain.access.roles import Role
from domain.subscription.term import last_day
from starter.api.http.auth import Caller
from tests.patience import PATIENCE_SECONDS
from tests.starter.banking.statement_of import TODAY, Moved, statement
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.refund.shop import Person, code_of, requisites, wrong_fields
from tests.starter.renewal.ordered import REQUISITES
from tests.starter.subscription.registered import in_days, tariff_body

PRICE_KOPECKS = 12_200_00
PRICE = "12200.00"
TARIFF = "400"
CLIENT_INN, STRANGER_INN = "7707083893", "7736050003"
ENDS_ON = TODAY + timedelta(days=7)
NEXT_LAST = last_day(ENDS_ON + timedelta(days=1), 12)


class Tenant:
    """A client with a subscription, and whoever works with its money."""

    def __init__(self, bookkeeping: Bookkeeping, *, has_term: bool) -> None:
        self.bookkeeping, self.books = bookkeeping, bookkeeping.books
        self.client_id = self.books.client()
        self.books.rows(
            "UPDATE clients SET inn = %(inn)s WHERE id = %(id)s RETURNING 1",
            inn=CLIENT_INN,
            id=self.client_id,
        )
        caller = Caller(f"buh@{self.client_id}", Role.CLIENT, self.client_id)
        self.client = Person(bookkeeping.http, caller)
        self.billing = bookkeeping.person(Role.BILLING)
        self.specialist = bookkeeping.person(Role.SPECIALIST)
        self.id = f"sub-{uuid4().hex[:12]}"
        self.has_term = has_term

    async def registered(self) -> "Tenant":
        """The subscription in our books, with a term that ends in a week when it has one."""
        term = {"tariff_code": TARIFF, "starts_on": in_days(-300), "ends_on": ENDS_ON.isoformat()}
        body: dict[str, Any] = {"client_id": self.client_id, "title": "Компас"}
        if self.has_term:
            body["term"] = term
        answer = await self.billing.put(f"/v1/subscriptions/{self.id}", body)
        assert answer.status_code == 201, answer.text
        return self

    async def shown(self) -> dict[str, Any]:
        """The subscription as its client sees it."""
        found: dict[str, Any] = (await self.client.get(f"/v1/subscriptions/{self.id}")).json()
        return found

    async def ordered(self) -> tuple[str, str]:
        """An order of the tariff: its case and its invoice."""
        offers = (await self.client.get(f"/v1/subscriptions/{self.id}/offers")).json()["items"]
        seen = {name: offers[0][name] for name in ("offer", "tariff_code", "price")}
        body = {**seen, "method": "bank_transfer", "requisites": dict(REQUISITES)}
        answer = await self.client.post(f"/v1/subscriptions/{self.id}/orders", body)
        assert answer.status_code == 201, answer.text
        placed = answer.json()
        return placed["id"], placed["invoice_number"]

    async def pays(self, purpose: str, inn: str = CLIENT_INN) -> dict[str, Any]:
        """The entry of a transfer of today, once its bank statement is imported."""
        number = str(uuid4().int % 10**6)
        moved = Moved(number, PRICE_KOPECKS, out=False, purpose=purpose, day=TODAY, payer_inn=inn)
        imported = await self.bookkeeping.imported(statement(moved))
        accountant = self.bookkeeping.accountant
        found = await accountant.get("/v1/bank-entries", statement_id=imported["id"])
        (entry,) = found.json()["items"]
        assert isinstance(entry, dict)
        return entry

    async def until(self, renewal_id: str, status: str) -> dict[str, Any]:
        """The renewal's case once it is there."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                answer = await self.client.get(f"/v1/renewals/{renewal_id}")
                if answer.status_code == 200 and answer.json()["status"] == status:
                    found: dict[str, Any] = answer.json()
                    return found
                await asyncio.sleep(0.02)

    async def paid_ahead(self) -> tuple[str, str]:
        """The next term is ordered and paid; the case and the invoice."""
        renewal_id, number = await self.ordered()
        assert (await self.pays(f"Оплата по счёту {number}"))["status"] == "matched"
        await self.until(renewal_id, "paid")
        assert (await self.shown())["indicator"]["code"] == "next_paid"
        return renewal_id, number

    async def asked(self, number: str, **body: Any) -> dict[str, Any]:
        """A refund just asked for, in full."""
        answer = await self.client.post("/v1/refunds", {"invoice_number": number, **body})
        assert answer.status_code == 201, answer.text
        return await self.refund(answer.json()["id"])

    async def refund(self, refund_id: str) -> dict[str, Any]:
        """A refund in full."""
        found: dict[str, Any] = (await self.client.get(f"/v1/refunds/{refund_id}")).json()
        return found

    async def calculated(self, refund_id: str, amount: str, **more: Any) -> Any:
        """The answer to a specialist's calculation."""
        lines = [{"line_no": 1, "amount": amount}]
        body = {"lines": lines, "reason": "по договорённости", **more}
        return await self.specialist.post(f"/v1/refunds/{refund_id}/calculation", body)

    async def signed(self, refund_id: str) -> None:
        """The client signs and a specialist accepts."""
        path = f"/v1/refunds/{refund_id}"
        drawn_up = await self.client.put(f"{path}/statement", requisites())
        assert drawn_up.status_code == 200, drawn_up.text
        assert (await self.client.post(f"{path}/statement/code")).status_code == 201
        code = self.mailed(refund_id, "refund_one_time_code")["code"]
        signed = await self.client.post(f"{path}/statement/signature", {"code": code})
        assert signed.status_code == 200, signed.text
        accepted = await self.specialist.post(f"{path}/acceptance")
        assert accepted.json()["status"] == "paying", accepted.text

    async def paid_back(self, refund_id: str) -> None:
        """The money leaves by a payment run, and the bank says so."""
        await self.bookkeeping.until(
            "SELECT count(*) FROM payouts WHERE case_id = %(id)s AND status = 'prepared'",
            1,
            id=refund_id,
        )
        orders = await self.bookkeeping.handed_over()
        (order,) = [one for one in orders if one["refund_id"] == refund_id]
        kopecks = int(order["amount"].replace(".", ""))
        moved = Moved(str(order["number"]), kopecks, day=TODAY)
        await self.bookkeeping.imported(statement(moved))
        await self.bookkeeping.status(refund_id, "completed")

    def mailed(self, case_id: str, template: str) -> dict[str, Any]:
        """The parameters of the newest such letter about a case."""
        params: dict[str, Any] = self.books.rows(
            "SELECT params FROM notifications WHERE case_id = %(id)s AND template = %(template)s"
            " AND channel = 'mail' ORDER BY created_at DESC",
            id=case_id,
            template=template,
        )[0].params
        return params


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(bookkeeping: Bookkeeping) -> AsyncIterator[None]:
    billing = bookkeeping.person(Role.BILLING)
    assert (await billing.put(f"/v1/tariffs/{TARIFF}", tariff_body(400))).status_code == 201
    price = {"price": PRICE, "valid_from": in_days(0)}
    assert (await billing.post(f"/v1/tariffs/{TARIFF}/prices", price)).status_code == 201
    yield


@pytest.fixture
async def books_right(bookkeeping: Bookkeeping) -> AsyncIterator[None]:
    """The books have no more differences after a story than before it."""
    before = [one async for one in differences(bookkeeping.database)]
    yield
    assert [one async for one in differences(bookkeeping.database)] == before


@pytest.fixture
async def tenant(bookkeeping: Bookkeeping, books_right: None) -> Tenant:
    return await Tenant(bookkeeping, has_term=True).registered()


async def test_money_that_comes_again_for_an_undone_payment_buys_the_term_again(
    bookkeeping: Bookkeeping, books_right: None
) -> None:
    tenant = await Tenant(bookkeeping, has_term=False).registered()
    renewal_id, number = await tenant.ordered()
    entry = await tenant.pays("По договору", inn=STRANGER_INN)
    shares = [{"invoice_number": number, "amount": PRICE}]
    path = f"/v1/bank-entries/{entry['id']}"
    accountant = bookkeeping.accountant
    body = {"shares": shares, "reason": "похоже на этот счёт"}
    assert (await accountant.post(f"{path}/allocation", body)).status_code == 200
    begun = await tenant.until(renewal_id, "renewed")
    watching = f"renewal-{tenant.id}-{begun['next_term']['ends_on']}"
    await tenant.until(watching, "watching")

    undone = await accountant.post(f"{path}/undo", {"reason": "чужие деньги"})
    assert undone.status_code == 200, undone.text
    await tenant.until(watching, "closed")
    await tenant.until(renewal_id, "awaiting_payment")
    assert tenant.mailed(renewal_id, "renewal_payment_reversed")["invoice_number"] == number
    assert [term["stopped_on"] for term in (await tenant.shown())["terms"]] == [in_days(0)]

    assert (await tenant.pays(f"Оплата по счёту {number}"))["status"] == "matched"
    again = await tenant.until(renewal_id, "renewed")
    assert again["next_term"]["starts_on"] == TODAY.isoformat()
    await tenant.until(f"renewal-{tenant.id}-{again['next_term']['ends_on']}", "watching")
    shown = await tenant.shown()
    assert shown["indicator"]["code"] == "runs"
    told = tenant.books.rows(
        "SELECT FROM notifications WHERE case_id = %(id)s AND template = 'renewal_renewed'"
        " AND channel = 'mail'",
        id=renewal_id,
    )
    assert len(told) == 2


async def test_a_term_paid_ahead_and_wholly_refunded_is_as_if_never_paid(tenant: Tenant) -> None:
    before = await tenant.shown()
    renewal_id, number = await tenant.paid_ahead()
    case = await tenant.asked(number)
    assert case["calculation"]["sum"] == PRICE
    service = case["calculation"]["service"]
    assert service["stops_on"] == (ENDS_ON + timedelta(days=1)).isoformat()
    assert "отменяется" in service["title"]
    assert tenant.mailed(case["id"], "refund_awaiting_statement")["service"]["stops_on"]
    await tenant.signed(case["id"])
    assert (await tenant.shown())["indicator"]["code"] == "next_paid"
    await tenant.paid_back(case["id"])

    again = await tenant.until(renewal_id, "watching")
    assert (again["invoice_number"], again["next_term"]) == (None, None)
    shown = await tenant.shown()
    assert shown["indicator"] == before["indicator"]
    assert len(shown["terms"]) == 1
    _, another = await tenant.ordered()
    assert another != number


async def test_a_part_of_the_money_of_a_coming_term_leaves_it_as_it_is(tenant: Tenant) -> None:
    renewal_id, number = await tenant.paid_ahead()
    case = await tenant.asked(number, lines=[{"line_no": 1, "amount": "100.00"}])
    assert case["status"] == "awaiting_specialist"
    nothing_said = await tenant.calculated(case["id"], "100.00")
    assert wrong_fields(nothing_said) == {"/service_stops_on": "service_word_missing"}
    outside = await tenant.calculated(case["id"], "100.00", service_stops_on=in_days(0))
    assert wrong_fields(outside) == {"/service_stops_on": "service_stops_outside"}
    taken = await tenant.calculated(case["id"], "100.00", service_stops_on=None)
    assert taken.status_code == 200, taken.text
    service = (await tenant.refund(case["id"]))["calculation"]["service"]
    assert service["stops_on"] is None
    assert "продолжается" in service["title"]
    await tenant.signed(case["id"])
    await tenant.paid_back(case["id"])
    paid = await tenant.until(renewal_id, "paid")
    assert paid["next_term"]["ends_on"] == NEXT_LAST.isoformat()
    assert (await tenant.shown())["indicator"]["code"] == "next_paid"


async def test_a_term_ends_on_the_day_that_was_signed(tenant: Tenant) -> None:
    _, number = await tenant.paid_ahead()
    case = await tenant.asked(number, lines=[{"line_no": 1, "amount": "5000.00"}])
    stops_on = in_days(100)
    await tenant.calculated(case["id"], "5000.00", service_stops_on=stops_on)
    letter = tenant.mailed(case["id"], "refund_awaiting_statement")
    assert letter["service"]["stops_on"] == stops_on
    await tenant.signed(case["id"])
    statement_row = tenant.books.row(
        "SELECT content FROM statements WHERE refund_id = %(id)s", id=case["id"]
    )
    assert statement_row.content["service"]["stops_on"] == stops_on
    await tenant.paid_back(case["id"])
    term = tenant.books.row("SELECT * FROM terms WHERE invoice_number = %(n)s", n=number)
    assert (term.stopped_on.isoformat(), term.stop_reason) == (stops_on, "refunded")
    assert (await tenant.shown())["indicator"]["code"] == "next_paid"


async def test_an_invoice_of_ours_is_no_term_of_the_hosts_records(tenant: Tenant) -> None:
    _, number = await tenant.ordered()
    other = f"sub-{uuid4().hex[:12]}"
    term = {"tariff_code": TARIFF, "starts_on": in_days(-5), "ends_on": in_days(300)}
    body = {"client_id": tenant.client_id, "title": "Компас"}
    answer = await tenant.billing.put(
        f"/v1/subscriptions/{other}", {**body, "term": {**term, "invoice_number": number}}
    )
    assert (answer.status_code, code_of(answer)) == (409, "term_invoice_taken")
