"""What a client reads of a refund in each state, and what it can do there."""

from datetime import UTC, datetime

import pytest

from domain.access.roles import Role
from domain.payout.payout import PayoutStatus
from domain.refund.refund import RefundStatus
from starter.presentation.refund.schemas import CaseInFull, PayoutShown, StatementShown, TimelineRow
from starter.web.cabinet.situation import remark_of, situation_of
from tests.starter.refund.shop import RECIPIENT, SERVICE, SUBSCRIPTION, Case, Shop
from tests.starter.web.browser import Browser, Page

RIGHT = {name: value or "" for name, value in RECIPIENT.items()}
AT = datetime(2026, 3, 17, tzinfo=UTC)


async def _seen(customer: Browser, case: Case, ending: str = "") -> Page:
    client_id = case.client.caller.client_id
    assert client_id is not None
    await customer.log_in(Role.CLIENT, client_id)
    return await customer.get(f"/refunds/{case.id}{ending}")


async def test_a_returned_statement_says_what_to_correct_and_where(
    customer: Browser, shop: Shop
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    remarks = {"remarks": "Счёт не тот", "fields": ["account", "bic"]}
    assert (await case.by(Role.SPECIALIST, "return", remarks)).status_code == 200
    page = await _seen(customer, case)
    assert "вернул заявление с замечаниями" in page.words
    assert "Счёт не тот" in page.words
    assert "Исправить заявление" in page.words
    assert "Получить код" not in page.words
    form = await _seen(customer, case, "/statement")
    assert form.html.count("Исправьте: замечание об этом поле.") == 2
    assert form.form("/statement")["account"] == "40702810638000000000"


async def test_a_remark_names_only_requisites_that_there_are(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    wrong = await case.by(Role.SPECIALIST, "return", {"remarks": "Нет", "fields": ["iban"]})
    assert wrong.status_code == 422
    assert await case.status() == "under_review"


async def test_whoever_withdrew_can_ask_again_from_the_same_page(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SUBSCRIPTION)
    assert (await case.client.post(f"{case.path}/withdrawal")).status_code == 200
    page = await _seen(customer, case)
    assert "Вы отозвали заявку" in page.words
    number = case.id.removeprefix("refund-").rsplit("-", 1)[0]
    assert f'href="/refunds/new?invoice={number}"' in page.html
    start = await customer.get(f"/refunds/new?invoice={number}")
    again = await customer.send("/refunds", start.form("/refunds"))
    assert again.leads_to == f"/refunds/refund-{number}-2"


async def test_a_refused_refund_says_why_and_can_be_asked_for_again(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SERVICE)
    refused = await case.by(Role.SPECIALIST, "decline", {"reason": "Услуга оказана"})
    assert refused.status_code == 200
    page = await _seen(customer, case)
    assert "В возврате отказано. Услуга оказана" in page.words
    assert "Оформить возврат заново" in page.words


async def test_a_payment_that_was_made_says_by_which_day_of_how_many_bank_days(
    customer: Browser, shop: Shop
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await case.until("completed")
    page = await _seen(customer, case)
    assert "Завершено" in page.words
    assert "10 банковских дней с даты платежа" in page.words
    assert "Отозвать заявку" not in page.words
    form = await customer.get(f"/refunds/{case.id}/statement")
    assert (form.status, form.leads_to) == (303, f"/refunds/{case.id}")


async def test_the_way_of_the_money_and_the_service_are_said_before_signing(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    await case.drawn_up()
    page = await _seen(customer, case)
    sign = page.html.split('id="sign"')[1].split("</section>")[0]
    assert "Деньги вернутся на банковскую карту" in sign
    service = (await case.read())["calculation"]["service"]
    if service is not None:
        assert service["title"] in sign
    assert "в течение 10 банковских дней" in page.words


def _case(
    status: RefundStatus,
    came_from: RefundStatus,
    *,
    reason: str | None = None,
    payout: PayoutStatus | None = None,
    closed_at: datetime | None = None,
    is_drawn_up: bool = False,
) -> CaseInFull:
    change = TimelineRow.model_construct(from_status=came_from, to_status=status, reason=reason)
    moved_deadline = TimelineRow.model_construct(
        from_status=status, to_status=status, reason="calendar"
    )
    return CaseInFull.model_construct(
        status=status,
        timeline=[change, moved_deadline],
        payouts=[] if payout is None else [PayoutShown.model_construct(status=payout)],
        closed_at=closed_at,
        statement=StatementShown.model_construct(signature=None) if is_drawn_up else None,
    )


@pytest.mark.parametrize(
    ("case", "situation", "is_told_why"),
    [
        (_case(RefundStatus.AWAITING_STATEMENT, RefundStatus.CALCULATING), "awaiting_statement", 0),
        (
            _case(
                RefundStatus.AWAITING_STATEMENT, RefundStatus.AWAITING_SPECIALIST, is_drawn_up=True
            ),
            "awaiting_signature",
            0,
        ),
        (
            _case(RefundStatus.AWAITING_STATEMENT, RefundStatus.PAYING, reason="Счёт закрыт"),
            "payout_refused",
            1,
        ),
        (
            _case(RefundStatus.AWAITING_STATEMENT, RefundStatus.COMPLETED, reason="Счёт закрыт"),
            "money_returned",
            1,
        ),
        (
            _case(RefundStatus.PAYING, RefundStatus.UNDER_REVIEW, payout=PayoutStatus.UNKNOWN),
            "payout_unknown",
            0,
        ),
        (
            _case(RefundStatus.PAYING, RefundStatus.UNDER_REVIEW, payout=PayoutStatus.SENT),
            "paying",
            0,
        ),
        (_case(RefundStatus.COMPLETED, RefundStatus.PAYING), "completed", 0),
        (_case(RefundStatus.COMPLETED, RefundStatus.PAYING, closed_at=AT), "credited", 0),
        (_case(RefundStatus.EXPIRED, RefundStatus.AWAITING_STATEMENT, closed_at=AT), "expired", 0),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_status_that_is_come_to_in_several_ways_is_told_of_by_the_way(
    case: CaseInFull, situation: str, is_told_why: int
) -> None:
    assert situation_of(case) == situation
    assert (remark_of(case) is not None) == bool(is_told_why)


async def test_a_statement_is_filled_in_with_what_its_client_signed_before(
    customer: Browser, shop: Shop
) -> None:
    first = await (await shop.opened(SUBSCRIPTION)).signed()
    number = await shop.invoice(SERVICE, client_id=first.client.caller.client_id)
    case = await shop.asked(number)
    calculation = {"lines": [{"line_no": 1, "amount": "5000.00"}], "reason": "Не оказано"}
    assert (await case.by(Role.SPECIALIST, "calculation", calculation)).status_code == 200
    page = await _seen(customer, case, "/statement")
    form = page.form("/statement")
    assert (form["account"], form["bic"]) == (RECIPIENT["account"], RECIPIENT["bic"])
    assert "о другом возврате" in page.words


async def test_a_banks_name_that_is_left_out_is_filled_in_by_its_bic(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SUBSCRIPTION)
    await case.drawn_up()
    form = (await _seen(customer, case, "/statement")).form("/statement")
    saved = await customer.send(f"/refunds/{case.id}/statement", {**form, "bank_name": ""})
    assert saved.status == 303
    assert str(RECIPIENT["bank_name"]) in (await customer.get(saved.leads_to)).words
    other = await shop.opened(SUBSCRIPTION)
    typed = {**form, **RIGHT, "bic": "044525974", "account": "40702810900000000016"}
    typed |= {"bank_name": "", "correspondent_account": ""}
    await _seen(customer, other)
    refused = await customer.send(f"/refunds/{other.id}/statement", typed)
    assert refused.status == 422
    assert 'id="bank_name-error"' in refused.html
