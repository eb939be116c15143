"""The one object that an embedding service holds: commands go in, answers to questions come out."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from attrs import evolve as changed

from cvsec_core.aggregates import (
    credential,
    door,
    journal,
    organisation,
    person,
)
from cvsec_core.catalogue import AGGREGATES, RULES
from cvsec_core.commit import Look
from cvsec_core.errors import Reason
from cvsec_core.handling import SYSTEM, Answer, Asked, Handler
from cvsec_core.ids import (
    CommandId,
    CredentialId,
    DoorId,
    PersonId,
    StreamId,
)
from cvsec_core.looking import GROUPS, Fresh, Moment, known_at
from cvsec_core.ports import Clock, EventLog, Name, Pseudonyms, ShownCode, ViewStore, Zones
from cvsec_core.projections import deadlines, directory, retention, standing
from cvsec_core.projections.farewell import farewell
from cvsec_core.rows import Views
from cvsec_core.rules.access import (
    Decision,
    Passing,
    explained,
    holder_of,
    with_the_decision,
)
from cvsec_core.rules.overdue import Calendar, overdue
from cvsec_core.rules.preconditions import with_a_keyed_digest, with_pseudonyms, zone_policies
from cvsec_core.values import Direction, Period, Standing

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Site:
    """A site on one log. Safe to call from several threads."""

    def __init__(
        self,
        log: EventLog,
        views: ViewStore,
        *,
        clock: Clock,
        zones: Zones,
        pseudonyms: Pseudonyms,
        scratch: Callable[[], ViewStore],
    ) -> None:
        """A site over *log* and *views*; *scratch* makes empty views for looking back in time."""
        self.log, self.views, self.clock, self.zones = log, views, clock, zones
        self.pseudonyms = pseudonyms
        self._scratch = scratch
        rules = changed(
            RULES,
            policies={**RULES.policies, **zone_policies(zones)},
            enrichments={
                **RULES.enrichments,
                journal.RecordPassages: with_pseudonyms(pseudonyms),
                journal.RecordUnrecognised: with_a_keyed_digest(pseudonyms),
                person.ForgetPerson: self._with_credentials,
                door.RequestAccess: with_the_decision(zones),
            },
        )
        self._handler = Handler(log, AGGREGATES, rules, clock)

    def handle(
        self,
        command: Any,
        *,
        actor: str | None = None,
        command_id: str | None = None,
        correlation: str | None = None,
    ) -> Answer:
        """What *command* led to, its refusals among it.

        Args:
            actor: the authenticated principal; None: the author that the command names, else the
                system itself.
            command_id: asked again with the same id, it is answered as the first time.

        Raises:
            CommandError: the command ought not to have been sent; nothing was stored.
        """
        id_ = None if command_id is None else CommandId(command_id)
        (answer,) = self.handle_all((Asked(command, id_, actor, correlation),))
        if answer.error is not None:
            raise answer.error
        return answer

    def handle_all(self, asked: Sequence[Asked], *, whole: bool = False) -> tuple[Answer, ...]:
        """The answer to each, all in one commit. An answer carries its own refusals or error, and
        one of them does not undo the others; where it is to be done as a *whole*, an error of one
        leaves nothing of all.
        """
        if not asked:
            return ()
        # Whom a view tells of is no part of what the commit expects.
        by_view = any(isinstance(item.command, person.ForgetPerson) for item in asked)
        with self._handler.alone() if by_view else nullcontext():
            return self._handler.handle(asked, whole=whole)

    def tick(self, now: datetime) -> tuple[Answer, ...]:
        """Handle what is due at *now*, and forget the visitors whom there is no reason any more to
        remember, some at a time.
        """
        due = self.query(deadlines.due, now, self._zone_name())
        calendar = Calendar(now, self._zone_name(), self.zone())
        commands = [overdue(row.kind, row.subject, row.number, calendar, self.state) for row in due]
        answers = self.handle_all([Asked(command) for command in commands if command is not None])
        return (*answers, *self.forget_due(SYSTEM, now))

    def forget(
        self, people: Sequence[PersonId], by: str, at: datetime, *, actor: str | None = None
    ) -> tuple[Answer, ...]:
        """Forget *people*, in one commit: what is arranged with them ends, their credentials are
        revoked, and what was sealed of them is unreadable from then on.

        Returns:
            The answer about each, in their order; `Answer.error` where nobody is enrolled under
            that id.
        """
        with self._handler.alone():
            asked = {who: tuple(self.query(farewell, who, by, at)) for who in people}
            commands = [command for each in asked.values() for command in each]
            answers = self.handle_all([Asked(command, actor=actor) for command in commands])
        told = dict(zip(commands, answers, strict=True))
        return tuple(told[each[-1]] for each in asked.values())

    def forget_due(
        self, by: str, now: datetime, *, most: int = retention.SWEEP
    ) -> tuple[Answer, ...]:
        """Forget the visitors whom there is no reason any more to remember, at most so many, in one
        commit; whoever comes back meanwhile is not among them.
        """
        before = self.remembered_until(now)
        if before is None or not self.query(retention.due, before, 1):
            return ()
        with self._handler.alone():
            due = self.query(retention.due, before, most)
            return self.forget([row.id for row in due], by, now)

    def _with_credentials(self, command: person.ForgetPerson, _look: Look) -> person.ForgetPerson:
        """With all that the person has and guards, for whoever asks may know fewer."""
        theirs = [row.id for row in self.query(directory.credentials_of, command.person)]
        all_of_them = tuple(dict.fromkeys((*command.credentials, *theirs)))
        row = self.query(directory.one, command.person)
        return changed(command, credentials=all_of_them, wards=row.wards if row else ())

    def remembered_until(self, now: datetime) -> datetime | None:
        """Visitors who left before then are forgotten; None: nobody is, by itself."""
        state: organisation.OrganisationState = self.state(organisation.STREAM)
        days = state.settings.retention_days
        return None if days is None else now - timedelta(days=days)

    def query(
        self, question: Callable[Concatenate[Views, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The answer to *question*, a query function of a projection, as of everything that was
        recorded before it was asked.
        """
        return question(Fresh(self.log, self.views), *args, **kwargs)

    def state(self, stream: StreamId) -> Any:
        """The state of one stream now."""
        return self._handler.state(stream)

    def as_of(self, moment: datetime) -> Moment:
        """The site as it was known at *moment*: everything recorded until then and nothing else."""
        return known_at(moment, self.log, self._scratch)

    def person(self, number: str) -> PersonId:
        """The id of the person with that number.

        Raises:
            PersonUnknownError: nobody has it.
        """
        name: Name = ("number", number)
        known = self.pseudonyms.known((name,))
        if name not in known:
            raise person.PersonUnknownError(number)
        return PersonId(known[name])

    def newcomer(self, name: Name) -> PersonId:
        """The id of the person with that *name*; a new one where nobody has it, or who had it was
        forgotten.
        """
        return PersonId(self.pseudonyms.renamed((name,))[name])

    def card(self, number: str) -> CredentialId:
        """The id of the card with that number.

        Raises:
            CredentialUnknownError: nobody was ever given it.
        """
        name: Name = ("card", number)
        known = self.pseudonyms.known((name,))
        if name not in known:
            raise credential.CredentialUnknownError(number)
        return CredentialId(known[name])

    def new_card(self, number: str) -> CredentialId:
        """The id of the card with that number, issued or not."""
        name: Name = ("card", number)
        return CredentialId(self.pseudonyms.renamed((name,))[name])

    def explain(
        self,
        who: PersonId,
        name: DoorId,
        at: datetime | None = None,
        *,
        shown: CredentialId | None = None,
        direction: Direction = "in",
    ) -> Decision:
        """Whether *who* may pass the door at a moment, None: now, with every reason and the nearest
        alternatives.

        Of a moment that has passed it is told what held then, by what was known then.

        Raises:
            DoorUnknownError: there is no such door.
        """
        now = self.clock()
        at = now if at is None else at
        past = None if at >= now else self.as_of(at)
        look, ask = (self.state, self.query) if past is None else (past.state, past.query)
        if isinstance(look(door.stream(name)), door.Unregistered):
            raise door.DoorUnknownError(name)
        passing = Passing(at, name, who, shown, direction)
        return explained(look, passing, self.zone(), lambda: ask(standing.of, who))

    def decide_at_door(
        self,
        name: DoorId,
        at: datetime,
        *,
        who: PersonId | None = None,
        shown: CredentialId | None = None,
        code: ShownCode | None = None,
        direction: Direction = "in",
        actor: str | None = None,
        question: str | None = None,
    ) -> Decision:
        """Whether to open the door to somebody who is there now. The decision is recorded, and a
        dynamic code is used up by it. Of duress nothing is told here: the alarm is elsewhere.

        Args:
            name: the door.
            at: the time now, UTC.
            who: the person, where more than a credential tells who it is.
            shown: the credential that was shown.
            code: the dynamic code that was shown, as it was read.
            direction: whether they come or go.
            actor: the authenticated principal; None: the system itself.
            question: what the question is known again by. Asked again it is decided anew, but a
                code that was shown then is still the same showing while it is fresh, and whom it
                let in is not yet inside.

        Raises:
            DoorUnknownError: there is no such door.
        """
        if isinstance(self.state(door.stream(name)), door.Unregistered):
            raise door.DoorUnknownError(name)
        shown = shown if code is None else code.credential
        self.views.follow("people", self.log, self.log.head())  # nobody waits for that
        with self._handler.alone():
            theirs = None if shown is None else self.state(credential.stream(shown))
            holder = who or holder_of(theirs)
            stands = Standing() if holder is None else self.query(standing.of, holder, question)
            wrong = () if code is None else self._present(name, at, code, actor, question)
            wish = door.RequestAccess(name, who, shown, at, direction, stands, wrong)
            answer = self.handle(wish, actor=actor, correlation=question)
        return _decision(answer)

    def _present(
        self,
        name: DoorId,
        at: datetime,
        code: ShownCode,
        actor: str | None,
        question: str | None,
    ) -> tuple[Reason, ...]:
        """What there is against the code itself; one of no credential is found unknown later."""
        if isinstance(self.state(credential.stream(code.credential)), credential.Unissued):
            return ()
        shown = credential.PresentDynamicCode(code.credential, name, code.code, code.fresh, at)
        own_id = f"code {question}" if question and code.fresh else None
        refusals = self.handle(shown, actor=actor, command_id=own_id).refusals
        return tuple(reason for refusal in refusals for reason in refusal.reasons)

    def zone(self) -> tzinfo:
        """The organisation's time zone; UTC until it is founded, and where this machine does not
        know the zone, so that deadlines are met all the same.
        """
        try:
            return self.zones(self._zone_name())
        except KeyError:
            return UTC

    def _zone_name(self) -> str:
        state: organisation.OrganisationState = self.state(organisation.STREAM)
        return state.zone if isinstance(state, organisation.Founded) else "UTC"

    def today(self) -> Period:
        """The calendar day of the organisation's time zone that it is now, UTC."""
        midnight = (
            self.clock()
            .astimezone(self.zone())
            .replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        )
        next_midnight = (midnight + timedelta(days=1)).replace(fold=0)
        return Period(_utc(midnight), _utc(next_midnight))

    def drain(self) -> None:
        """Bring every view up to date. Queries do it by themselves; this keeps them short."""
        head = self.log.head()
        for group in GROUPS:
            self.views.follow(group, self.log, head)

    def close(self) -> None:
        """Let go of the log and the views."""
        self.views.close()
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _decision(answer: Answer) -> Decision:
    """The decision about somebody at a door, as it was recorded."""
    (decided, *_) = (
        recorded.event
        for recorded in answer.events
        if isinstance(recorded.event, door.AccessGranted | door.AccessDenied)
    )
    reasons = decided.reasons if isinstance(decided, door.AccessDenied) else ()
    return Decision(not reasons, reasons, decided.noted, decided.rule, decided.version)


def _utc(local: datetime) -> datetime:
    return local.astimezone(UTC)
