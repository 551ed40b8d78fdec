"""What our staff do at the desk, and how a client's case comes there without a browser."""

import re
from dataclasses import asdict, dataclass

from playwright.async_api import FilePayload

from domain.refund.refund import Action
from simulation.billing_data import Invoice
from simulation.people import ACCOUNTANT, SPECIALIST, caller_of
from stack.product import OWN_ACCOUNT
from tests.browser.site import Site, Visitors
from tests.browser.window import Window
from tests.starter.banking.statement_of import Moved, statement

SPECIALIST_LOGIN, ACCOUNTANT_LOGIN, OPERATOR_LOGIN = "m.orlova", "p.gromov", "operator"
A_PART = {"lines": [{"line_no": 1, "amount": "1250.00"}], "reason": "По договорённости."}
"""A specialist's calculation of what the limits leave to a person."""
ORDER_NUMBER = re.compile(r"№ (\d+)")


def desk_page_of(invoice: Invoice) -> str:
    """The page of an order's first refund at the desk."""
    return f"/desk/refunds/refund-{invoice.number}-1"


async def at_desk(visitors: Visitors, login: str, path: str = "/desk") -> Window:
    """One of our people, with a page of the desk open."""
    window = await visitors.person(login)
    await window.open(path)
    return window


async def asked(site: Site, invoice: Invoice) -> None:
    """The client has asked for its money."""
    body = {"invoice_number": invoice.number}
    await site.api.command(caller_of(invoice.client), "POST", "/v1/refunds", body)


async def signed(site: Site, invoice: Invoice, number: int = 1) -> None:
    """The client has filled in and signed the statement; `number` is that of the code's letter."""
    client = caller_of(invoice.client)
    await site.decide(client, invoice, Action.ENTER_REQUISITES, asdict(invoice.client.requisites))
    await site.decide(client, invoice, Action.REQUEST_CODE)
    code = await site.code(invoice, number)
    await site.decide(client, invoice, Action.SIGN, {"code": code})


async def under_review(site: Site, like: Invoice) -> Invoice:
    """An order whose refund waits for a specialist to look at the statement."""
    invoice = await site.order(like)
    await asked(site, invoice)
    if (await site.case(invoice))["status"] == "awaiting_specialist":
        await site.decide(SPECIALIST, invoice, Action.CALCULATE, A_PART)
    await signed(site, invoice)
    return invoice


def of_shipyard(site: Site) -> Invoice:
    """A year of support that the shipyard has paid by a transfer."""
    return next(one for one in site.data.others if one.number.endswith("000122"))


async def waits_for_run(site: Site, like: Invoice | None = None) -> Invoice:
    """An order paid by a transfer, whose refund waits for a payment run."""
    invoice = await under_review(site, like or site.data.transferred)
    await site.decide(SPECIALIST, invoice, Action.ACCEPT)
    if (await site.case(invoice))["status"] == "awaiting_approval":
        await site.decide(ACCOUNTANT, invoice, Action.APPROVE)
    await site.until(invoice, "paying")
    return invoice


@dataclass(frozen=True)
class Order:
    """A payment order of a run: its number, and its sum in kopecks."""

    number: str
    kopecks: int


async def gather(accountant: Window) -> None:
    """A run of all that waits, on its page."""
    await accountant.open("/desk/runs")
    await accountant.go("Создать реестр")


async def order_of(accountant: Window, site: Site, invoice: Invoice) -> Order:
    """The order of a refund in the run on the page."""
    row = accountant.page.get_by_role("row").filter(has_text=f"refund-{invoice.number}-1")
    found = ORDER_NUMBER.search(await row.inner_text())
    assert found is not None
    amount = (await site.case(invoice))["amount"]
    return Order(found[1], int(amount.replace(".", "")))


def paid(order: Order, invoice: Invoice, **changes: object) -> Moved:
    """The line of a bank statement that debits an order today."""
    account = invoice.client.requisites.account
    line = Moved(order.number, order.kopecks, other_account=account, purpose="Возврат по счёту")
    return line.changed(**changes)


async def handed_over(accountant: Window, site: Site, invoice: Invoice) -> Order:
    """The order of a refund in a run that the bank has taken."""
    await gather(accountant)
    order = await order_of(accountant, site, invoice)
    await accountant.go("Файл передан в банк")
    return order


async def upload(accountant: Window, *moved: Moved) -> None:
    """A bank statement with these lines; its page says by itself when they are matched."""
    content = statement(*moved, account=OWN_ACCOUNT)
    await upload_file(accountant, content)
    await accountant.settles("Обработана")


async def upload_file(accountant: Window, content: bytes) -> None:
    """Any file in a statement's place, to its page."""
    await accountant.open("/desk/statements")
    file = FilePayload(name="kl_to_1c.txt", mimeType="text/plain", buffer=content)
    await accountant.page.set_input_files("#file", file)
    await accountant.go("Загрузить")
