"""A person reads why money was taken or held."""

from domain.banking.matching import Evidence, HoldReason
from texts import translate


def test_every_evidence_and_every_reason_to_hold_has_its_own_text() -> None:
    told = [translate(f"evidence.{one}") for one in Evidence] + [
        translate(f"hold.{one}") for one in HoldReason
    ]
    assert len(set(told)) == len(Evidence) + len(HoldReason)
