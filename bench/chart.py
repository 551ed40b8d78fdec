"""The chart: processor time of one case by process, and how fast statements are imported."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.batches import Batch
from bench.imports import SIZES, Imports
from bench.run import API, POSTGRES, TEMPORAL, WORKER, Results
from bench.statement_import import Way
from bench.workloads import Kind

COLOURS = {TEMPORAL: "#4c6a92", WORKER: "#d18f3c", API: "#7a9e59", POSTGRES: "#9d6a86"}
WAY_COLOURS = {Way.OURS: "#4c6a92", Way.BARE: "#b8b8b8"}
SIZE_INCHES = (8.0, 4.8)
HEIGHTS = (3, 2)
LABEL_FROM_MS = 12.0
"""A piece that is narrower carries no figure."""
BAR_HEIGHT = 0.38


def draw(results: Results, imports: Imports, file: Path) -> None:
    """Writes the chart as SVG; equal results are equal bytes."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "kopeyka", "font.size": 10}):
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        above, below = figure.subplots(2, height_ratios=HEIGHTS)
        _draw_cases(above, results)
        _draw_imports(below, imports)
        figure.savefig(file, format="svg", metadata={"Date": None})


def _draw_cases(axes: Axes, results: Results) -> None:
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
    _finish(axes, len(COLOURS))


def _draw_imports(axes: Axes, imports: Imports) -> None:
    sizes = list(reversed(SIZES))
    places = range(len(sizes))
    for shift, (way, colour) in zip((BAR_HEIGHT, 0.0), WAY_COLOURS.items(), strict=True):
        widths = [imports.per_second(size, way) for size in sizes]
        bars = axes.barh(
            [place + shift for place in places], widths, BAR_HEIGHT, color=colour, label=way
        )
        axes.bar_label(bars, [f"{width:,.0f}" for width in widths], padding=3)
    axes.set_yticks([place + BAR_HEIGHT / 2 for place in places])
    axes.set_yticklabels([f"{size:,} entries" for size in sizes])
    axes.set_xlabel("entries a second")
    axes.set_title("A bank statement's import, ours and a bare one", loc="left")
    _finish(axes, len(WAY_COLOURS))


def _finish(axes: Axes, columns: int) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.12)
    axes.legend(ncols=columns, frameon=False, loc="upper right")


def _ms(results: Results, kind: Kind, process: str) -> float:
    def spent(batch: Batch) -> float:
        return batch.ms_each(process)

    return results.measured.median(kind, spent)
