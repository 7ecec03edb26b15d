"""Letters as tagged PDF."""

import msgspec

from smf_core.domain.letter import TEMPLATE, LetterContent
from smf_desktop.reports.typesetting import tagged_pdf


def letter_pdf(content: LetterContent, *, large: bool = False, template: str = TEMPLATE) -> bytes:
    """One letter as PDF/UA-1. `large` is 18 pt print."""
    inputs = {"letter": msgspec.json.encode(content).decode(), "large": "yes" if large else "no"}
    return tagged_pdf(template, inputs)
