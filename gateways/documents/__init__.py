"""Documents that people sign, pay by and keep, as PDF."""

from gateways.documents.debt_letter import debt_letter_pdf
from gateways.documents.dossier import dossier_pdf
from gateways.documents.invoice import InvoicePayment, invoice_pdf, payment_of, payment_to
from gateways.documents.reconciliation_act import reconciliation_act_pdf
from gateways.documents.return_act import return_act_pdf
from gateways.documents.statement import (
    MAX_STATEMENT_LINES,
    CodeSignature,
    PaidMoney,
    Party,
    StatementDocument,
    StatementLine,
    statement_pdf,
)
from gateways.documents.ticket_transcript import ticket_transcript_pdf

__all__ = [
    "MAX_STATEMENT_LINES",
    "CodeSignature",
    "InvoicePayment",
    "PaidMoney",
    "Party",
    "StatementDocument",
    "StatementLine",
    "debt_letter_pdf",
    "dossier_pdf",
    "invoice_pdf",
    "payment_of",
    "payment_to",
    "reconciliation_act_pdf",
    "return_act_pdf",
    "statement_pdf",
    "ticket_transcript_pdf",
]
