"""What the pages call the fields of the RFM grid: the common names, with clients for customers."""

from __future__ import annotations

from accord.core.texts import gettext_lazy
from accord.engines.customers.rfm import Segment

RFM_NAMES = {
    Segment.CHAMPIONS: gettext_lazy("Champions"),
    Segment.LOYAL: gettext_lazy("Loyal clients"),
    Segment.POTENTIAL_LOYALISTS: gettext_lazy("Potential loyalists"),
    Segment.NEW: gettext_lazy("New clients"),
    Segment.PROMISING: gettext_lazy("Promising"),
    Segment.NEED_ATTENTION: gettext_lazy("Need attention"),
    Segment.ABOUT_TO_SLEEP: gettext_lazy("About to sleep"),
    Segment.CANNOT_LOSE: gettext_lazy("Can’t lose them"),
    Segment.AT_RISK: gettext_lazy("At risk"),
    Segment.HIBERNATING: gettext_lazy("Hibernating"),
}
