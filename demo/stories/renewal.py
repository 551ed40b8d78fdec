"""A subscription is renewed by bank transfer: the money comes days later, with a messy purpose."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from demo.bank_desk import StatementDesk
from demo.invoice_reading import code_on
from demo.renewal import Held, Renewal, send
from demo.stage import Stage
from domain.access.roles import Role
from domain.calendar.bank_calendar import MOSCOW, end_of_moscow_day
from domain.money import parse_amount
from domain.renewal.indicator import Level
from domain.renewal.renewal import RenewalStatus, renewal_workflow_id
from domain.subscription.offer_kind import OfferKind
from domain.subscription.term import LatestTerm, TermDays, months_after, next_term_days
from simulation.api_client import Document
from simulation.dataset import ROMASHKA
from simulation.expectation import expect
from simulation.sandboxes import Transfer, payer_of
from stack.folders import STATE_FOLDER
from stack.product import MAILBOXES, OWN_ACCOUNT
from texts import day, moment, translate

TITLE = "(e) A subscription renewed by bank transfer"
ABOUT = (
    "the money comes four bank days after the invoice, and names it in its payer's own words; "
    "the new term begins when the old one ends"
)
TARIFF, MONTHS = "400", 12
USED_UNITS = 390
"""Of four hundred: a whole term would take more."""
LEFT_DAYS = range(29, 15, -1)
"""How long the running term may still last: yellow, and its first reminder was before our time."""
REMINDER_DAYS = 14
REMINDER, EVENING = time(10, 1, tzinfo=MOSCOW), time(20, tzinfo=MOSCOW)
BANK_DAYS = 4
OUTPUT = STATE_FOLDER / "demo"
"""Where the invoice stays to be looked at."""
PATH = (
    RenewalStatus.WATCHING,
    RenewalStatus.AWAITING_PAYMENT,
    RenewalStatus.AWAITING_PAYMENT,
    RenewalStatus.PAID,
    RenewalStatus.RENEWED,
)

LETTERS = (
    (Role.CLIENT, "renewal_soon"),
    (Role.CLIENT, "renewal_ordered"),
    (Role.CLIENT, "renewal_claimed"),
    (Role.ACCOUNTANT, "staff_payment_claimed"),
    (Role.CLIENT, "renewal_paid"),
    (Role.CLIENT, "renewal_renewed"),
)


def play(stage: Stage) -> Renewal:
    """Watched, reminded, ordered, claimed, paid by the bank's statement, and begun anew."""
    desk = StatementDesk(stage)
    renewal = Renewal(stage, _held(desk, stage.data.today))
    ordered_on = renewal.held.ends_on - timedelta(days=REMINDER_DAYS)
    renewal.register()
    renewal.report_usage(USED_UNITS)
    renewal.show_indicator(Level.YELLOW)
    renewal.let_time_pass(datetime.combine(ordered_on, REMINDER))
    renewal.wait_for_letter("renewal_soon")
    placed = _order(renewal)
    _read_invoice(stage, renewal, placed)
    renewal.claim()
    _pay(stage, desk, renewal, placed, ordered_on)
    _begin_anew(stage, renewal)
    return renewal


def _held(desk: StatementDesk, today: date) -> Held:
    """A year that ends soon, but not before the bank has had its days: holidays are long."""
    ends = (today + timedelta(days=left) for left in LEFT_DAYS)
    ends_on = next(end for end in ends if _paid_on(desk, end - timedelta(days=REMINDER_DAYS)) < end)
    return Held(
        id="kompas-romashka",
        title="Компас",
        client=ROMASHKA,
        tariff_code=TARIFF,
        starts_on=months_after(ends_on + timedelta(days=1), -MONTHS),
        ends_on=ends_on,
    )


def _paid_on(desk: StatementDesk, ordered_on: date) -> date:
    return desk.bank_day_after(ordered_on, BANK_DAYS)


def _order(renewal: Renewal) -> Document:
    same = renewal.offers()[0]
    expect("the most fitting offer", OfferKind.SAME, same["offer"])
    return renewal.order(same, renewal.requisites())


