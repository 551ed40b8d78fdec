"""Somebody else pays too much for a subscription that has lapsed: a person says whose it is."""

from datetime import date, datetime, timedelta
from datetime import time as clock_time

from demo.bank_desk import BankDesk, StatementDesk
from demo.case import Case
from demo.renewal import Held, Renewal, send
from demo.stage import Stage
from demo.stories.story import Attempt, Ending, Story
from domain.access.roles import Role
from domain.banking.matching import HoldReason
from domain.billing.invoice import ProductKind
from domain.calendar.bank_calendar import MOSCOW, end_of_moscow_day
from domain.money import amount_text, parse_amount
from domain.payout.payout import Channel, ChannelReason
from domain.refund.refund import Action, RefundStatus
from domain.renewal.renewal import RenewalStatus
from domain.subscription.term import months_after
from simulation.api_client import Document
from simulation.billing_data import Invoice, Line
from simulation.dataset import BELOV, VECTOR
from simulation.expectation import expect
from simulation.sandboxes import Transfer, payer_of
from texts import translate

TARIFF, MONTHS = "100", 12
LEFT_DAYS = 2
"""How long the running term still lasts when its renewal is ordered."""
LATE_BANK_DAYS = 3
"""The money comes so long after the term, when the fresh bank statement has brought nothing."""
SURPLUS_KOPECKS = 5_000_00
MORNING, EVENING = clock_time(10, tzinfo=MOSCOW), clock_time(20, tzinfo=MOSCOW)
REASON = "В назначении назван наш счёт; клиент подтвердил, что платит его партнёр"
FEEDBACK = "Партнёр ошибся суммой, лишнее вернули без единого звонка."
PATH = (
    RenewalStatus.WATCHING,
    RenewalStatus.AWAITING_PAYMENT,
    RenewalStatus.CHECKING_PAYMENT,
    RenewalStatus.LAPSED,
    RenewalStatus.PAID,
    RenewalStatus.RENEWED,
)


def play(stage: Stage) -> Case:
    """Lapsed, paid by a stranger, allocated by an accountant, begun; the surplus goes back."""
    desk = StatementDesk(stage)
    renewal = Renewal(stage, _held(stage.data.today))
    renewal.register()
    placed = _order(renewal)
    _lapse(renewal)
    price = parse_amount(placed["amount"])
    entry = _pay(stage, desk, renewal, placed["invoice_number"], price + SURPLUS_KOPECKS)
    _allocate(stage, entry, placed["invoice_number"])
    renewal.wait_until(RenewalStatus.RENEWED, "calendar", "the next term begins")
    rows = renewal.view(stage.cast.accountant)["timeline"]
    expect(f"history of {renewal.id}", list(PATH), [row["to_status"] for row in rows])
    return _give_back(stage, renewal, placed["invoice_number"], price)


def _held(today: date) -> Held:
    ends_on = today + timedelta(days=LEFT_DAYS)
    return Held(
        id="kompas-belov",
        title="Компас",
        client=BELOV,
        tariff_code=TARIFF,
        starts_on=months_after(ends_on + timedelta(days=1), -MONTHS),
        ends_on=ends_on,
    )


def _order(renewal: Renewal) -> Document:
    return renewal.order(renewal.offers()[0], renewal.requisites())


def _lapse(renewal: Renewal) -> None:
    """Nothing has come: before anything lapses a fresh bank statement is asked for."""
    renewal.let_time_pass(end_of_moscow_day(renewal.held.ends_on))
    asked = "the term is over; accountants are asked for a fresh bank statement"
    checking = renewal.wait_until(RenewalStatus.CHECKING_PAYMENT, "calendar", asked)
    renewal.let_time_pass(datetime.fromisoformat(checking["wait_until"]))
    renewal.wait_until(RenewalStatus.LAPSED, "calendar", "a bank day brought nothing")


def _pay(
    stage: Stage, desk: StatementDesk, renewal: Renewal, invoice_number: str, kopecks: int
) -> Document:
    """A partner pays for the client, more than it should; the system does not guess."""
    paid_on = desk.bank_day_after(renewal.held.ends_on, LATE_BANK_DAYS)
    purpose = f"За ИП Белова А.С. по счёту {invoice_number}, без НДС"
    send(stage, Transfer("204", paid_on, kopecks, payer_of(VECTOR), purpose))
    renewal.let_time_pass(datetime.combine(paid_on, EVENING))
    desk.upload_statement(paid_on)
    return desk.held(purpose, HoldReason.THIRD_PARTY)


def _allocate(stage: Stage, entry: Document, invoice_number: str) -> None:
    """The accountant looks at what it may be for, asks the client, and says so."""
    accountant, path = stage.cast.accountant, f"/v1/bank-entries/{entry['id']}"
    best = accountant.read(f"{path}/candidates")["items"][0]
    expect("the likeliest invoice", invoice_number, best["invoice_number"])
    why = ", ".join(one["title"].lower() for one in best["evidence"])
    stage.terminal.event(Role.ACCOUNTANT, f"sees that it may be for {invoice_number}", why)
    body = {
        "shares": [{"invoice_number": invoice_number, "amount": entry["amount"]}],
        "reason": REASON,
        "remember_payer": True,
    }
    allocated = accountant.command("POST", f"{path}/allocation", body)
    expect("what the money is", "payment", allocated["matched_as"])
    stage.terminal.event(Role.ACCOUNTANT, "allocates it and has the payer remembered", REASON)


def _give_back(stage: Stage, renewal: Renewal, invoice_number: str, price: int) -> Case:
    """The client hears of the surplus and asks for it; it goes back as any refund does."""
    sold = Line("Подписка «Компас»", ProductKind.SUBSCRIPTION, price)
    case = Case(stage, Invoice(invoice_number, BELOV, stage.data.today, (sold,), payment=None))
    subject = translate("mail.money_surplus_held.subject", invoice_number=invoice_number)
    stage.stack.mailbox.wait_for(lambda letter: bool(letter["Subject"] == subject))
    stage.terminal.event(Role.CLIENT, "gets a letter", f"«{subject}»")
    surplus = renewal.client.read(f"/v1/invoices/{invoice_number}")["surplus_left"]
    expect("the surplus of the invoice", amount_text(SURPLUS_KOPECKS), surplus)
    case.open_surplus()
    desk = BankDesk(stage, case)
    paid_on = desk.bank_day_after(stage.data.today)
    case.enter_requisites(BELOV.requisites)
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
    title="(f) Overpaid by somebody else, after the term was over",
    about="money of a stranger is held for a person; what is above the price goes back to the "
    "client by a refund case of its own",
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
        calculated_kopecks=SURPLUS_KOPECKS,
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
