"""Bank entries that wait for an accountant, judged anew because a client asks for its order."""

from domain.banking.incoming_money import look_workflow_id
from domain.banking.statement_import import MoneyOutcome
from domain.billing.payment_check import BankAnswer, BankLook
from starter.commands.services import Services
from workflows.money import MoneyLookWorkflow

ANSWER_SECONDS = 4.0
"""How long a check waits for the entries; what is found later is read with the page."""


async def look_for_money(services: Services, invoice_number: str) -> BankLook:
    """Has held entries judged anew that may be for an invoice, by a process that all who ask at
    once share; it is the same step that an unpaid order's case takes before each letter.

    Raises `Refusal` `unavailable` without Temporal; a repeat is safe at any time.
    """
    outcome: MoneyOutcome | None = await services.cases.result_of(
        MoneyLookWorkflow.run, invoice_number, look_workflow_id(invoice_number), ANSWER_SECONDS
    )
    if outcome is None:
        return BankLook(BankAnswer.SILENT)
    if outcome.taken:
        return BankLook(BankAnswer.FOUND, outcome.taken)
    return BankLook(BankAnswer.HELD if outcome.held else BankAnswer.NOTHING)
