"""The checklist on paper: for a kitchen table without a laptop, blank or with the last ratings beside."""

import msgspec

from smf_desktop.presenters.visit.paper_sheet import SheetContent
from smf_desktop.reports.typesetting import tagged_pdf

TEMPLATE = "sheet-1"


def sheet_pdf(content: SheetContent) -> bytes:
    """One skill's sheet as PDF/UA-1, on A4."""
    return tagged_pdf(TEMPLATE, {"sheet": msgspec.json.encode(content).decode()})
