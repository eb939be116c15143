"""I17: nothing stands unsealed in an event by which a person could be known, and why."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from attrs import fields, has

from cvsec_core.catalogue import EVENTS
from cvsec_core.errors import Reason
from cvsec_core.recorded import Meta
from tests.contracts.dialogue import Dialogue, line
from tests.strategies import all_reasons

ABOUT_THE_SITE = {
    "area", "capability", "device", "door", "firmware", "group", "host", "mode", "model", "name",
    "password_file", "reasons", "rule", "sender", "user", "zone",
}  # fmt: skip
"""What the site, its devices, its mail server and its rules are called."""
WHO_ACTED = {"by", "on_behalf_of", "worker"}
"""The account under which somebody acted: kept for ever, so that whoever acts can be held to it.
Accounts are called by role or by pseudonym; SECURITY.md says so.
"""
ABOUT_WHAT_HAPPENED = {"remark", "reason"}
"""What a guard writes of an alarm, a lockdown or a release: of what happened, and not of people.
SECURITY.md says so.
"""
CHANCE_OR_KEYED = {"code", "digest", "mark", "nonce"}
"""Drawn by chance, or a hash under a key."""
CODED = {"about", "levels", "purpose", "valid_from", "valid_until", "verify"}
"""One of few words of a program, an id or a moment."""
ALLOWED = ABOUT_THE_SITE | WHO_ACTED | ABOUT_WHAT_HAPPENED | CHANCE_OR_KEYED | CODED

FREE = {
    "LifeSafetyReleaseBegun": {"reason"},
    "LockdownActivated": {"reason"},
    "CredentialNotEnabled": {"reason"},  # one of a few words
    "AlarmAcknowledged": {"remark"},
    "AcknowledgementRefused": {"remark"},
    "RemarkAdded": {"remark"},
    "AlarmShelved": {"remark"},
}
"""The events that may hold such a text at all."""


def is_text(kind: Any) -> bool:
    """Whether a value of that type is text of any kind, and no id, choice or number."""
    if kind is str:
        return True
    if hasattr(kind, "__supertype__") or get_origin(kind) is Literal:
        return False
    return any(map(is_text, get_args(kind)))


def plain_texts(kind: type) -> Iterator[str]:
    """The fields of text that are not sealed, those of values in it too."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        if field.metadata.get("personal"):
            continue
        if is_text(hints[field.name]):
            yield field.name
        for part in (hints[field.name], *get_args(hints[field.name])):
            if isinstance(part, type) and has(part) and not issubclass(part, Reason):
                yield from plain_texts(part)


@pytest.mark.parametrize("kind", [*EVENTS, *all_reasons()], ids=lambda kind: kind.__name__)
def test_i17_what_stands_unsealed_tells_of_nobody(kind: type):
    texts = set(plain_texts(kind))
    assert texts <= ALLOWED
    assert texts & ABOUT_WHAT_HAPPENED <= FREE.get(kind.__name__, set())


def test_i17_what_stands_beside_an_event_tells_who_acted_and_ids_alone():
    assert {field.name for field in fields(Meta)} == {
        "actor",
        "recorded_at",
        "command_id",
        "correlation",
        "causation",
    }


def test_i17_what_a_question_at_a_door_is_known_by_cannot_be_guessed():
    """It is hashed under a key: two sites that are asked the same keep nothing that is the same."""
    kept = list[set[str]]()
    for here in (Dialogue(), Dialogue()):
        here.hear("POST", "cdata?SN&AuthType=device", line().encode())
        metas = [recorded.meta for recorded in here.site.log.read_all(0, 10_000)]
        ids = {text for meta in metas for text in (meta.command_id, meta.correlation) if text}
        kept.append(ids)
    first, second = kept
    assert first
    assert not first & second


def test_i17_what_people_write_of_people_is_sealed():
    sealed = {
        f"{kind.__name__}.{field.name}"
        for kind in EVENTS
        for field in fields(kind)
        if field.metadata.get("personal")
    }
    assert sealed >= {
        "PersonEnrolled.particulars",
        "PersonCorrected.particulars",
        "PersonBlocked.cause",
        "PasswordSet.digest",
        "ConsentRecorded.reference",
        "CredentialIssued.number",
        "CredentialIssued.digest",
        "VisitRegistered.reason",
        "VisitRegistered.pictures",
        "InvitationIssued.reason",
        "InvitationIssued.remarks",
        "InvitationRedeemed.reason",
        "MailFailed.error",
        "MailGivenUp.error",
        "PassageRecorded.person",
        "PassageRecorded.card",
        "UnrecognisedKept.raw",
    }
