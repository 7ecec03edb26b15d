"""Records that have to be here: read, or the trouble that says what is not."""

from smf_core.domain.pathway import Episode
from smf_core.domain.patient import Patient
from smf_core.domain.referral import Referral
from smf_core.domain.teaching_trouble import UnknownEpisode, UnknownPatient, UnknownReferral
from smf_core.records import Connection
from smf_core.records.queries.episodes import episode
from smf_core.records.queries.patients import patient
from smf_core.records.queries.referrals import referral


def known_patient(connection: Connection, patient_id: str) -> Patient:
    found = patient(connection, patient_id)
    if found is None:
        raise UnknownPatient
    return found


def known_episode(connection: Connection, episode_id: str) -> Episode:
    found = episode(connection, episode_id)
    if found is None:
        raise UnknownEpisode
    return found


def known_referral(connection: Connection, referral_id: str) -> Referral:
    found = referral(connection, referral_id)
    if found is None:
        raise UnknownReferral
    return found
