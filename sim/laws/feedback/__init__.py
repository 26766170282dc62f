"""Feedback laws, one per file: how something depends on capability c, in OOM.

These decide how each model generation speeds up the work on the next. To add one, write
a file that defines its function of c and a `LAW`, and export it here in one line.
"""

from ..registry import FeedbackLaw, Registry
from .constant import LAW as constant
from .logistic import LAW as logistic
from .power import LAW as power
from .saturating import LAW as saturating
from .table import LAW as table
from .threshold import LAW as threshold

__all__ = [
    "FEEDBACK_LAWS",
    "constant",
    "logistic",
    "power",
    "saturating",
    "table",
    "threshold",
]

FEEDBACK_LAWS: Registry[FeedbackLaw] = Registry(
    "feedback law", [entry for entry in list(globals().values()) if isinstance(entry, FeedbackLaw)]
)
