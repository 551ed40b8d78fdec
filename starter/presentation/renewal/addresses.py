"""Where a door has what belongs to a renewal."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.renewal.reads import RenewalHead
from domain.renewal.renewal import RenewalAction

RENEWAL_ID_PATTERN = r"^renewal-[A-Za-z0-9-]{1,40}-(first|[0-9]{4}-[0-9]{2}-[0-9]{2})$"
"""Ids of cases in a path."""


@dataclass(frozen=True)
class Addresses:
    """Paths of a door: `{}` is the place of the case's id, or of the invoice's number.

    `commands` has the request of each action: its method and its path, with the names
    `subscription_id` and `renewal_id`.
    """

    case: str
    invoice: str
    commands: Mapping[RenewalAction, tuple[str, str]]

    def of_case(self, renewal_id: str, ending: str = "") -> str:
        """The path of a case, or of what it has under that ending."""
        return self.case.format(renewal_id) + ending

    def of_invoice(self, invoice_number: str) -> str:
        """The path of the PDF of an invoice that we issued."""
        return self.invoice.format(invoice_number)

    def of_action(self, case: RenewalHead, action: RenewalAction) -> tuple[str, str]:
        """The method and the path of the request that an action is."""
        method, path = self.commands[action]
        return method, path.format(subscription_id=case.subscription_id, renewal_id=case.id)
