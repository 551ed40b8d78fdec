"""The client of the acquirer, in the YooKassa v3 shape: refunds, and payments by its page.

What the protocol means for a caller:

- The key makes a repeat safe, but the acquirer forgets keys after 24 hours: an unknown outcome
  is looked up with `find_refund` first, and a refusal after an unknown outcome proves nothing
  about the earlier try (the refunded sum may be why the second one is above what is left).
- `find_refund` returning None does not prove that nothing was done: a request that has not arrived
  yet, or is still at 202, is in no list.
- A cancelled refund sends no webhook: poll. After a cancellation a new try needs a new key.
- A payment whose answer was lost has a page whose address nobody got, so nobody can pay by it; the
  same request with the same key returns that page within 24 hours.
"""

from gateways.acquirer.answers import (
    AcquirerPaymentStatus,
    AcquirerRefundStatus,
    PaymentAnswer,
    ReceiptAnswer,
    ReceiptState,
    RefundAnswer,
)
from gateways.acquirer.errors import (
    AcquirerCredentialsRefused,
    AcquirerError,
    AcquirerRefused,
    AcquirerUnavailable,
)
from gateways.acquirer.gateway import AcquirerGateway, AcquirerTimeouts
from gateways.acquirer.lists import listed_from, payments_captured, refunds_listed
from gateways.acquirer.requests import PaymentOrder, Receipt, ReceiptItem, idempotence_key

__all__ = [
    "AcquirerCredentialsRefused",
    "AcquirerError",
    "AcquirerGateway",
    "AcquirerPaymentStatus",
    "AcquirerRefundStatus",
    "AcquirerRefused",
    "AcquirerTimeouts",
    "AcquirerUnavailable",
    "PaymentAnswer",
    "PaymentOrder",
    "Receipt",
    "ReceiptAnswer",
    "ReceiptItem",
    "ReceiptState",
    "RefundAnswer",
    "idempotence_key",
    "listed_from",
    "payments_captured",
    "refunds_listed",
]
