"""Bugs in what is rare in a week, found in the simulator alone or there as well."""

from tests.sync.mutants.mutant import mutant as _mutant

TWICE = "smf_core/records/queries/twice.py"
TWO_NURSES = "test_two_nurses_at_one_visit_are_asked_about_and_neither_is_lost"
RARE_THINGS = "sync/simulator/test_rare_things.py"

RARE = (
    _mutant(
        "who asks for somebody takes them from whoever asked before",
        "smf_hub/store/opened.py",
        "delete(opened).where(opened.c.device == device, opened.c.patient == patient)",
        "delete(opened).where(opened.c.patient == patient)",
        RARE_THINGS,
        "test_who_is_asked_for_is_there_for_72_hours_on_each_laptop_that_asked",
    ),
    _mutant(
        "a wiped laptop says that it had nothing left to send",
        "smf_desktop/compose/obeying.py",
        "        unsent=marker.unsent,\n",
        "",
        RARE_THINGS,
        "test_what_a_laptop_that_was_wiped_had_not_sent_is_named",
    ),
    _mutant(
        "two records of one visit that were each struck for the other are asked about no more",
        TWICE,
        "or (all(reasons) and STRUCK_AS_TWICE in reasons)",
        "or False",
        RARE_THINGS,
        TWO_NURSES,
    ),
    _mutant(
        "that a visit had not gone ahead is forgotten beside a signature",
        "smf_core/records/signatures.py",
        "    if missed:\n        saves",
        "    if missed and not found:\n        saves",
        RARE_THINGS,
        TWO_NURSES,
    ),
)
