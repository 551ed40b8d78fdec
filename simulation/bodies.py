"""Bodies of requests that several stories send."""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from domain.refund.statement import CODE_DIGITS
from domain.renewal.renewal import PayBy
from simulation.api_client import Document
from simulation.billing_data import Client
from stack.mailbox import plain_text

_CODE = re.compile(rf"^\s*(\d{{{CODE_DIGITS}}})\s*$", re.MULTILINE)


def order_body(offer: Document, method: PayBy, requisites: Mapping[str, Any]) -> dict[str, Any]:
    """The order of an offer at the price that the client saw."""
    seen = {name: offer[name] for name in ("offer", "tariff_code", "price")}
    return {**seen, "method": method, "requisites": dict(requisites)}


def payer_body(client: Client) -> dict[str, Any]:
    """The buyer that an order's invoice names."""
    return {"name": client.name, "inn": client.inn, "kpp": client.kpp}


def code_in(letter: EmailMessage) -> str | None:
    """The one-time code of a letter."""
    found = _CODE.search(plain_text(letter))
    return found[1] if found else None