def _read_invoice(stage: Stage, renewal: Renewal, placed: Document) -> None:
    """The client's accountant points a phone at the invoice."""
    pdf = renewal.client.download(placed["invoice_pdf"])
    OUTPUT.mkdir(parents=True, exist_ok=True)
    file = OUTPUT / f"{placed['invoice_number']}.pdf"
    file.write_bytes(pdf)
    code = code_on(pdf)
    right = (OWN_ACCOUNT, str(parse_amount(placed["amount"])), True)
    named = placed["invoice_number"] in code["Purpose"]
    expect("the payment in the invoice's code", right, (code["PersonalAcc"], code["Sum"], named))
    shown = f"account …{code['PersonalAcc'][-4:]}, {code['Purpose']}"
    stage.terminal.event(Role.CLIENT, f"reads the code on {_near(file)}", shown)


def _pay(
    stage: Stage, desk: StatementDesk, renewal: Renewal, placed: Document, ordered_on: date
) -> None:
    """The bank takes its days, and nobody is reminded meanwhile."""
    paid_on = _paid_on(desk, ordered_on)
    purpose = _messy(placed["invoice_number"], ordered_on)
    kopecks = parse_amount(placed["amount"])
    send(stage, Transfer("117", paid_on, kopecks, payer_of(renewal.held.client), purpose))
    renewal.let_time_pass(datetime.combine(paid_on, EVENING))
    desk.upload_statement(paid_on)
    paid = renewal.wait_until(RenewalStatus.PAID, Role.BANK, "the money is found to be its own")
    bought = _bought(renewal)
    found = (paid["next_term"]["starts_on"], paid["next_term"]["ends_on"])
    right = (bought.starts_on.isoformat(), bought.ends_on.isoformat())
    expect("the next term", right, found)
    renewal.wait_for_letter("renewal_paid")


def _bought(renewal: Renewal) -> TermDays:
    """The days of the term that follows the running one."""
    held = renewal.held
    return next_term_days(LatestTerm(held.ends_on, held.starts_on), held.ends_on, 0, MONTHS)


def _messy(invoice_number: str, ordered_on: date) -> str:
    """The invoice's number as somebody types it: other letters, spaces, no zeros."""
    _, year, sequence = invoice_number.split("-")
    return f"Опл.по сч №КР {year} / {int(sequence)} от {ordered_on:%d.%m.%y} за Компас,вт.ч НДС22%"


def _begin_anew(stage: Stage, renewal: Renewal) -> None:
    """The old term's last day passes; the next case watches the new term."""
    renewal.let_time_pass(end_of_moscow_day(renewal.held.ends_on))
    following = renewal.held.ends_on + timedelta(days=1)
    began = f"the new term begins on {day(following)}"
    renewal.wait_until(RenewalStatus.RENEWED, "calendar", began)
    renewal.wait_for_letter("renewal_renewed")
    next_id = renewal_workflow_id(renewal.held.id, _bought(renewal).ends_on)
    stage.terminal.event("system", f"opens {next_id}", renewal.followed_by(next_id)["title"])


def report(stage: Stage, renewal: Renewal) -> None:
    """Every change with the case's own dates; raises `Unexpected` for another path."""
    view = renewal.view(stage.cast.accountant)
    rows = view["timeline"]
    expect(f"history of {renewal.id}", list(PATH), [row["to_status"] for row in rows])
    stage.terminal.chapter(f"{renewal.id}: {view['title']}", stage.stack.case_url(renewal.id))
    stage.terminal.table(
        ("when, in the case's time", "status", "by", "why"), [_change(row) for row in rows]
    )
    _letters(stage, renewal, view["invoice"]["number"])


def _letters(stage: Stage, renewal: Renewal, invoice_number: str) -> None:
    """One letter per change and person, and one reminder."""
    title = renewal.held.title
    subjects = (
        translate(f"mail.{template}.subject", subscription=title, invoice_number=invoice_number)
        for _, template in LETTERS
    )
    right = [
        (_address(renewal, role), subject)
        for (role, _), subject in zip(LETTERS, subjects, strict=True)
    ]
    found = [(str(letter["To"]), str(letter["Subject"])) for letter in renewal.letters()]
    expect(f"letters about {renewal.id}", sorted(right), sorted(found))
    stage.terminal.table(("to", "subject"), found)


def _address(renewal: Renewal, role: Role) -> str:
    return renewal.held.client.email if role is Role.CLIENT else MAILBOXES[role]


def _change(row: Document) -> tuple[str, str, str, str]:
    return (
        moment(datetime.fromisoformat(row["at"]).astimezone(UTC)),
        row["title"],
        " ".join(filter(None, (row["by_title"], row["login"]))),
        row["reason"] or "",
    )


def _near(file: Path) -> str:
    return str(file.relative_to(STATE_FOLDER.parent))
