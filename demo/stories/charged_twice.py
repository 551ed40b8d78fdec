"""(j) A double charge, disputed with screenshots: money back with interest, a dossier checked."""

from datetime import UTC, date, datetime, time, timedelta

from demo.bank_desk import BankDesk
from demo.case import Case
from demo.dispute import Dispute
from demo.stage import Stage
from demo.stories.story import Attempt, Ending, Story
from domain.access.roles import Role
from domain.billing.invoice import PaymentMethod, ProductKind
from domain.calendar.bank_calendar import MOSCOW
from domain.dispute.dispute import DisputeStatus
from domain.money import amount_text
from domain.payout.payout import Channel, ChannelReason
from domain.refund.refund import Action, RefundStatus
from simulation.billing_data import Invoice, Line, Payment
from simulation.dataset import KUZNETSOVA
from simulation.expectation import expect
from simulation.loading import load_invoices
from texts import day, rubles

PRICE_KOPECKS = 24_000_00
DAYS_AGO = 40
"""From the charge to the last day whose key rate is known: the days that interest is asked for."""
MORNING = time(10, tzinfo=MOSCOW)
PICTURES = {"operations.png": 0, "statement.png": 200}
PROBLEM = "С карты списали дважды: 24 000 ₽ за один и тот же заказ."
PROOF = "Две операции в приложении банка, снимки приложу."
STEPS = "Позвонила в банк: оба платежа прошли, отменить их может только продавец."
DECISION = "Второй платёж лишний. Возвращаем его и платим проценты за каждый день."
FEEDBACK = "Вернули с процентами и дали досье для банка."


def play(stage: Stage) -> Case:
    """Charged twice, disputed, decided, paid back with interest; the dossier checked."""
    last = _last_known(stage)
    invoice = _charged_twice(stage, last - timedelta(days=DAYS_AGO))
    dispute = Dispute(stage, KUZNETSOVA, _complaint(stage, invoice))
    found = dispute.wait(DisputeStatus.REVIEW, "system", "finds more money than the order asks for")
    expect("what the system found", amount_text(PRICE_KOPECKS), found["found_amount"])
    dispute.hand_in("Снимки из приложения банка.", PICTURES)
    interest = _decide(stage, dispute, invoice, last)
    refund = dispute.wait(DisputeStatus.PERFORMING, "system", "begins the refund")["refund_id"]
    case = _paid_back(stage, invoice, str(refund))
    dispute.act(
        stage.cast.accountant,
        "compensation",
        f"records that the interest of {rubles(interest)} was paid",
        {"reason": "Платёжное поручение № 318", "on": stage.data.today.isoformat()},
    )
    dispute.wait(DisputeStatus.CLOSED, "system", "closes the dispute: everything is paid")
    dispute.papers_are_clean()
    for person, export in ((stage.cast.specialist, "full"), (dispute.client, "redacted")):
        dispute.check(dispute.dossier(person, export))
    return case


def _last_known(stage: Stage) -> date:
    """The last day whose key rate is known, today at the latest."""
    known = stage.cast.accountant.read("/v1/key-rate")["covered_until"]
    return min(date.fromisoformat(known), stage.data.today)


def _charged_twice(stage: Stage, charged_on: date) -> Invoice:
    """The acquirer takes the money of one order twice; billing registers both payments."""
    at = datetime.combine(charged_on, time(12), UTC)
    number = f"{charged_on.year}-000164"
    payment = Payment(f"payment-{number}", PaymentMethod.BANK_CARD, at, f"acquired-{number}")
    line = Line("Настройка рабочего места", ProductKind.SERVICE, PRICE_KOPECKS)
    invoice = Invoice(number, KUZNETSOVA, charged_on, (line,), payment)
    cast, again = stage.cast, f"acquired-{number}-again"
    cast.wait(load_invoices(cast.api, stage.acquirer, [KUZNETSOVA], [invoice]))
    taken = {
        "id": again,
        "amount": amount_text(PRICE_KOPECKS),
        "method": PaymentMethod.BANK_CARD,
        "captured_at": at.isoformat(),
    }
    cast.wait(stage.acquirer.take(taken))
    body = {
        "invoice_number": number,
        "method": PaymentMethod.BANK_CARD,
        "acquirer_payment_id": again,
        "amount": amount_text(PRICE_KOPECKS),
        "received_at": at.isoformat(),
    }
    cast.billing.command("PUT", f"/v1/payments/payment-{number}-again", body)
    event = f"registers {number} with two payments of {rubles(PRICE_KOPECKS)}"
    stage.terminal.event(Role.BILLING, event, f"on {day(charged_on)}")
    return invoice


