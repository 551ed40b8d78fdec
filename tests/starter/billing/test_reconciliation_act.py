"""The act of reconciliation: it balances, as the ledger does, and is nobody else's."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from pypdf import PdfReader

from db.database import Database
from domain.access.roles import Role
from domain.billing.reconciliation_act import ActLine, Movement, ReconciliationAct
from domain.calendar.bank_calendar import moscow_date
from domain.money import amount_text
from starter.access import roles_of
from starter.caller import Caller
from starter.commands.refusal import Refusal
from starter.presentation.billing import reconciliation_act
from starter.presentation.billing.reconciliation_act import act_of
from tests.activities.walk import SETTLED_ON, paid
from tests.books import PAID_AT, Books, Line
from tests.starter.caller import Api

ACCOUNTANT = Caller("kuznetsova", Role.ACCOUNTANT)
COMPANY = "ООО «Копейка»"
FIRST = PAID_AT.date() - timedelta(days=400)
DAYS = 500
Period = tuple[date, date]


def today() -> date:
    return moscow_date(datetime.now(UTC))


def put_payment(books: Books, number: str, kopecks: int, at: datetime, method: str) -> str:
    payment_id = uuid4().hex
    books.put(
        "payments",
        id=payment_id,
        invoice_number=number,
        method=method,
        acquirer_payment_id=None if method == "bank_transfer" else payment_id,
        amount_kopecks=kopecks,
        received_at=at,
    )
    return payment_id


def move_money(books: Books, client_id: str, chance: Random) -> None:
    """Payments of every way on days by chance, parts, surpluses, and some of them reversed."""
    for _ in range(chance.randint(1, 4)):
        total = chance.randint(1, 9_999_999)
        number = books.invoice(Line(total), paid=(), client_id=client_id)
        for _ in range(chance.randint(0, 4)):
            at = PAID_AT - timedelta(minutes=chance.randint(0, 60 * 24 * 399))
            method = chance.choice(["bank_card", "sbp", "bank_transfer"])
            payment_id = put_payment(books, number, chance.randint(1, total * 2), at, method)
            if chance.random() < 0.3:
                books.put(
                    "payment_reversals",
                    payment_id=payment_id,
                    reversed_by="kuznetsova",
                    reason="не тот счёт",
                    reversed_at=at + timedelta(minutes=chance.randint(1, 60 * 24 * 30)),
                )


def in_ledger(books: Books, client_id: str) -> int:
    """What the ledger holds for a client on all of its accounts."""
    return int(
        books.row(
            "SELECT coalesce(sum(balance_kopecks), 0)::bigint AS kopecks FROM ledger_balances"
            " WHERE account IN (SELECT kind || number FROM invoices,"
            "  unnest(ARRAY['invoice/', 'surplus/']) AS kind WHERE client_id = %(id)s)"
            " OR account IN (SELECT 'promised/' || id FROM refunds WHERE client_id = %(id)s)"
            " OR account IN (SELECT 'transit/' || case_id || '/' || attempt"
            "  FROM payouts JOIN refunds ON id = case_id WHERE client_id = %(id)s)",
            id=client_id,
        ).kopecks
    )


async def act(database: Database, client_id: str, period: Period) -> ReconciliationAct:
    return await act_of(database, ACCOUNTANT, client_id, period, COMPANY)


def cut(chance: Random) -> Sequence[Period]:
    """Periods that follow each other from before the first movement until today."""
    cuts = sorted({FIRST + timedelta(days=chance.randint(1, DAYS)) for _ in range(3)})
    starts = [FIRST, *cuts]
    return [
        (start, end - timedelta(days=1))
        for start, end in zip(starts, [*cuts, today() + timedelta(days=1)], strict=True)
    ]


@pytest.mark.parametrize("seed", range(8))
async def test_opening_and_turnovers_are_closing_and_closing_is_the_ledger(
    database: Database, books: Books, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - repeatable
    walk = await paid(database, books)
    client_id = books.row("SELECT client_id FROM refunds WHERE id = %(i)s", i=walk.refund_id)[0]
    move_money(books, client_id, chance)
    whole = await act(database, client_id, (FIRST, today()))
    assert whole.opening_kopecks == 0
    assert whole.closing_kopecks == in_ledger(books, client_id)
    balance, lines = 0, list[ActLine]()
    for period in cut(chance):
        part = await act(database, client_id, period)
        assert part.opening_kopecks == balance
        assert balance + part.credit_kopecks - part.debit_kopecks == part.closing_kopecks
        assert all(period[0] <= line.day <= period[1] for line in part.lines)
        balance = part.closing_kopecks
        lines += part.lines
    assert balance == whole.closing_kopecks
    assert lines == list(whole.lines)
    assert {line.movement for line in lines} >= {Movement.PAID, Movement.REFUNDED}


async def test_a_refund_stands_under_the_day_of_its_payout_and_money_that_came_back_is_credited(
    database: Database, books: Books
) -> None:
    walk = await paid(database, books)
    client_id = books.row("SELECT client_id FROM refunds WHERE id = %(i)s", i=walk.refund_id)[0]
    (payout,) = books.rows("SELECT * FROM payouts WHERE case_id = %(i)s", i=walk.refund_id)
    (refund,) = (await act(database, client_id, (SETTLED_ON, SETTLED_ON))).lines
    assert (refund.movement, refund.debit_kopecks) == (Movement.REFUNDED, payout.amount_kopecks)
    assert (await act(database, client_id, (SETTLED_ON, today()))).lines == (refund,)
    before = in_ledger(books, client_id)
    with books.connection.transaction():
        books.connection.execute(
            "INSERT INTO payout_history (case_id, attempt, number, from_status, to_status, at)"
            " SELECT case_id, attempt, version + 1, 'paid', 'returned', now() FROM payouts"
            " WHERE case_id = %s",
            (walk.refund_id,),
        )
        books.connection.execute(
            "UPDATE payouts SET status = 'returned', version = version + 1 WHERE case_id = %s",
            (walk.refund_id,),
        )
    returned = await act(database, client_id, (SETTLED_ON, today()))
    assert [line.movement for line in returned.lines] == [Movement.REFUNDED, Movement.CAME_BACK]
    assert returned.credit_kopecks == payout.amount_kopecks
    assert returned.closing_kopecks == in_ledger(books, client_id) == before + payout.amount_kopecks


async def test_a_payment_belongs_to_its_day_in_moscow(database: Database, books: Books) -> None:
    client_id = books.client()
    number = books.invoice(Line(100), paid=(), client_id=client_id)
    put_payment(books, number, 100, datetime(2026, 3, 31, 21, 30, tzinfo=UTC), "sbp")
    march = await act(database, client_id, (date(2026, 3, 1), date(2026, 3, 31)))
    april = await act(database, client_id, (date(2026, 4, 1), date(2026, 4, 1)))
    assert (march.lines, march.closing_kopecks, april.opening_kopecks) == ((), 0, 0)
    assert [line.day for line in april.lines] == [date(2026, 4, 1)]


async def test_the_act_as_pdf_is_the_clients_own_and_any_for_an_accountant(
    api: Api, books: Books
) -> None:
    client_id = books.client()
    number = books.invoice(Line(1_234_56), client_id=client_id, method="bank_transfer")
    path = f"/v1/clients/{client_id}/reconciliation.pdf?first_day=2026-03-01&last_day=2026-03-31"
    own = await api.call("GET", path, role=Role.CLIENT, client_id=client_id)
    ours = await api.call("GET", path, role=Role.ACCOUNTANT)
    assert (own.status_code, ours.status_code) == (200, 200)
    assert own.headers["content-type"] == "application/pdf"
    assert own.content == ours.content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(own.content)).pages)
    assert f"счёт № {number}" in " ".join(text.replace("\u200b", "").split())
    assert amount_text(123456).replace(".", ",")[-6:] in text
    other = await api.call("GET", path, role=Role.CLIENT, client_id=books.client())
    nobody = await api.call("GET", path.replace(client_id, "nobody"), role=Role.ACCOUNTANT)
    specialist = await api.call("GET", path, role=Role.SPECIALIST)
    assert [one.status_code for one in (other, nobody, specialist)] == [404, 404, 403]
    assert roles_of("read_reconciliation_act") == {Role.CLIENT, Role.ACCOUNTANT}


@pytest.mark.parametrize(
    ("first_day", "last_day", "code"),
    [
        ("2026-03-02", "2026-03-01", "period_malformed"),
        ("2026-03-02", "2099-01-01", "act_day_ahead"),
    ],
)
async def test_a_period_that_cannot_be_is_refused_beside_its_field(
    api: Api, books: Books, first_day: str, last_day: str, code: str
) -> None:
    path = f"/v1/clients/{books.client()}/reconciliation.pdf"
    answer = await api.call(
        "GET", f"{path}?first_day={first_day}&last_day={last_day}", role=Role.ACCOUNTANT
    )
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("last_day", code)]


async def test_a_period_with_too_much_in_it_is_asked_for_in_parts(
    database: Database, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation_act, "MAX_ACT_LINES", 2)
    client_id = books.client()
    number = books.invoice(Line(300), paid=(), client_id=client_id)
    for place in range(3):
        put_payment(books, number, 100, PAID_AT + timedelta(days=place), "sbp")
    first = PAID_AT.date()
    with pytest.raises(Refusal) as refused:
        await act(database, client_id, (first, first + timedelta(days=2)))
    assert [one.code for one in refused.value.fields] == ["act_too_long"]
    assert len((await act(database, client_id, (first, first + timedelta(days=1)))).lines) == 2
