"""An order is paid before it is in our books: the look before the first letter finds the money."""

from datetime import date, timedelta

from demo.bank_desk import StatementDesk
from demo.debt import Debt
from demo.renewal import send
from demo.stage import Stage
from domain.access.roles import Role
from domain.banking.matching import HoldReason
from domain.billing.invoice import ProductKind
from domain.collection.collection import CollectionStatus
from simulation.billing_data import Invoice, Line
from simulation.dataset import VECTOR
from simulation.expectation import expect
from simulation.sandboxes import Transfer, payer_of

TITLE = "(h) A payment that the site has missed"
ABOUT = (
    "the money comes before its order is in our books and waits there; the look before the first "
    "letter finds it, so nobody asks the client for what it has paid"
)
SUM_KOPECKS = 26_400_00
ISSUED_AGO, DUE_AGO = timedelta(days=12), timedelta(days=1)
PATH = (CollectionStatus.DUE, CollectionStatus.PAID)
LETTERS = ((Role.OPERATOR, "staff_collection_found"),)


def play(stage: Stage) -> Debt:
    """Paid, held, registered late, overdue, looked for, found."""
    desk, debt = StatementDesk(stage), Debt(stage, _invoice(stage.data.today))
    purpose = f"Оплата по счёту № {debt.invoice.number}, доставка, без НДС"
    transfer = Transfer("311", stage.data.today, SUM_KOPECKS, payer_of(VECTOR), purpose)
    send(stage, transfer)
    desk.upload_statement(stage.data.today)
    desk.held(purpose, HoldReason.INVOICE_UNKNOWN)
    debt.register()
    debt.begin()
    debt.let_wait_end()
    debt.wait_until(CollectionStatus.PAID, "system", "looks for the money, and finds it")
    for role, template in LETTERS:
        debt.receive(template, role)
    expect(f"letters that ask for {debt.invoice.number}", [], debt.written())
    return debt


def report(debt: Debt) -> None:
    """What has come of it; raises `Unexpected` for anything else."""
    debt.report(PATH, [debt.addressed(template, role) for role, template in LETTERS])


def _invoice(today: date) -> Invoice:
    issued_on = today - ISSUED_AGO
    return Invoice(
        number=f"{issued_on.year}-000151",
        client=VECTOR,
        issued_on=issued_on,
        lines=(Line("Доставка оборудования", ProductKind.SERVICE, SUM_KOPECKS),),
        payment=None,
        due_on=today - DUE_AGO,
    )
