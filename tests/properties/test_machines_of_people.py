"""One machine an aggregate about people; each is told against the dumbest value that could be
right.
"""

from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cvsec_core.aggregates import access_level, credential, invitation, mail, person, visit
from cvsec_core.errors import CommandError
from cvsec_core.ids import CredentialId, InvitationId, LevelId, MailId, PersonId, VisitId
from tests.strategies import COMMANDS, START, commands_of, moments


class Machine(RuleBasedStateMachine):
    """Holds the state of one aggregate and what it answered last."""

    aggregate: ClassVar[ModuleType]

    def __init__(self) -> None:
        super().__init__()
        self.state: Any = self.aggregate.INITIAL

    def ask(self, command: Any) -> list[str] | None:
        """The names of the events, or None where the command ought not to have been sent."""
        try:
            events = self.aggregate.decide(self.state, command)
        except CommandError:
            return None
        for event in events:
            self.state = self.aggregate.evolve(self.state, event)
        return [type(event).__name__ for event in events]


P, G, L = PersonId("per-a"), PersonId("per-b"), LevelId("lev-a")
BY = ("office", START)
PLAIN = person.Particulars("Guest", "One")
SWITCHES: dict[str, tuple[Any, Any]] = {
    "blocked": (person.BlockPerson(P, "threats", *BY), person.UnblockPerson(P, *BY)),
    "notifications": (
        person.SwitchNotifications(P, True, *BY),
        person.SwitchNotifications(P, False, *BY),
    ),
    "levels": (person.GrantAccess(P, L, *BY), person.WithdrawAccess(P, L, *BY)),
    "app_login": (person.EnableAppLogin(P, *BY), person.DisableAppLogin(P, *BY)),
    "account": (
        person.RecordConsent(P, "account", "form", *BY),
        person.WithdrawConsent(P, "account", *BY),
    ),
    "guardian-feed": (
        person.RecordConsent(P, "guardian-feed", "form", *BY),
        person.WithdrawConsent(P, "guardian-feed", *BY),
    ),
}


ACCOUNT = {"account", "account of G"}


class PersonMachine(Machine):
    """The model: one word, and which switches are on."""

    aggregate = person

    def __init__(self) -> None:
        super().__init__()
        self.stands = "unknown"
        self.minor = False
        self.on = {"notifications"}

    @rule(minor=st.booleans())
    def enroll(self, minor: bool) -> None:
        names = self.ask(person.EnrollPerson(P, "personnel", PLAIN, *BY, minor))
        if self.stands == "unknown":
            assert names == ["PersonEnrolled"]
            self.stands, self.minor = "enrolled", minor
        else:
            same = self.stands == "enrolled" and minor == self.minor
            assert names == ([] if same else None)

    @rule(really=st.integers(0, 9))
    def forget(self, really: int) -> None:
        if not really:
            names = self.ask(person.ForgetPerson(P, *BY))
            expected = {"unknown": None, "enrolled": ["PersonForgotten"], "forgotten": []}
            assert names == expected[self.stands]
            self.stands = "forgotten" if self.stands == "enrolled" else self.stands

    @rule(switch=st.sampled_from(tuple(SWITCHES)), on=st.booleans())
    def switch(self, switch: str, on: bool) -> None:
        names = self.ask(SWITCHES[switch][0 if on else 1])
        if self.stands != "enrolled":
            withdrawal = switch in ("account", "guardian-feed") and not on
            assert names == ([] if withdrawal and self.stands == "forgotten" else None)
        elif switch == "app_login" and on and self.minor and not self.on & ACCOUNT:
            assert names == ["AppLoginRefused"]
        elif not on and self.minor and "app_login" in self.on and self.on & ACCOUNT == {switch}:
            assert names == ["ConsentWithdrawn", "AppLoginDisabled"]
            self.on -= {switch, "app_login"}
        else:
            assert (names == []) == (on == (switch in self.on))
            self.on = self.on | {switch} if on else self.on - {switch}

    @rule()
    def link(self) -> None:
        names = self.ask(person.LinkGuardian(P, G, "form", *BY))
        assert (names is not None) == (self.stands == "enrolled" and self.minor)
        if names is not None:
            self.on |= {"account of G", "guardian-feed of G"}

    @rule(purpose=st.sampled_from(("account", "guardian-feed")))
    def withdraw_of_guardian(self, purpose: person.Purpose) -> None:
        names = self.ask(person.WithdrawConsent(P, purpose, *BY, G))
        if self.stands == "unknown":
            assert names is None
        had, self.on = self.on, self.on - {f"{purpose} of G"}
        if self.minor and not self.on & ACCOUNT:
            self.on -= {"app_login"}
        if self.stands != "enrolled":
            assert not names
        else:
            assert len(names or ()) == len(had - self.on)

    @invariant()
    def agrees(self) -> None:
        assert type(self.state).__name__.lower() == self.stands
        if self.stands == "enrolled":
            state: person.Enrolled = self.state
            assert {
                *(("blocked",) if state.blocked else ()),
                *(("notifications",) if state.notifications else ()),
                *(("levels",) if state.levels else ()),
                *(("app_login",) if state.app_login else ()),
                *(c.purpose + (" of G" if c.guardian else "") for c in state.consents),
            } == self.on
            assert not (state.app_login and state.minor) or state.has_consent("account")


