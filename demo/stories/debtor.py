"""A debtor is silent up to the claim, and pays on the last day but one."""

from datetime import date, datetime, time, timedelta

from demo.bank_desk import StatementDesk
from demo.debt import Debt
from demo.renewal import send
from demo.stage import Stage
from demo.stories.renewal import OUTPUT
from domain.access.roles import Role
from domain.billing.invoice import ProductKind
from domain.calendar.bank_calendar import MOSCOW
from domain.collection.collection import CollectionStatus
from domain.collection.policy import Tone
from simulation.api_client import Document
from simulation.billing_data import Invoice, Line
from simulation.dataset import SHIPYARD
from simulation.expectation import expect
from simulation.sandboxes import Transfer, payer_of
from texts import day, rubles

TITLE = "(i) A silent debtor, up to the claim"
ABOUT = (
    "three letters, each firmer than the one before, then the claim as PDF; the money comes on the "
    "29th of its 30 days, and nobody goes to court"
)
SUM_KOPECKS = 37_450_00
ISSUED_AGO, DUE_AGO = timedelta(days=21), timedelta(days=1)
PAYS_AFTER = timedelta(days=29)
"""Of the 30 days that a claim gives."""
EVENING = time(20, tzinfo=MOSCOW)
TONES = (Tone.FIRST, Tone.REMINDER, Tone.FIRM, Tone.CLAIM)
PATH = (
    CollectionStatus.DUE,
    CollectionStatus.CHECKING,
    CollectionStatus.CONTACTED,
    CollectionStatus.REMINDED,
    CollectionStatus.CLAIM_SENT,
    CollectionStatus.PAID,
)
LETTERS = (*(f"collection_{tone}" for tone in TONES), "collection_paid")
"""All of them are for the client."""


def play(stage: Stage) -> Debt:
    """Overdue, looked for, written to four times, paid."""
    debt = Debt(stage, _invoice(stage.data.today))
    debt.register()
    debt.begin()
    for number, tone in enumerate(TONES, start=1):
        letter = debt.come_to_letter(number)
        expect(f"the tone of letter {number}", tone, letter["tone"])
        debt.receive(f"collection_{tone}", Role.CLIENT, debt=rubles(SUM_KOPECKS))
    _read_claim(stage, debt, letter)
    _pay(stage, debt, date.fromisoformat(debt.view()["claim_sent_on"]) + PAYS_AFTER)
    debt.receive("collection_paid", Role.CLIENT)
    return debt


def report(debt: Debt) -> None:
    """What has come of it; raises `Unexpected` for anything else."""
    said = {"debt": rubles(SUM_KOPECKS)}
    debt.report(PATH, [debt.addressed(template, Role.CLIENT, **said) for template in LETTERS])


def _read_claim(stage: Stage, debt: Debt, letter: Document) -> None:
    """The client's lawyer reads the claim, which stays to be looked at."""
    client = stage.cast.client(debt.invoice.client)
    pdf = client.download(f"/v1/collections/{debt.id}/letters/{letter['id']}.pdf")
    expect("the claim", b"%PDF", pdf[:4])
    OUTPUT.mkdir(parents=True, exist_ok=True)
    file = OUTPUT / f"claim-{debt.invoice.number}.pdf"
    file.write_bytes(pdf)
    sent_on = day(date.fromisoformat(letter["day"]))
    stage.terminal.event(Role.CLIENT, f"reads {file.name}, {len(pdf)} bytes", f"sent on {sent_on}")


def _pay(stage: Stage, debt: Debt, paid_on: date) -> None:
    desk = StatementDesk(stage)
    purpose = f"По претензии, счёт № {debt.invoice.number}, без НДС"
    send(stage, Transfer("58", paid_on, SUM_KOPECKS, payer_of(debt.invoice.client), purpose))
    debt.let_time_pass(datetime.combine(paid_on, EVENING))
    desk.upload_statement(paid_on)
    debt.wait_until(CollectionStatus.PAID, Role.BANK, "the money is found to be of this order")


def _invoice(today: date) -> Invoice:
    issued_on = today - ISSUED_AGO
    return Invoice(
        number=f"{issued_on.year}-000152",
        client=SHIPYARD,
        issued_on=issued_on,
        lines=(Line("Наладка сервера, 5 часов", ProductKind.SERVICE, SUM_KOPECKS),),
        payment=None,
        due_on=today - DUE_AGO,
    )
