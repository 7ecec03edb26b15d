"""Bugs that others shipped, planted one at a time: what the code says, what it would say, and the test that tells.

Each has to fail its test. A mutant that lives means that the test is broken, not the code.
"""

from dataclasses import dataclass

SESSION, EXCHANGING = "smf_desktop/sync/session.py", "smf_desktop/store/exchanging.py"
RECEIPTS, REVIEWING = "smf_desktop/store/receipts.py", "smf_desktop/store/reviewing.py"
STEPS = "smf_desktop/sync/steps.py"
FEEDS, SCOPING = "smf_desktop/store/feeds.py", "smf_desktop/store/scoping.py"
INGEST, JUDGING, PULLING = "smf_hub/service/ingest.py", "smf_hub/service/judging.py", "smf_hub/service/pulling.py"
EXCHANGE, CUTS, RESTORES = "test_exchange.py", "test_cuts.py", "test_restores.py"
SCOPES, DIGESTS, APART = "test_scopes.py", "test_digests.py", "test_apart.py"
WHO_MAY, GIVEN_BACK_HUB = "hub/test_who_may.py", "hub/test_restored.py"
RESTORED, HUB_FEEDS = "smf_hub/service/restored.py", "smf_hub/store/feeds.py"
UNDER_WAY = "sync/simulator/test_under_way.py"
ANYTHING_MEANWHILE = "test_whatever_happens_while_requests_are_under_way_nothing_is_lost_or_doubled"


@dataclass(frozen=True)
class Mutant:
    """`test` is a test's file (beside this folder, or from the tests on) and its name."""

    name: str
    file: str
    old: str
    new: str
    test: str


def _mutant(name: str, file: str, old: str, new: str, where: str, test: str) -> Mutant:
    folder = "tests" if "/" in where else "tests/sync"
    return Mutant(name, file, old, new, f"{folder}/{where}::{test}")