def _complaint(stage: Stage, invoice: Invoice) -> dict[str, str]:
    return {
        "invoice_number": invoice.number,
        "kind": "double_charge",
        "happened_on": invoice.issued_on.isoformat(),
        "problem": PROBLEM,
        "proof": PROOF,
        "steps": STEPS,
        "demand": "refund",
        "demand_amount": amount_text(PRICE_KOPECKS),
        "answer_by": (stage.data.today + timedelta(days=10)).isoformat(),
    }


def _decide(stage: Stage, dispute: Dispute, invoice: Invoice, last: date) -> int:
    """The second payment and the interest of article 395 on it, in kopecks."""
    first = invoice.issued_on + timedelta(days=1)
    asked = {
        "owed": [{"day": first.isoformat(), "amount": amount_text(PRICE_KOPECKS)}],
        "last_day": last.isoformat(),
    }
    counted = stage.cast.specialist.command("POST", "/v1/compensation/interest", asked)
    line = counted["lines"][-1]
    stage.terminal.event(Role.SPECIALIST, "counts the interest", line["numbers"])
    compensation = {
        "amount": counted["amount"],
        "rule": "interest",
        "base": amount_text(PRICE_KOPECKS),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }
    verdict = {
        "outcome": "resolved_client",
        "reason": DECISION,
        "seen_handed_in": dispute.view()["handed_in"],
        "awarded": amount_text(PRICE_KOPECKS),
        "compensation": compensation,
    }
    dispute.act(stage.cast.specialist, "decision", "decides for the client", verdict)
    return int(str(counted["amount"]).replace(".", ""))


def _paid_back(stage: Stage, invoice: Invoice, refund_id: str) -> Case:
    """The surplus goes back by the bank, as any."""
    case = Case(stage, invoice)
    case.id = refund_id
    case.wait_until_begun("dispute", "the refund waits for its client")
    desk = BankDesk(stage, case)
    paid_on = desk.bank_day_after(stage.data.today)
    case.enter_requisites(KUZNETSOVA.requisites)
    case.sign()
    case.let_time_pass(datetime.combine(paid_on, MORNING))
    case.act(stage.cast.specialist, Action.ACCEPT, "accepts the statement")
    case.show_channel(ChannelReason.SURPLUS)
    desk.pay(paid_on)
    desk.upload_statement(paid_on)
    case.wait_until_paid()
    case.let_bank_days_pass()
    case.leave_feedback(5, FEEDBACK)
    return case


STORY = Story(
    title="(j) Charged twice",
    about="the client disputes it with screenshots; the second payment goes back with interest, "
    "and the dossier of the dispute is checked without us",
    play=play,
    ending=Ending(
        path=(
            RefundStatus.CALCULATING,
            RefundStatus.AWAITING_STATEMENT,
            RefundStatus.UNDER_REVIEW,
            RefundStatus.PAYING,
            RefundStatus.COMPLETED,
            RefundStatus.COMPLETED,
        ),
        calculated_kopecks=PRICE_KOPECKS,
        deducted_kopecks=0,
        letters=(
            (Role.CLIENT, "refund_awaiting_statement"),
            (Role.CLIENT, "refund_one_time_code"),
            (Role.CLIENT, "refund_under_review"),
            (Role.SPECIALIST, "staff_review_needed"),
            (Role.CLIENT, "refund_paying"),
            (Role.CLIENT, "refund_completed"),
            (Role.CLIENT, "refund_credited"),
        ),
        attempts=(Attempt(Channel.BANK),),
    ),
)
