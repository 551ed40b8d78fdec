"""Why a bank statement file was refused, in words."""

from texts.catalogue import Language, translate


def statement_refusal(
    code: str, detail: str | None, line: int | None, language: Language = "ru"
) -> str:
    """The reason, with the line of the file it concerns."""
    refusal = translate(f"error.{code}", language, detail=detail)
    if line is None:
        return refusal
    return translate("bank_statement.line", language, line=line, refusal=refusal)
