"""The first paper of a dossier is a PDF/A that is the same bytes each time."""

from dataclasses import replace

from gateways.documents.dossier import dossier_pdf
from tests.domain.dossier.test_dossier import DOSSIER


def test_a_dossiers_first_paper_is_pdf_a_and_the_same_bytes_each_time() -> None:
    printed = dossier_pdf(DOSSIER)
    assert printed == dossier_pdf(DOSSIER)
    assert b"pdfaid" in printed


def test_what_was_not_checked_by_a_lawyer_changes_the_paper() -> None:
    counted = DOSSIER.calculation
    assert counted is not None
    assert not counted.is_checked
    checked = replace(DOSSIER, calculation=replace(counted, is_checked=True))
    assert dossier_pdf(checked) != dossier_pdf(DOSSIER)
