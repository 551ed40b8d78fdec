"""A refused command says where its case stands in the words of its own kind."""

from enum import StrEnum

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.access.roles import Role
from domain.collection.collection import CollectionStatus
from domain.dispute.dispute import DisputeStatus
from domain.refund.refund import RefundStatus
from domain.renewal.renewal import RenewalStatus
from domain.ticket.ticket import TicketStatus
from starter.commands.cases import _refusal_in
from starter.commands.refusal import Noun, Refusal
from starter.http.refusal_text import refusal_text
from texts import translate

KINDS: tuple[tuple[Noun, type[StrEnum]], ...] = (
    (Noun.REFUND, RefundStatus),
    (Noun.RENEWAL, RenewalStatus),
    (Noun.DISPUTE, DisputeStatus),
    (Noun.COLLECTION, CollectionStatus),
    (Noun.TICKET, TicketStatus),
)


def said(noun: Noun, status: str, role: Role = Role.ACCOUNTANT) -> str:
    """What somebody is told that a case in this status refuses."""
    cause = ApplicationError(status, 1, type="not_allowed_in_status")
    refusal = _refusal_in(WorkflowUpdateFailedError(cause), noun)
    assert isinstance(refusal, Refusal)
    return refusal_text(refusal.code, refusal.params, "ru", role)


@pytest.mark.parametrize("status", ["checking", "settled"])
def test_a_word_of_two_kinds_is_said_as_each_means_it(status: str) -> None:
    of_dispute, of_debt = said(Noun.DISPUTE, status), said(Noun.COLLECTION, status)
    assert translate(f"dispute.staff_status.{status}") in of_dispute
    assert translate(f"collection.staff_status.{status}") in of_debt
    assert of_dispute != of_debt


@pytest.mark.parametrize(("noun", "statuses"), KINDS, ids=[noun for noun, _ in KINDS])
@pytest.mark.parametrize("role", [Role.CLIENT, Role.ACCOUNTANT])
def test_every_status_has_its_words(noun: Noun, statuses: type[StrEnum], role: Role) -> None:
    words = "status" if role is Role.CLIENT or noun is Noun.TICKET else "staff_status"
    for status in statuses:
        assert translate(f"{noun}.{words}.{status}") in said(noun, status, role)
