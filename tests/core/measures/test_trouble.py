"""What cannot be told says why."""

from smf_core.domain.trouble import DomainError
from smf_core.measures import NotMeasurable


def test_every_reason_has_a_name_of_its_own() -> None:
    kinds = NotMeasurable.__subclasses__()
    assert issubclass(NotMeasurable, DomainError)
    assert len({kind.code for kind in kinds}) == len(kinds) == 5
