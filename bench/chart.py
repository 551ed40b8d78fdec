"""The chart: processor time of one case by process, a bar a kind."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.kinds import Kind
from bench.rounds import Batch
from bench.run import API, POSTGRES, TEMPORAL, WORKER, Results

COLOURS = {TEMPORAL: "#4c6a92", WORKER: "#d18f3c", API: "#7a9e59", POSTGRES: "#9d6a86"}
SIZE_INCHES = (8.0, 3.0)
LABEL_FROM_MS = 6.0
"""A piece that is narrower carries no figure."""


def draw(results: Results, file: Path) -> None:
    """Writes the chart as SVG; equal results are equal bytes."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "kopeyka", "font.size": 10}):
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        axes = figure.add_subplot()
        kinds = list(reversed(Kind))
        ends = [0.0] * len(kinds)
        for process, colour in COLOURS.items():
            widths = [_ms(results, kind, process) for kind in kinds]
            bars = axes.barh(kinds, widths, left=ends, color=colour, label=process)
            labels = [f"{width:.0f}" if width >= LABEL_FROM_MS else "" for width in widths]
            axes.bar_label(bars, labels, label_type="center", color="white")
            ends = [end + width for end, width in zip(ends, widths, strict=True)]
        axes.set_xlabel("CPU, ms a case")
        axes.set_title("Processor time of one case by process", loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(ncols=len(COLOURS), frameon=False, loc="upper right")
        figure.savefig(file, format="svg", metadata={"Date": None})


def _ms(results: Results, kind: Kind, process: str) -> float:
    def spent(batch: Batch) -> float:
        return batch.ms_each(process)

    return results.measured.median(kind, spent)
