"""I18: no minor has an account, and no guardian is told of one, without a consent on record."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cvsec_adapters.wiring import memory_site, rebuild
from cvsec_core.aggregates import person
from cvsec_core.errors import CommandError
from cvsec_core.ids import PersonId
from cvsec_core.projections import directory, notification_center
from tests.core.guests import GUARDIAN, HOST, PUPIL, enroll, passed
from tests.core.places import NOON

SIBLING = PersonId("sibling")
MINORS = (PUPIL, SIBLING)
EVERYBODY = (*MINORS, GUARDIAN, HOST)
minors = st.sampled_from((PUPIL, PUPIL, SIBLING))
everybody = st.sampled_from(EVERYBODY)
purposes = st.sampled_from(("account", "guardian-feed"))


class Office(RuleBasedStateMachine):
    """The model: the consents there are, who has an account, and who is told of whom."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.passages = NOON, 0
        self.site = memory_site(lambda: self.now)
        for who in (PUPIL, GUARDIAN, HOST):
            self.site.handle(enroll(who)).or_raise()
        sibling = person.Particulars("Sibling", "One")
        self.site.handle(
            person.EnrollPerson(SIBLING, "personnel", sibling, "office", NOON, minor=True)
        )
        self.consents: set[tuple[str, str, str | None]] = set()
        """Of whom, to what, and by which guardian; None: by one who is not enrolled."""
        self.guardians: set[tuple[str, str]] = set()
        self.accounts: set[str] = set()
        self.silent: set[str] = set()
        self.gone: set[str] = set()
        self.told: dict[str, list[tuple[str, int]]] = {who: [] for who in EVERYBODY}
        """To each: of whom, and the number of the passage."""

    def teardown(self) -> None:
        self.site.close()

    def handle(self, command: Any) -> list[Any] | None:
        try:
            return [recorded.event for recorded in self.site.handle(command).events]
        except CommandError:
            return None

    @rule(who=minors, guardian=everybody)
    def link(self, who: PersonId, guardian: PersonId) -> None:
        events = self.handle(person.LinkGuardian(who, guardian, "form 7", "office", self.now))
        allowed = guardian not in (*MINORS, *self.gone) and who not in self.gone
        assert (events is not None) == allowed
        if allowed:
            self.guardians.add((who, guardian))
            self.consents |= {(who, "account", guardian), (who, "guardian-feed", guardian)}

    @rule(who=minors, purpose=purposes)
    def consent(self, who: PersonId, purpose: person.Purpose) -> None:
        command = person.RecordConsent(who, purpose, "form 8", "office", self.now)
        if self.handle(command) is not None:
            self.consents.add((who, purpose, None))

    @rule(who=minors, purpose=purposes, guardian=st.sampled_from((*EVERYBODY, None)))
    def withdraw(self, who: PersonId, purpose: person.Purpose, guardian: PersonId | None) -> None:
        self.handle(person.WithdrawConsent(who, purpose, "office", self.now, guardian))
        self.lose({(who, purpose, guardian)})

    def lose(self, consents: set[tuple[str, str, str | None]]) -> None:
        self.consents -= consents
        self.accounts -= {who for who in MINORS if not self.may_sign_in(who)}

    def may_sign_in(self, who: str) -> bool:
        return any(consent[:2] == (who, "account") for consent in self.consents)

    @rule(who=everybody)
    def enable(self, who: PersonId) -> None:
        events = self.handle(person.EnableAppLogin(who, "office", self.now))
        if events is None:
            assert who in self.gone
        elif who in MINORS and not self.may_sign_in(who):
            reasons = (person.ConsentMissing("account"),)
            assert events == [person.AppLoginRefused(who, reasons, "office", self.now)]
        else:
            self.accounts.add(who)

    @rule(who=everybody)
    def disable(self, who: PersonId) -> None:
        self.handle(person.DisableAppLogin(who, "office", self.now))
        self.accounts.discard(who)

    @rule(who=everybody, on=st.booleans())
    def switch(self, who: PersonId, on: bool) -> None:
        self.handle(person.SwitchNotifications(who, on, "office", self.now))
        self.silent = self.silent - {who} if on else self.silent | {who}

    @rule(who=everybody)
    def pass_a_door(self, who: PersonId) -> None:
        self.passages += 1
        passed(self.site, who, self.passages)
        if who in self.gone:
            return
        readers = [who]
        readers += [
            reader
            for about, reader in self.guardians
            if about == who and (who, "guardian-feed", reader) in self.consents
        ]
        for reader in set(readers) - self.silent - self.gone:
            self.told[reader].append((who, self.passages))

    @rule(who=everybody, really=st.integers(0, 5))
    def forget(self, who: PersonId, really: int) -> None:
        if really:
            return
        self.site.handle(person.ForgetPerson(who, "dpo", self.now))
        self.gone.add(who)
        self.accounts.discard(who)
        self.lose({consent for consent in self.consents if consent[2] == who})
        for reader, messages in self.told.items():
            self.told[reader] = [
                (about, number) for about, number in messages if who not in (about, reader)
            ]

    @rule()
    def make_the_views_again(self) -> None:
        rebuild(self.site, lambda *_: None)

    @invariant()
    def no_minor_has_an_account_without_consent(self) -> None:
        for row in self.site.query(directory.people):
            assert row.app_login == (row.id in self.accounts)
            if row.minor and row.app_login:
                assert self.may_sign_in(row.id)
                assert self.site.state(person.stream(row.id)).has_consent("account")

    @invariant()
    def everybody_is_told_what_they_may_be_told(self) -> None:
        for reader in EVERYBODY:
            messages = self.site.query(notification_center.messages, reader, limit=None)
            told = [(m.about, int((m.occurred_at - NOON) / timedelta(seconds=1))) for m in messages]
            assert sorted(told) == sorted(self.told[reader])

    @invariant()
    def who_is_followed_has_a_consent(self) -> None:
        for guardian in EVERYBODY:
            followed = {row.id for row in self.site.query(directory.wards, guardian)}
            assert followed == {
                who
                for who, reader in self.guardians
                if reader == guardian
                and (who, "guardian-feed", guardian) in self.consents
                and not {who, guardian} & self.gone
            }


test_i18_no_minor_has_account_or_feed_without_consent = Office.TestCase
