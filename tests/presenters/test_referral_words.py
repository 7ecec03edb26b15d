"""What triage asks about a referral, in words that cannot be ticked the wrong way round."""

import pytest

from smf_desktop.presenters.referral.triage import exclusions
from tests.support.teaching import shipped


@pytest.mark.parametrize("skills", [("insulin",), ("insulin", "wound")])
def test_each_condition_says_that_ticking_it_means_it_is_not_met(skills: tuple[str, ...]) -> None:
    found = exclusions(skills, shipped())
    assert {code.split(":")[0] for code, _ in found} == set(skills)
    assert all("Not met: " in words for _, words in found)
    assert all(words.startswith("Not met") for _, words in found) is (len(skills) == 1)
