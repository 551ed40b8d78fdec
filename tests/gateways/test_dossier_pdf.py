"""The first paper of a dossier is a PDF/A that is the same bytes each time."""

from gateways.documents.dossier import dossier_pdf
from tests.domain.dossier.test_dossier import DOSSIER


def test_a_dossiers_first_paper_is_pdf_a_and_the_same_bytes_each_time() -> None:
    printed = dossier_pdf(DOSSIER)
    assert printed == dossier_pdf(DOSSIER)
    assert b"pdfaid" in printed