class LevelMachine(Machine):
    """The model: doors, hours and holidays, or None; and how often they changed."""

    aggregate = access_level

    def __init__(self) -> None:
        super().__init__()
        self.stands: tuple[Any, ...] | None = None
        self.revision = 0

    @rule(command=commands_of("level"))
    def define_or_change(self, command: access_level.AccessLevelCommand) -> None:
        names = self.ask(command)
        wanted = (set(command.doors), command.hours, set(command.holidays))
        if names is None:
            defining = isinstance(command, access_level.DefineAccessLevel)
            taken = self.stands is not None and defining
            missing = self.stands is None and not defining
            assert taken or missing or not command.doors
            return
        assert bool(names) == (wanted != self.stands)
        self.revision += bool(names)
        self.stands = wanted

    @invariant()
    def agrees(self) -> None:
        if self.stands is None:
            assert self.state == access_level.INITIAL
        else:
            state: access_level.Defined = self.state
            assert (state.doors, state.hours, state.holidays) == self.stands
            assert state.revision == self.revision


class CredentialMachine(Machine):
    """The model: one word, whose it is, and the codes that were shown."""

    aggregate = credential
    name = CredentialId("cre-a")

    def __init__(self) -> None:
        super().__init__()
        self.stands, self.holder = "Unissued", None
        self.shown: set[str] = set()

    @rule(holder=st.sampled_from((P, G)))
    def issue(self, holder: PersonId) -> None:
        names = self.ask(credential.IssueCredential(self.name, holder, "qr", *BY))
        if self.stands in ("Unissued", "Revoked"):
            assert names == ["CredentialIssued"]
            self.stands, self.holder = "Active", holder
        else:
            assert names == ([] if holder == self.holder else None)

    @rule(reason=st.sampled_from(("Lost", "Stolen")))
    def suspend(self, reason: credential.DisableReason) -> None:
        names = self.ask(credential.SuspendCredential(self.name, reason, *BY))
        assert (names is None) == (self.stands in ("Unissued", "Revoked"))
        self.stands = "Suspended" if names is not None else self.stands

    @rule()
    def restore(self) -> None:
        names = self.ask(credential.RestoreCredential(self.name, *BY))
        assert (names is None) == (self.stands in ("Unissued", "Revoked"))
        self.stands = "Active" if names is not None else self.stands

    @rule(of=st.sampled_from((None, None, P, G)))
    def revoke(self, of: PersonId | None) -> None:
        names = self.ask(credential.RevokeCredential(self.name, *BY, of))
        gone = self.stands in ("Active", "Suspended") and of in (None, self.holder)
        assert names == (["CredentialRevoked"] if gone else names and [])
        self.stands = "Revoked" if gone else self.stands

    @rule(code=st.sampled_from("abc"), fresh=st.booleans())
    def show(self, code: str, fresh: bool) -> None:
        door = "atrium-1"
        names = self.ask(credential.PresentDynamicCode(self.name, door, code, fresh, START))
        if self.stands == "Unissued":
            assert names is None
        elif self.stands == "Active" and fresh and code not in self.shown:
            assert names == ["DynamicCodePresented"]
            self.shown.add(code)
        else:
            assert names == ["DynamicCodeRefused"]

    @invariant()
    def agrees(self) -> None:
        assert type(self.state).__name__ == self.stands
        if self.stands != "Unissued":
            assert self.state.issue.person == self.holder
            assert set(self.state.issue.codes) == self.shown


class VisitMachine(Machine):
    """The model: one word, and the words that may follow it."""

    aggregate = visit
    follows: ClassVar[dict[str, set[str]]] = {
        "Unregistered": {"Expected"},
        "Expected": {"CheckedIn", "Cancelled", "NoShow"},
        "NoShow": {"CheckedIn"},
        "CheckedIn": {"CheckedOut"},
        "CheckedOut": set(),
        "Cancelled": set(),
    }

    def __init__(self) -> None:
        super().__init__()
        self.stands, self.start = "Unregistered", START
        self.assumed = False

    @rule(command=commands_of("visit"))
    def anything(self, command: visit.VisitCommand) -> None:
        before = self.state
        names = self.ask(command)
        stands = type(self.state).__name__
        if stands != self.stands:
            assert stands in self.follows[self.stands]
            self.stands = stands
            self.assumed = self.assumed or isinstance(command, visit.AssumeCheckOut)
            if isinstance(command, visit.RegisterVisit):
                self.start = command.start
        elif names:
            assert len(names) == 1
            assert names[0].endswith("Refused")
            assert self.state == before

    @rule(command=COMMANDS[visit.CheckIn])
    def check_in(self, command: visit.CheckIn) -> None:
        before = self.stands
        self.anything(command)
        in_time = self.start - command.at <= timedelta(hours=12)
        let_in = before == "CheckedIn" or (before in ("Expected", "NoShow") and in_time)
        assert (self.stands == "CheckedIn") == let_in

    @rule(command=COMMANDS[visit.CheckOut])
    def check_out(self, command: visit.CheckOut) -> None:
        before = self.stands
        self.anything(command)
        assert (self.stands == "CheckedOut") == (before in ("CheckedIn", "CheckedOut"))


