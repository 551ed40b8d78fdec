"""Why a bank statement file was refused, in words."""

import re
from typing import Final

from texts.catalogue import Language, translate
from texts.formatting import rubles

_SUM: Final = re.compile(r"(?<!№ )(?<![\d.])(-?\d+)\.(\d\d)(?![\d.])")
"""A sum as files write it; neither a day nor the number of a document."""


def statement_refusal(
    code: str, detail: str | None, line: int | None, language: Language = "ru"
) -> str:
    """The reason, with the line of the file it concerns; sums in it are as people read them."""
    told = None if detail is None else _SUM.sub(lambda sum_: rubles(int(sum_[1] + sum_[2])), detail)
    refusal = translate(f"error.{code}", language, detail=told)
    if line is None:
        return refusal
    return translate("bank_statement.line", language, line=line, refusal=refusal)
