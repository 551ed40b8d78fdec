"""Ids in addresses, as far as their form says that there may be such a thing."""

from typing import Annotated

from fastapi import Path

RefundId = Annotated[str, Path(pattern=r"^refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$")]
RETURN_ID = r"^return-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$"
ReturnId = Annotated[str, Path(pattern=RETURN_ID)]
TICKET_ID = r"^ticket-[1-9][0-9]{0,11}$"
TicketId = Annotated[str, Path(pattern=TICKET_ID)]
DisputeId = Annotated[str, Path(pattern=r"^dispute-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$")]
