"""A person reads why money was taken or held."""

from domain.matching import Evidence, HoldReason
from texts import say


def test_every_evidence_and_every_reason_to_hold_has_its_own_text() -> None:
    told = [say(f"evidence.{one}") for one in Evidence] + [say(f"hold.{one}") for one in HoldReason]
    assert len(set(told)) == len(Evidence) + len(HoldReason)
