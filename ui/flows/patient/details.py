"""The form of what is known of a person: only the units that changed are saved, each on top of what was shown."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from smf_core.domain.nhs_number import check_for_store
from smf_core.domain.patient import ETHNIC_CATEGORIES, Name, Patient
from smf_core.domain.trouble import DomainError
from smf_desktop.presenters.identity import day, nhs, sex_label
from smf_desktop.services.people import OpenPerson, change_demographics, open_person
from smf_desktop.services.session import Session, StoreKind, Touched
from ui.flows.asking import Reader, Typed
from ui.flows.patient.forms import About, Forms
from ui.views.form_dialog import Ask


class Details:
    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def edit(self, about: About) -> None:
        job = partial(open_person, self._forms.desk.session, about.patient)
        self._forms.desk.lanes.read.run(job, done=partial(self._edit, about), failed=self._forms.desk.tell)

    def _edit(self, about: About, person: OpenPerson) -> None:
        session, known = self._forms.desk.session, person.patient
        dialog = self._forms.form("Edit details", _details(known), "Save details", about)

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            birth = fields.day("born", birth=True)
            family = fields.needed("family", "Enter the family name")
            given = fields.needed("given", "Enter the given name")
            check_number(fields, "nhs", session)
            fields.check()
            opted = fields.on("opted_out")
            units: dict[str, dict[str, object]] = {
                "name": {**asdict(Name(family, given, fields.text("title")))},
                "born": {"date_of_birth": birth.isoformat() if birth else ""},
                "sex": {"sex": fields.text("sex")},
                "nhs_number": {"nhs_number": fields.text("nhs")},
                "preferred_name": {"preferred_name": fields.text("preferred")},
                "address": {"address": typed["address"].strip(), "postcode": fields.text("postcode")},
                "phone": {"phone": fields.text("phone")},
                "access_note": {"access_note": fields.text("access")},
                "access_needs": {"access_needs": fields.text("needs")},
                "practice": {"gp_practice_code": fields.text("practice")},
                "gp": {"gp": fields.text("gp")},
                "ethnic_category": {"ethnic_category": fields.text("ethnic")},
                "language": {"language": fields.text("language"), "interpreter": fields.on("interpreter") or None},
            }
            if opted is not known.opted_out:
                units["opt_out"] = {"opted_out": opted, "on": session.today().isoformat()}
            return partial(change_demographics, session, person, units)

        self._forms.ask(about, "details", dialog, job, self._edited)

    def _edited(self, touched: Touched) -> None:
        self._forms.asker.did("Details saved" if touched else "Nothing was changed", touched)


def check_number(fields: Reader, key: str, session: Session) -> None:
    """Mark an NHS number that this store cannot take; none at all is no trouble."""
    if fields.text(key):
        try:
            check_for_store(fields.text(key), training=session.kind is StoreKind.TRAINING)
        except DomainError as wrong:
            fields.wrong(key, wrong)


def _details(known: Patient) -> tuple[Ask, ...]:
    sexes = tuple((sex.value, sex_label(sex)) for sex in type(known.sex))
    categories = tuple((code, f"{words} ({code})") for code, words in ETHNIC_CATEGORIES.items())
    return (
        Ask("family", "Family name", value=known.name.family, half=True),
        Ask("given", "Given name", value=known.name.given, half=True),
        Ask("title", "Title", value=known.name.title, optional=True, half=True),
        Ask("preferred", "Preferred name", value=known.preferred_name, optional=True, half=True),
        Ask("born", "Born", value=day(known.date_of_birth), half=True),
        Ask("sex", "Gender", "choice", known.sex.value, options=sexes, half=True),
        Ask("nhs", "NHS number", value=nhs(known.nhs_number) if known.nhs_number else "", optional=True, half=True),
        Ask("phone", "Phone", value=known.phone, optional=True, half=True),
        Ask("address", "Address", "text", known.address, optional=True),
        Ask("postcode", "Postcode", value=known.postcode, optional=True, half=True),
        Ask("access", "Access note", value=known.access_note, optional=True, half=True),
        Ask("practice", "Practice code", value=known.practice_code, optional=True, half=True),
        Ask("gp", "GP", value=known.gp, optional=True, half=True),
        Ask("language", "Language", value=known.language, optional=True, half=True),
        Ask("interpreter", "Interpreter needed", "check", "yes" if known.interpreter else "", half=True),
        Ask("ethnic", "Ethnic category", "choice", known.ethnic_category, optional=True, options=categories),
        Ask(
            "needs",
            "Access and format needs",
            value=known.access_needs,
            hint="Large print, easy read, hearing loop",
            optional=True,
        ),
        Ask("opted_out", "Opted out of use for research and planning", "check", "yes" if known.opted_out else ""),
    )
