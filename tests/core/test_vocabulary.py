"""What devices report, by its code."""

import pytest

from cvsec_core import vocabulary
from cvsec_core.vocabulary import MEANINGS, meaning, opens, search


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_every_code_has_a_name_in_both_languages(code: int):
    told = meaning(code)
    assert told.named("en") == told.name.en != ""
    assert told.named("es") == told.name.es != ""


@pytest.mark.parametrize(
    ("code", "level", "decision"),
    [
        (0, "normal", "granted"),
        (3, "normal", "granted"),
        (23, "exception", "denied"),
        (26, "normal", "waiting"),
        (28, "alarm", "none"),
        (36, "exception", "none"),
        (100, "alarm", "none"),
        (101, "alarm", "granted"),
        (102, "alarm", "none"),
        (103, "alarm", "granted"),
        (114, "alarm", "none"),
        (200, "normal", "none"),
        (700, "alarm", "none"),
        (701, "exception", "none"),
        (704, "alarm", "none"),
        (705, "alarm", "none"),
        (6000, "alarm", "none"),
    ],
)
def test_a_code_has_the_level_and_the_decision_of_its_sources(code: int, level: str, decision: str):
    assert (meaning(code).level, meaning(code).decision) == (level, decision)


@pytest.mark.parametrize(
    ("code", "level"),
    [(60, "exception"), (5001, "exception"), (199, "alarm"), (6999, "alarm"), (299, "normal"),
     (4999, "normal"), (7000, "normal"), (-1, "normal")],
)  # fmt: skip
def test_a_code_that_is_not_known_is_told_as_it_came_at_the_level_of_its_range(
    code: int, level: str
):
    assert code not in MEANINGS
    assert meaning(code).named() == f"Unrecognised event {code}"
    assert meaning(code).named("es") == f"Evento no reconocido {code}"
    assert (meaning(code).level, meaning(code).decision) == (level, "none")


def test_a_door_is_open_by_right_after_a_grant_an_exit_request_or_a_remote_opening():
    assert all(opens(code) for code, told in MEANINGS.items() if told.decision == "granted")
    assert {code for code in MEANINGS if opens(code) and meaning(code).decision == "none"} == {
        5,
        8,
        *vocabulary.EXIT_RELEASED,
    }
    assert not any(opens(code) for code in (23, 26, 36, 102, 200, 209, 9999))


def test_duress_looks_like_a_grant_and_is_an_alarm():
    assert opens(vocabulary.DURESS)
    assert meaning(vocabulary.DURESS).level == "alarm"


def test_every_code_with_a_part_to_play_is_known():
    played = {
        vocabulary.HELD_OPEN, vocabulary.TAMPER, vocabulary.DURESS, vocabulary.FORCED_OPEN,
        vocabulary.DEVICE_STARTED, vocabulary.DEVICE_OFFLINE, vocabulary.CLOCK_SKEW,
        vocabulary.EGRESS_IMPAIRED, vocabulary.FAULT, vocabulary.FIRE_ENDED,
        vocabulary.MODE_REJECTED, vocabulary.REMOVAL_REJECTED,
        *vocabulary.FIRE_OPEN, *vocabulary.EXIT_BLOCKED, *vocabulary.EXIT_RELEASED,
    }  # fmt: skip
    assert played <= set(MEANINGS)


@pytest.mark.parametrize("text", ["forced", "FORCED", "forzada", "door forced"])
def test_a_code_is_found_by_part_of_its_name_in_either_language(text: str):
    assert vocabulary.FORCED_OPEN in search(text)


def test_what_no_code_is_called_finds_nothing():
    assert search("helicopter") == ()
    assert search("") == tuple(sorted(MEANINGS))
