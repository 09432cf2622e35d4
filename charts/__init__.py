"""Pure functions: numbers in, accessible SVG out. Pages and PDFs share them.

Every picture carries its title and description, has no ids (any number of them fit on one page),
takes its colours from classes of the stylesheet and, where no stylesheet reaches (PDF), from
presentation attributes. The same input gives the same bytes.
"""

from charts.bars import (
    Bar,
    BinShares,
    FunctionProgress,
    bar_list,
    histogram_pair,
    progress_by_function,
)
from charts.curves import ReliabilityBin, TrendPoint, reliability_curve, trend_line
from charts.intervals import IntervalRow, interval_plot
from charts.lanes import Stay, stay_lanes
from charts.layers import Edge, Node, layered_graph
from charts.moments import Happening, moment_line
from charts.outcomes import Told, outcome_lanes
from charts.scales import Limit

__all__ = [
    "Bar",
    "BinShares",
    "Edge",
    "FunctionProgress",
    "Happening",
    "IntervalRow",
    "Limit",
    "Node",
    "ReliabilityBin",
    "Stay",
    "Told",
    "TrendPoint",
    "bar_list",
    "histogram_pair",
    "interval_plot",
    "layered_graph",
    "moment_line",
    "outcome_lanes",
    "progress_by_function",
    "reliability_curve",
    "stay_lanes",
    "trend_line",
]
