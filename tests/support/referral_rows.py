"""A row of a referral file that is taken, changed cell by cell."""

import csv
import io
from datetime import date

from smf_desktop.services.referral.bytes import COLUMNS
from smf_desktop.services.referral.file import ReferralFile, read
from smf_desktop.services.referral.row import ReferralRow, Rules, StoreKind

_SKILLS = {
    "Insulin": "insulin",
    "Self-injection": "self_injection",
    "Catheter care": "catheter_care",
    "Catheter valve": "catheter_valve",
    "Wound": "wound",
    "Compression": "compression",
}
RULES = Rules(date(2026, 11, 17), "training", _SKILLS)
GOOD = {
    "nhs_number": "999 123 4136",
    "family_name": "O\u2019Brien",
    "given_name": "H\u00fcseyin",
    "title": "Mr",
    "date_of_birth": "25-Dec-1974",
    "sex": "m",
    "address": "129 Mill Lane, Derby",
    "postcode": "DE9 6WE",
    "phone": "01632 960704",
    "gp_practice_code": "C81528",
    "referral_received": "14/10/2026",
    "source": "gp",
    "referrer": "Dr M. Osei",
    "skill": "insulin|compression",
    "reason": "for teaching",
    "baseline_visits_per_month": "30",
    "notes": "",
}
OTHER = GOOD | {"nhs_number": "999 009 9480", "family_name": "Czerwinski", "given_name": "Brian"}


def csv_of(*rows: dict[str, str], separator: str = ",", columns: tuple[str, ...] = COLUMNS) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue()


def read_file(data: str | bytes, store_kind: StoreKind = "training") -> ReferralFile:
    content = data.encode() if isinstance(data, str) else data
    return read(content, today=RULES.today, store_kind=store_kind, skills=RULES.skills)


def taken(**changed: str) -> ReferralRow:
    (row,) = read_file(csv_of(GOOD | changed)).rows
    return row


SKILL_WORDS = (
    "Use one or several of insulin, self_injection, catheter_care, catheter_valve, wound, compression, with | between."
)
MISSING = "This cell is needed and is empty."
BASELINE = "Use a number of visits a month from 0 to 300."
