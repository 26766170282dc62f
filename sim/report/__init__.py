"""Reports: what a run, an ensemble, a comparison or a study says, as a page and as a sentence.

The page is self-contained: it needs no network, and its charts need no more than a browser. The
same folder gives the same page, byte for byte.
"""

from sim.report.comparison import html as comparison_html
from sim.report.comparison import write as write_comparison
from sim.report.page import html, write
from sim.report.study import html as study_html
from sim.report.study import write as write_study

__all__ = [
    "comparison_html", "html", "study_html", "write", "write_comparison", "write_study",
]
