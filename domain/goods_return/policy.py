"""The policy of returns: versioned data, never changed by the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from domain.case.waiting import WaitPolicy, wait_policy_from
from domain.goods_return.goods_return import GoodsReturnStatus


@dataclass(frozen=True)
class GoodsReturnPolicy:
    """One version. `warranty_days` count from the delivery: until then goods come back for our
    fault. `informs`: clients are told in writing how to refuse goods, which shortens the time in
    which they may (ЗоЗПП 26.1). `address` is where goods are sent. `carriage_at_most_kopecks`: what
    is paid back at most of a carrier's receipt; a version from before names none, which is 0.
    """

    version: int
    warranty_days: int
    informs: bool
    address: str
    waits: Mapping[GoodsReturnStatus, WaitPolicy]
    carriage_at_most_kopecks: int = 0

    @classmethod
    def from_document(cls, version: int, document: Mapping[str, Any]) -> "GoodsReturnPolicy":
        """Reads a stored document; a missing key or an unknown value raises KeyError or
        ValueError.
        """
        return cls(
            version=version,
            warranty_days=document["warranty_days"],
            informs=document["informed"] == "in_writing",
            address=document["address"],
            waits=MappingProxyType(
                {
                    GoodsReturnStatus(status): wait_policy_from(row, GoodsReturnStatus)
                    for status, row in document["waits"].items()
                }
            ),
            carriage_at_most_kopecks=document.get("carriage_at_most_kopecks", 0),
        )
