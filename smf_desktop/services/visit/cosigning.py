"""Co-signing: a second registered nurse reads a signed visit and puts their name to it. It is not carrying it out."""

from typing import Any

from smf_core.domain.teaching_trouble import AlreadyCosigned, OwnSignature, UnknownVisit
from smf_core.domain.visit import Visit
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.placing import standing_operations
from smf_core.records.queries.users import users
from smf_core.records.queries.visits import visit as visit_of
from smf_core.records.signatures import lineages
from smf_desktop.services.pathways import registered_nurse
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, Work, new_item


def cosigners(connection: Connection, author: str) -> tuple[tuple[str, str], ...]:
    """Who may be asked, as (user id, name): the registered nurses who work here, but the author."""
    return tuple(
        (one.id, one.name) for one in users(connection) if one.active and one.is_registered_nurse and one.id != author
    )


def who_may_cosign(session: Session) -> tuple[tuple[str, str], ...]:
    """Whom this user may ask to co-sign a visit of theirs."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        return cosigners(connection, session.user.id)


def ask_cosignature(session: Session, visit_id: str, nurse: str) -> Touched:
    """Ask a registered nurse to co-sign a visit; asking another takes the place of the first."""
    require(session.user, Action.RECORD_VISIT)
    with session.work() as work:
        visit = _standing(work.connection, visit_id)
        registered_nurse(work.connection, nurse)
        if visit.signed_by == nurse:
            raise OwnSignature
        asked = work.change("visit", visit_id, "cosign", {"asked_of": nurse, **_said(session, work, visit)})
        work.save([asked], patient=visit.patient)
    return frozenset(work.touched)


def withdraw_cosignature(session: Session, visit_id: str) -> Touched:
    """No co-signature is wanted any more."""
    require(session.user, Action.RECORD_VISIT)
    with session.work() as work:
        visit = _standing(work.connection, visit_id)
        if not visit.cosign_of:
            raise UnknownVisit
        said = {"asked_of": visit.cosign_of, **_said(session, work, visit), "withdrawn": True}
        work.save([work.change("visit", visit_id, "cosign", said)], patient=visit.patient)
    return frozenset(work.touched)


def cosign(session: Session, visit_id: str, note: str = "") -> Touched:
    """Put this user's name to a colleague's visit."""
    require(session.user, Action.COSIGN_VISIT)
    with session.work() as work:
        visit = _standing(work.connection, visit_id)
        if visit.signed_by == session.user.id:
            raise OwnSignature
        said = {**_said(session, work, visit), "at": work.now.isoformat(), "note": note.strip()}
        work.save([new_item("visit", visit_id, "cosigned", **said)], patient=visit.patient)
    return frozenset(work.touched)


def _said(session: Session, work: Work, visit: Visit) -> dict[str, Any]:
    """By whom, and of which signature: a colleague who signed the same visit elsewhere is not meant."""
    signature, *_ = lineages(visit.id, standing_operations(work.connection, visit.id))
    return {"by": session.user.id, "knew": list(signature.saves)}


def _standing(connection: Connection, visit_id: str) -> Visit:
    """A signed visit that nobody has co-signed yet."""
    visit = visit_of(connection, visit_id)
    if visit is None or not visit.stands:
        raise UnknownVisit
    if visit.cosigned_by:
        raise AlreadyCosigned
    writable(connection, visit.patient)
    return visit