MUTANTS = (
    _mutant(
        "a witness is the cursor alone",
        FEEDS,
        "witnesses=tuple(seen.get(name, ())))",
        "witnesses=())",
        RESTORES,
        "test_reg_B16_a_receipt_is_a_witness_though_nothing_was_pulled_after_it",
    ),
    _mutant(
        "the hub looks at no witness",
        PULLING,
        "None if strange is None else max(below, key=lambda mark: mark.seq, default=START)",
        "None",
        RESTORES,
        "test_reg_B16_F66_a_hub_from_a_backup_gets_everything_back",
    ),
    _mutant(
        "a hub that was rolled back is not noticed",
        SESSION,
        "            lost |= welcome.behind\n",
        "            lost = {}\n",
        RESTORES,
        "test_reg_B16_F66_a_hub_from_a_backup_gets_everything_back",
    ),
    _mutant(
        "nothing is known by its id",
        INGEST,
        "    if not known:\n        return None\n",
        "    if known is not None:\n        return None\n",
        "hub/test_ingest.py",
        "test_reg_B29_work_sent_again_changes_no_place_in_a_feed[sqlite]",
    ),
    _mutant(
        "what was sent is known by its number alone",
        INGEST,
        "            before = stands(each, known)\n",
        "            before = stands(each, known)\n"
        "            if chain and not before and said.from_seq + at <= chain.end.seq:\n"
        '                before = feeds.Place("service", 1, b"")\n',
        "hub/test_ingest.py",
        "test_F64_a_restored_laptop_that_wrote_on_before_it_synced_loses_nothing[sqlite]",
    ),
    _mutant(
        "duplicates are never looked for",
        INGEST,
        "known = feeds.places(connection, ids(sent)) if look or chain is None or not chain.continues else {}",
        "known = {}",
        "hub/test_ingest.py",
        "test_reg_B32_a_lost_reply_then_the_rest_is_taken_once[sqlite]",
    ),
    _mutant(
        "sent is what was tried",
        SESSION,
        "            pushed = yield from self._once(answer)\n",
        "            with self.store._work() as work:\n"
        '                work.connection.exec_driver_sql("DELETE FROM outbox")\n'
        "            pushed = yield from self._once(answer)\n",
        CUTS,
        "test_what_gets_nowhere_stops_and_the_outbox_is_as_it_was",
    ),
    _mutant(
        "the cursor is saved before the rows",
        EXCHANGING,
        "                    done += incoming.take_in(connection, page.feed, numbered, self._clock.now())\n",
        "                    feeds.move(connection, page.feed, marks[last])\n"
        '                    connection.exec_driver_sql("COMMIT")\n'
        '                    connection.exec_driver_sql("BEGIN IMMEDIATE")\n'
        "                    done += incoming.take_in(connection, page.feed, numbered, self._clock.now())\n",
        CUTS,
        "test_reg_B05_F02_a_page_and_its_cursor_are_one",
    ),
    _mutant(
        "the last to write wins",
        "smf_core/operations/fold.py",
        "settled=all(op.payload == ordered[0].payload for op in ordered) or _all_ended(unit, ordered),",
        "settled=True,",
        APART,
        "test_F53_a_week_apart_both_values_stand",
    ),
    _mutant(
        "an ending counts more than an amendment",
        "smf_core/operations/fold.py",
        'ordered.sort(key=lambda op: bool(op.payload.get("ended")))',
        'ordered.sort(key=lambda op: not op.payload.get("ended"))',
        APART,
        "test_F56_an_allergy_ended_here_and_amended_there_stays",
    ),
    _mutant(
        "what was built on is not asked",
        "smf_core/operations/fold.py",
        "standing = [op for op in ops if op.ref not in replaced] or list(ops)",
        "standing = [max(ops, key=lambda op: op.order)]",
        APART,
        "test_reg_B08_what_was_built_on_decides_and_no_clock",
    ),
    _mutant(
        "a digest by exclusive or",
        "smf_core/operations/digest.py",
        "(sum(numbers) % _WRAP)",
        "__import__('functools').reduce(lambda one, other: one ^ other, numbers, 0)",
        DIGESTS,
        "test_a_bucket_is_reckoned_from_the_rows_and_shows_what_is_held_twice",
    ),
    _mutant(
        "a digest of what the hub said is here",
        FEEDS,
        "FROM placed {by} JOIN change_set USING (cs_id)\n    JOIN scope_person",
        "FROM placed {by} JOIN (SELECT cs_id, cs_hash, NULL AS head, NULL AS body FROM placed) AS change_set"
        " USING (cs_id)\n    JOIN scope_person",
        DIGESTS,
        "test_reg_B15_what_went_missing_here_is_found_by_our_own_count_and_fetched",
    ),
    _mutant(
        "a difference is passed over",
        SESSION,
        "            if not verified.months:\n",
        "            if True:\n",
        DIGESTS,
        "test_reg_B15_what_went_missing_here_is_found_by_our_own_count_and_fetched",
    ),
    _mutant(
        "what the hub lacks is not offered",
        SCOPING,
        "rest = [(cs_id, seq, bytes(hash_)) for cs_id, seq, hash_ in rows if cs_id not in theirs]",
        "rest = list[tuple[str, int, bytes]]()",
        DIGESTS,
        "test_what_went_missing_at_the_hub_is_offered",
    ),
    _mutant(
        "months are compared only as they are touched",
        SESSION,
        "whole = of in self.whole or not here.complete or self.store.is_whole_due(of) or self.store.differed() > 0",
        "whole = not here.complete",
        DIGESTS,
        "test_once_a_week_everything_is_compared",
    ),
    _mutant(
        "who may is judged by what they are now",
        "smf_core/policy/sending.py",
        "return min(max(care if in_time else written, since_ms), hub_ms), suspect",
        "return hub_ms, suspect",
        "hub/test_ingest.py",
        "test_F88_a_nurse_who_changes_teams_at_noon_keeps_the_morning[sqlite]",
    ),
    _mutant(
        "whose patient it is, the sender says",
        JUDGING,
        "        whose = self._team_of(patient, moment) if patient else None\n",
        "        whose = home if patient else None\n",
        "hub/test_ingest.py",
        "test_F71_work_about_another_teams_patient_waits_for_a_lead[sqlite]",
    ),
    _mutant(
        "work from any laptop is taken",
        JUDGING,
        "if author is not None and self.caller.device not in author.devices:",
        "if False:",
        "hub/test_ingest.py",
        "test_F71_an_author_who_does_not_use_this_laptop_waits_for_a_lead[sqlite]",
    ),
    _mutant(
        "one may write in another's replica",
        INGEST,
        "    if chain is not None and chain.borrowed:\n",
        "    if False:\n",
        "hub/test_ingest.py",
        "test_F71_a_borrowed_replica_is_set_aside_and_alarms[sqlite]",
    ),
    _mutant(
        "a revoked laptop's work is accepted",
        JUDGING,
        "        if self.caller.revoked:\n",
        "        if False:\n",
        "hub/test_ingest.py",
        "test_F27_a_revoked_laptops_work_waits_for_a_lead_and_it_is_given_nothing[sqlite]",
    ),
    _mutant(
        "what cannot be read stops the queue",
        JUDGING,
        "        return Sent(change_set, None)\n",
        "        raise\n",
        "hub/test_ingest.py",
        "test_reg_B35_what_cannot_be_read_waits_with_its_bytes_and_the_queue_moves_on[sqlite]",
    ),
    _mutant(
        "what waits for a lead goes on counting",
        REVIEWING,
        "    changed = writing.set_aside(connection, [each.head.cs_id for each, _ in held])\n",
        "    changed = writing.Changed()\n",
        SCOPES,
        "test_reg_B22_what_waits_for_a_lead_counts_nowhere_until_it_is_adopted",
    ),
    _mutant(
        "what a lead adopted stays out",
        REVIEWING,
        "    if not adopted:\n        return frozenset()\n",
        "    if adopted or not adopted:\n        return frozenset()\n",
        SCOPES,
        "test_reg_B22_what_waits_for_a_lead_counts_nowhere_until_it_is_adopted",
    ),
    _mutant(
        "somebody is purged with a note half written",
        SCOPING,
        "    if drafted or feeds.is_unsent_about(connection, patient):\n",
        "    if feeds.is_unsent_about(connection, patient):\n",
        SCOPES,
        "test_a_draft_about_somebody_keeps_them",
    ),
    _mutant(
        "somebody is purged with work unsent",
        SCOPING,
        "    if drafted or feeds.is_unsent_about(connection, patient):\n",
        "    if drafted:\n",
        SCOPES,
        "test_nobody_is_put_away_of_whom_something_was_saved_while_the_exchange_ran",
    ),
    _mutant(
        "a purge on a half-filled store",
        SCOPING,
        "    AND EXISTS (SELECT 1 FROM joined_hub WHERE complete_at IS NOT NULL) ORDER BY",
        "    ORDER BY",
        SCOPES,
        "test_reg_B23_nothing_is_put_away_before_the_first_exchange_is_complete",
    ),
    _mutant(
        "payloads stay for ever",
        SCOPING,
        "    if left is not None and now - datetime.fromisoformat(left) >= KEPT:\n",
        "    if False:\n",
        SCOPES,
        "test_who_left_is_neither_shown_nor_found_and_payloads_go_after_35_days",
    ),
    _mutant(
        "all go on one word",
        SCOPING,
        "doubted = len(left) + len(passed) > most and row.doubted != said.scope",
        "doubted = False",
        SCOPES,
        "test_most_people_do_not_leave_on_one_word",
    ),
    _mutant(
        "who is new is taken as gone",
        SCOPING,
        "left = [who for who in missing if _above(connection, of, who) <= said.seq]",
        "left = missing",
        SCOPES,
        "test_a_list_that_is_older_than_somebody_does_not_send_them_away",
    ),
    _mutant(
        "who comes back brings nothing",
        SESSION,
        "            yield from self._backfill(of, patient)\n            self.store.entered",
        "            self.store.entered",
        SCOPES,
        "test_reg_B27_who_comes_back_brings_all_of_it_once_and_then_nothing_moves",
    ),
    _mutant(
        "a restored laptop goes on under its old name",
        SESSION,
        "        return self.store.own_chain(each.replica, seen.seq) != seen.chain\n",
        "        return False\n",
        RESTORES,
        "test_F64_a_restored_laptop_with_nothing_to_send_writes_as_somebody_new_at_once",
    ),
    _mutant(
        "numbers used twice are not noticed",
        SESSION,
        "            if pushed.clash and own.current and not clash:\n",
        "            if False:\n",
        RESTORES,
        "test_reg_B20_F65_who_is_told_of_a_clash_writes_under_a_new_name_from_that_moment",
    ),
    _mutant(
        "others' work is not given back to a restored hub",
        FEEDS,
        "[(cs_id, None if own else of, replica, seq) for cs_id, _, own, replica, seq in above]",
        "[(cs_id, None, replica, seq) for cs_id, _, own, replica, seq in above if own]",
        RESTORES,
        "test_F66_what_only_others_hold_goes_back_to_the_hub",
    ),
    _mutant(
        "a cursor above the head is level",
        SESSION,
        "            if end.common is None and of in here.feeds and end.head < here.feeds[of].cursor.seq:\n",
        "            if False:\n",
        RESTORES,
        "test_reg_B10_a_feed_that_shrank_or_emptied_deletes_nothing",
    ),
    _mutant(
        "any page is applied",
        EXCHANGING,
        "        if page.first != at.seq + 1 or marks[-1] != end or page.head < page.last:\n",
        "        if False:\n",
        CUTS,
        "test_reg_B06_a_page_with_something_missing_is_dropped_whole",
    ),
    _mutant(
        "a receipt is believed",
        RECEIPTS,
        "        if each.first < 1 or len(part) != each.last - each.first + 1 or chain != each.chain_after:\n",
        "        if False:\n",
        EXCHANGE,
        "test_reg_B33_nothing_leaves_the_outbox_but_by_a_receipt_whose_chain_is_ours",
    ),
    _mutant(
        "success after a failure",
        STEPS,
        "return self.trouble is None and not self.pending and self.digest_equal",
        "return True",
        CUTS,
        "test_reg_B25_no_exchange_that_failed_anywhere_says_all_is_sent",
    ),
    _mutant(
        "a stamp of years ahead drags ours along",
        "smf_core/operations/clock.py",
        "bounded = Stamp(limit, 0) if suspect else theirs",
        "bounded = theirs",
        EXCHANGE,
        "test_reg_B11_B13_a_clock_that_is_wrong_by_years_stops_nothing",
    ),
    _mutant(
        "what runs while another is asked for is enough",
        "smf_desktop/sync/timing.py",
        "        if self.running:\n            self._again = True\n        else:\n",
        "        if not self.running:\n",
        "test_timing.py",
        "test_reg_B45_requests_during_an_exchange_make_exactly_one_more",
    ),
    _mutant(
        "what a restored laptop read is audited twice",
        "smf_desktop/store/audit.py",
        "    entity_id = str(UUID(bytes=sha256(repr(noted).encode()).digest()[:16]))\n",
        "    entity_id = str(UUID(bytes=__import__('os').urandom(16)))\n",
        "store/test_audit_and_drafts.py",
        "test_F64_what_a_restored_store_gathers_again_counts_once",
    ),
    _mutant(
        "what was sent where nothing is followed is forgotten",
        SESSION,
        "            lost |= welcome.behind\n",
        "",
        "test_strays.py",
        "test_F65_F66_what_a_copied_laptop_sent_where_it_does_not_follow_comes_back",
    ),
    _mutant(
        "work under an old name is not sent again",
        FEEDS,
        "    connection.exec_driver_sql(_STRAYED)\n",
        "",
        "test_strays.py",
        "test_F65_F66_what_a_copied_laptop_was_told_twice_of_has_no_witness_and_comes_back",
    ),
    _mutant(
        "who has left is told all the same",
        "smf_hub/service/scope.py",
        "gone | left, away,",
        "gone, away,",
        "test_strays.py",
        "test_who_had_left_before_a_laptop_heard_of_them_is_not_shown",
    ),
    _mutant(
        "a chain that closes is proof without the hub's word",
        RESTORED,
        "return fits and end == said.chain_after and is_signed(",
        "return fits and end == said.chain_after or is_signed(",
        GIVEN_BACK_HUB,
        "test_F71_the_word_of_another_hub_is_none[sqlite]",
    ),
    _mutant(
        "a receipt for what waits proves that it was accepted",
        RESTORED,
        "if not is_shared(said.feed) or any(",
        "if any(",
        GIVEN_BACK_HUB,
        "test_F71_what_waited_for_a_lead_was_not_accepted[sqlite]",
    ),
    _mutant(
        "what is proven is judged again",
        RESTORED,
        "    return judge.accepted_once(each, each.head, feed, sender.team)\n",
        "    return judge.judge(each) if sender else judge.judge(each)\n",
        GIVEN_BACK_HUB,
        "test_F66_a_stretch_comes_back_number_by_number_whoever_shows_it[sqlite]",
    ),
    _mutant(
        "a transfer that comes back counts from the last that was heard",
        JUDGING,
        '        at = next((of for begun, of in reversed(known) if begun <= since), "")\n',
        "        since = max([since, *(begun + 1 for begun, _ in known)])\n"
        '        at = next((of for begun, of in reversed(known) if begun <= since), "")\n',
        GIVEN_BACK_HUB,
        "test_F66_a_transfer_counts_from_when_it_was_whichever_team_comes_first[sqlite]",
    ),
    _mutant(
        "only what came here is kept as passed",
        EXCHANGING,
        "                    hashes = [each.hash for each in entries]\n",
        "                    hashes = [each.hash for each in entries if isinstance(each, ChangeSet)]\n",
        "test_given_back.py",
        "test_F66_a_hash_is_kept_of_what_never_came_here",
    ),
    _mutant(
        "a stretch that is not taken is shown for ever",
        SESSION,
        "                if error.why not in _UNPROVEN:\n                    raise\n",
        "                if error.why:\n                    raise\n",
        "test_given_back.py",
        "test_F66_where_the_hub_does_not_take_its_own_word_nothing_is_lost",
    ),
    _mutant(
        "a record is reached under another's name",
        JUDGING,
        "self.beforehand.elsewhere(items, head.patient_id)",
        "{}",
        WHO_MAY,
        "test_F71_a_record_of_another_teams_patient_is_not_reached_by_naming_ones_own[sqlite-folded]",
    ),
    _mutant(
        "a lead adopts what nobody let them write",
        "smf_hub/service/reviewing.py",
        "if state == ADOPTED and judge.refuses_to(each.author, led, held.change_set.items):",
        "if state == ADOPTED and led is None:",
        WHO_MAY,
        "test_nobody_adopts_what_they_might_not_have_written_themselves[sqlite]",
    ),
    _mutant(
        "a laptop names its own lead",
        "smf_hub/service/greeting.py",
        "(managed or each.role in _PEERS)",
        "(managed or each.role)",
        WHO_MAY,
        "test_F71_no_laptop_makes_itself_a_leads_by_naming_one[sqlite]",
    ),
    _mutant(
        "records ahead of a restored hub are believed",
        "smf_hub/service/projecting.py",
        "anew = not projected.is_of_this_hub(hub, places)",
        "anew = False",
        "test_after_restores.py",
        "test_F66_records_that_were_ahead_of_a_restored_hub_follow_it_again",
    ),
    _mutant(
        "what comes of somebody who was put away stays",
        FEEDS,
        "run(connection, _STAYS, [(encode(people).decode(),)])",
        "pass",
        SCOPES,
        "test_what_is_held_for_a_lead_of_somebody_whose_payloads_have_gone_goes_after_them",
    ),
    _mutant(
        "an answer that was lost bears no witness",
        RECEIPTS,
        "feeds.bear_witness(connection, of, (at,) if at.chain else ())",
        "pass",
        RESTORES,
        "test_reg_B16_a_receipt_is_a_witness_though_nothing_was_pulled_after_it[True]",
    ),
    _mutant(
        "what stands already waits for a lead",
        HUB_FEEDS,
        "_is_any(connection, _ACCEPTED, held)",
        "_is_any(connection, _ACCEPTED, ())",
        "test_given_back.py",
        "test_F66_what_another_laptop_gave_back_does_not_wait_when_its_own_laptop_pushes_it",
    ),
    _mutant(
        "what waits for a lead is accepted besides",
        HUB_FEEDS,
        "_is_any(connection, _NOT_ADOPTED, kept)",
        "_is_any(connection, _NOT_ADOPTED, ())",
        "hub/test_ingest.py",
        "test_F70_what_cannot_be_pushed_in_order_is_offered_and_judged_as_if_it_were[sqlite]",
    ),
    _mutant(
        "rounds are counted, not only those that got nowhere",
        SESSION,
        "stuck = 0 if self.moved > moved else stuck + 1",
        "stuck += 1",
        CUTS,
        "test_reg_B14_a_long_history_in_small_pieces_is_finished_however_often_it_is_begun_anew",
    ),
    _mutant(
        "a receipt passes over what others sent before it",
        RECEIPTS,
        "if feeds.mark_of(connection, run_.feed) == Mark(seq=run_.first - 1, chain=run_.chain_before):",
        "if feeds.mark_of(connection, run_.feed).seq < run_.first:",
        UNDER_WAY,
        ANYTHING_MEANWHILE,
    ),
)
