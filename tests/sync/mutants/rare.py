"""Bugs in what is rare in a week, found in the simulator alone or there as well."""

from tests.sync.mutants.mutant import mutant as _mutant

TWICE = "smf_core/records/queries/twice.py"
TWO_NURSES = "test_two_nurses_at_one_visit_are_asked_about_and_neither_is_lost"
AFTER_RESTORES = "test_after_restores.py"
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
        "who was shut out is not told that the hub lacks something",
        "smf_hub/service/laptop.py",
        "if mark is not None and feed not in follow}",
        "if mark is not None and feed not in follow and follow}",
        AFTER_RESTORES,
        "test_F27_F65_F66_what_it_wrote_under_numbers_that_its_copy_had_used_is_handed_in_again",
    ),
    _mutant(
        "who was shut out gives nothing back",
        "smf_desktop/sync/session.py",
        "        if here.unsent and (yield from self._give_back()):\n",
        "        if welcome.feeds and here.unsent and (yield from self._give_back()):\n",
        AFTER_RESTORES,
        "test_F66_a_laptop_that_was_shut_out_gives_back_what_colleagues_wrote_and_nobody_else_has",
    ),
    _mutant(
        "a wipe takes what is opened before what it opens with",
        "smf_desktop/security/wiping.py",
        '    for name in (CURRENT, PREVIOUS, f"{CURRENT}.new", f"{PREVIOUS}.new"):\n',
        '    for each in sorted(directory.glob("records*")):\n        each.unlink()\n'
        '    for name in (CURRENT, PREVIOUS, f"{CURRENT}.new", f"{PREVIOUS}.new"):\n',
        RARE_THINGS,
        "test_a_store_is_destroyed_however_often_the_power_goes",
    ),
    _mutant(
        "a destroyed store shows a hub that has forgotten its laptop nothing",
        "smf_desktop/compose/obeying.py",
        "        certificate=marker.certificate,\n",
        "",
        RARE_THINGS,
        "test_that_a_store_was_destroyed_is_told_also_to_a_hub_that_has_forgotten_its_laptop",
    ),
    _mutant(
        "what arrives for a record that was merged stays in it",
        "smf_core/records/writing.py",
        "        if people:\n            made = {table: rows_of",
        "        if people and earlier.get((entity, entity_id)):\n            made = {table: rows_of",
        RARE_THINGS,
        "test_who_was_referred_twice_is_one_person_whatever_others_write_in_the_record_that_goes",
    ),
    _mutant(
        "what is changed of a record that was merged stays behind when it goes back",
        "smf_core/records/placing.py",
        "            person = whose if people.get(whose, whose) == stands else stands\n",
        "",
        "services/test_merging.py",
        "test_what_was_changed_while_they_were_merged_goes_back_with_the_record_it_is_of",
    ),
    _mutant(
        "of a laptop that was destroyed nothing more is heard, though there were two of it",
        "smf_hub/service/greeting.py",
        "    elif said.done:",
        "    elif False:",
        "hub/test_greeting.py",
        "test_F29_F65_what_is_lost_with_a_copy_of_a_laptop_that_was_destroyed_before_is_told_too",
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
    _mutant(
        "a record that nothing gives its own any more keeps itself",
        "smf_core/records/placing.py",
        "if entity == visit.name and ops else",
        "if entity == visit.name else",
        "features/test_recorded_twice.py",
        "test_F60_what_told_two_signatures_apart_and_is_taken_back_leaves_one_visit[0]",
    ),
)
