"""Evidence of a dispute: its kinds, where it comes from, and what each kind of dispute needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from domain.dispute.dispute import DisputeKind

MAX_EVIDENCE: Final = 200
"""Papers of one dispute."""
MAX_WITH_CLIENTS: Final = 150
"""Papers of a dispute up to which its client adds more: the rest is kept for ours."""


class EvidenceKind(IntEnum):
    """The eight kinds of papers that settle a dispute."""

    CONTRACT = 1
    PAYMENT_RECEIPT = 2
    ACCOUNT_STATEMENT = 3
    LETTERS = 4
    SCREENSHOTS = 5
    RETURN_PAPERS = 6
    THIRD_PARTY_CONTRACT = 7
    CALL_RECORD = 8


class EvidenceSource(StrEnum):
    """Who a paper comes from; the system finds the first three by itself."""

    SYSTEM = "system"
    BANK = "bank"
    ACQUIRER = "acquirer"
    CLIENT = "client"
    STAFF = "staff"
    COURT = "court"


class Visibility(StrEnum):
    """Who reads a paper: both sides, or only ours."""

    BOTH = "both"
    OURS = "ours"


class Need(StrEnum):
    """Whether a dispute of a kind needs papers of a kind."""

    REQUIRED = "required"
    HELPFUL = "helpful"


@dataclass(frozen=True)
class ChecklistLine:
    """A kind of papers, whether it is needed, and how many there are."""

    kind: EvidenceKind
    need: Need
    papers: int

    @property
    def is_missing(self) -> bool:
        """It is required and there is none."""
        return self.need is Need.REQUIRED and self.papers == 0


_K = EvidenceKind
_REQUIRED: Mapping[DisputeKind, frozenset[EvidenceKind]] = MappingProxyType(
    {
        DisputeKind.WRONG_STATUS: frozenset({_K.PAYMENT_RECEIPT}),
        DisputeKind.DOUBLE_CHARGE: frozenset({_K.PAYMENT_RECEIPT}),
        DisputeKind.NOT_RECEIVED: frozenset({_K.CONTRACT, _K.PAYMENT_RECEIPT}),
        DisputeKind.WRONG_GOODS: frozenset({_K.CONTRACT, _K.SCREENSHOTS}),
        DisputeKind.DEFECTIVE: frozenset({_K.CONTRACT, _K.SCREENSHOTS}),
        DisputeKind.REFUSED_REFUND: frozenset({_K.LETTERS}),
        DisputeKind.WRONG_SUM: frozenset({_K.CONTRACT, _K.PAYMENT_RECEIPT}),
        DisputeKind.FRAUD: frozenset({_K.ACCOUNT_STATEMENT}),
        DisputeKind.OTHER: frozenset(),
    }
)
_HELPFUL: Mapping[DisputeKind, frozenset[EvidenceKind]] = MappingProxyType(
    {
        DisputeKind.WRONG_STATUS: frozenset({_K.ACCOUNT_STATEMENT, _K.SCREENSHOTS, _K.LETTERS}),
        DisputeKind.DOUBLE_CHARGE: frozenset({_K.ACCOUNT_STATEMENT, _K.SCREENSHOTS}),
        DisputeKind.NOT_RECEIVED: frozenset({_K.LETTERS, _K.THIRD_PARTY_CONTRACT, _K.CALL_RECORD}),
        DisputeKind.WRONG_GOODS: frozenset({_K.RETURN_PAPERS, _K.LETTERS}),
        DisputeKind.DEFECTIVE: frozenset(
            {_K.RETURN_PAPERS, _K.THIRD_PARTY_CONTRACT, _K.LETTERS, _K.CALL_RECORD}
        ),
        DisputeKind.REFUSED_REFUND: frozenset(
            {_K.CONTRACT, _K.PAYMENT_RECEIPT, _K.RETURN_PAPERS, _K.CALL_RECORD}
        ),
        DisputeKind.WRONG_SUM: frozenset({_K.ACCOUNT_STATEMENT, _K.LETTERS}),
        DisputeKind.FRAUD: frozenset({_K.PAYMENT_RECEIPT, _K.LETTERS, _K.CALL_RECORD}),
        DisputeKind.OTHER: frozenset({_K.CONTRACT, _K.PAYMENT_RECEIPT, _K.LETTERS}),
    }
)


def checklist(kind: DisputeKind, papers: Collection[EvidenceKind]) -> tuple[ChecklistLine, ...]:
    """What a dispute of this kind needs, what is required first; `papers` are those that it has."""
    found = list(papers)
    lines = [
        ChecklistLine(one, need, found.count(one))
        for need, kinds in (
            (Need.REQUIRED, _REQUIRED[kind]),
            (Need.HELPFUL, _HELPFUL[kind]),
        )
        for one in sorted(kinds)
    ]
    return tuple(lines)


def missing(kind: DisputeKind, papers: Collection[EvidenceKind]) -> tuple[EvidenceKind, ...]:
    """The kinds of papers that are required and that the dispute does not have."""
    return tuple(line.kind for line in checklist(kind, papers) if line.is_missing)
