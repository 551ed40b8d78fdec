"""The first paper of a dossier as PDF/A: what happened, which papers there are."""

from typing import Any

from domain.dossier.dossier import Dossier, paths_of
from gateways.documents.printing import Template, breakable
from texts import moment, rubles


def dossier_pdf(dossier: Dossier) -> bytes:
    """The PDF/A-2b of a dossier, dated by its last event; the same dossier gives the same bytes.

    Takes tens of milliseconds of one core, with hundreds of papers some seconds: call it outside
    the event loop.
    """
    return _DOSSIER.pdf(_shown(dossier), keep=False, kept_at=max(one.at for one in dossier.events))


def _shown(dossier: Dossier) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    paths = paths_of(dossier.papers)
    counted = dossier.calculation
    return {
        "title": breakable(dossier.title),
        "facts": [{"label": label, "value": breakable(value)} for label, value in dossier.facts],
        "events": [
            {
                "at": moment(one.at),
                "title": breakable(one.title),
                "by": breakable(one.by),
                "lines": breakable(one.text or "").split("\n") if one.text else [],
            }
            for one in sorted(dossier.events, key=lambda event: event.at)
        ],
        "papers": [
            {
                "path": breakable(path),
                "about": breakable(one.about),
                "by": breakable(one.by),
                "at": moment(one.at),
                "sha256": breakable(one.sha256),
            }
            for path, one in zip(paths, dossier.papers, strict=True)
        ],
        "total": None if counted is None else rubles(counted.total_kopecks),
        "lines": []
        if counted is None
        else [breakable(str(one.get("words", ""))) for one in counted.lines],
    }


_DOSSIER = Template("dossier.typ")