class InvitationMachine(Machine):
    """The model: one word, and when it ends."""

    aggregate = invitation
    name = InvitationId("inv-a")

    def __init__(self) -> None:
        super().__init__()
        self.stands, self.end = "Unissued", START

    @rule(at=moments, end=moments)
    def issue(self, at: datetime, end: datetime) -> None:
        names = self.ask(
            invitation.IssueInvitation(self.name, P, G, "once", START, end, "meeting", "host", at)
        )
        allowed = self.stands == "Unissued" and end > max(START, at)
        assert names == (["InvitationIssued"] if allowed else None)
        if allowed:
            self.stands, self.end = "Open", end

    @rule(at=moments)
    def withdraw(self, at: datetime) -> None:
        names = self.ask(invitation.WithdrawInvitation(self.name, "host", at))
        expected = {"Open": ["InvitationWithdrawn"], "Withdrawn": []}
        assert names == expected.get(self.stands)
        self.stands = "Withdrawn" if names else self.stands

    @rule(at=moments)
    def expire(self, at: datetime) -> None:
        names = self.ask(invitation.ExpireInvitation(self.name, at))
        over = self.stands == "Open" and at >= self.end
        assert names == (["InvitationExpired"] if over else names and [])
        self.stands = "Expired" if over else self.stands

    @rule(at=moments, code=st.sampled_from(("once", "once", "guessed")))
    def scan(self, at: datetime, code: str) -> None:
        names = self.ask(invitation.RedeemInvitation(self.name, VisitId("vis-a"), code, at))
        admitted = self.stands == "Open" and at < self.end and code == "once"
        if self.stands == "Unissued":
            assert names is None
        else:
            assert names == ["InvitationRedeemed" if admitted else "RedemptionRefused"]
        self.stands = "Redeemed" if admitted else self.stands

    @invariant()
    def agrees(self) -> None:
        assert type(self.state).__name__ == self.stands


class MailMachine(Machine):
    """The model: one word, who has it until when, and how many attempts there were."""

    aggregate = mail
    name = MailId("mai-a")

    def __init__(self) -> None:
        super().__init__()
        self.stands, self.worker, self.due, self.attempts = "Unwritten", "", START, 0

    @rule(at=moments)
    def queue(self, at: datetime) -> None:
        names = self.ask(mail.QueueMail(self.name, "invitation", "inv-a", G, at))
        assert names == (["MailQueued"] if self.stands == "Unwritten" else [])
        if names:
            self.stands, self.due = "Pending", at

    @rule(worker=st.sampled_from("ab"), later=st.integers(-1, 1))
    def claim(self, worker: str, later: int) -> None:
        at = self.due + later * mail.CLAIM_LIFE
        names = self.ask(mail.ClaimMail(self.name, worker, at))
        if self.stands == "Unwritten":
            assert names is None
        elif self.stands in ("Sent", "GivenUp") or later < 0:
            assert names == []
        elif self.attempts == mail.ATTEMPTS:
            assert names == ["MailGivenUp"]
            self.stands = "GivenUp"
        else:
            assert names == ["MailClaimed"]
            self.stands, self.worker, self.due = "Claimed", worker, at + mail.CLAIM_LIFE
            self.attempts += 1

    @rule(worker=st.sampled_from("ab"), at=moments)
    def sent(self, worker: str, at: datetime) -> None:
        names = self.ask(mail.ReportMailSent(self.name, worker, at))
        theirs = self.stands == "Claimed" and worker == self.worker
        assert names == (["MailSent"] if theirs else names and [])
        self.stands = "Sent" if theirs else self.stands

    @rule(worker=st.sampled_from("ab"), at=moments, temporary=st.sampled_from((True, True, False)))
    def failed(self, worker: str, at: datetime, temporary: bool) -> None:
        names = self.ask(mail.ReportMailFailed(self.name, worker, "busy", temporary, at))
        if self.stands != "Claimed" or worker != self.worker:
            assert not names
        elif temporary and self.attempts < mail.ATTEMPTS:
            assert names == ["MailFailed"]
            self.stands, self.due = "Pending", self.state.due_at
            assert self.due > at
        else:
            assert names == ["MailGivenUp"]
            self.stands = "GivenUp"

    @invariant()
    def agrees(self) -> None:
        assert type(self.state).__name__ == self.stands
        assert self.attempts <= mail.ATTEMPTS


test_a_person_is_one_word_and_some_switches = PersonMachine.TestCase
test_a_level_is_doors_and_hours = LevelMachine.TestCase
test_a_credential_is_one_word_a_holder_and_codes = CredentialMachine.TestCase
test_a_visit_is_one_word_after_another = VisitMachine.TestCase
test_an_invitation_is_one_word_and_an_end = InvitationMachine.TestCase
test_a_mail_is_one_word_a_worker_and_attempts = MailMachine.TestCase
