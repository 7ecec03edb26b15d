"""Words that judge are found whatever their case, and kinder ones offered; a word that only holds one is not."""

from smf_core.domain.kind_words import judging_words


def test_judging_words_are_found_as_they_stand() -> None:
    assert judging_words("She Refused the visit and was non-compliant") == {
        "Refused": "chose not to",
        "non-compliant": "does it another way",
    }


def test_a_word_that_only_holds_one_is_left_alone() -> None:
    assert judging_words("Unclaimed post, prediabetic range, demandingly") == {}
    assert judging_words("") == {}
