"""Who is known at the site: a table of them, their invitations, and some of them at a door."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from cvsec_adapters.wiring import memory_site
from cvsec_core import Asked, Site
from cvsec_core.aggregates import access_level, credential, invitation, organisation, person
from cvsec_core.aggregates.person import Particulars
from cvsec_core.ids import CredentialId, InvitationId, LevelId, PersonId
from cvsec_core.rules.access import Facts, Passing, gathered
from cvsec_core.values import Interval, WeeklySchedule
from tests.bench import events

HEADER = "id,first_name,last_name,email,phone,department,card\n"
LEVELS = 5
HOURS = WeeklySchedule(
    (
        Interval(("mon", "tue", "wed", "thu", "fri"), 8 * 60, 14 * 60),
        Interval(("mon", "tue", "wed", "thu", "fri"), 15 * 60, 20 * 60),
    )
)
HOST, NONCE = PersonId("host"), "n" * 22


def table(count: int) -> bytes:
    """A table of so many people, each with an address, a phone number and a card."""
    return (HEADER + "".join(map(_row, range(count)))).encode()


def _row(at: int) -> str:
    address, phone, card = f"guest.{at}@example.org", f"+346{at:08}", 7_000_000 + at
    return f"{number(at)},Guest,Number {at},{address},{phone},Library,{card}\n"


def number(at: int) -> str:
    """The number of somebody in the table."""
    return f"{at:06}"


def invite(site: Site, count: int) -> list[InvitationId]:
    """Let there be so many invitations, each of another guest, that can be redeemed now."""
    names = [InvitationId(f"invitation{at}") for at in range(count)]
    _all(site, [*_founding(), *_inviting(names)])
    return names


def _founding() -> Iterator[object]:
    by, at = events.SOMEBODY, events.MIDNIGHT
    yield organisation.FoundOrganisation("Bench", events.ZONE, "en", by, at)
    yield organisation.ConfigureMail("localhost", 25, "site@example.org", by, at)
    yield person.EnrollPerson(HOST, "personnel", Particulars("Host", number="1"), by, at)


def _inviting(names: list[InvitationId]) -> Iterator[object]:
    by, at = events.SOMEBODY, events.MIDNIGHT
    ends = at + timedelta(hours=8)
    for name in names:
        guest = PersonId(f"guest-of-{name}")
        told = Particulars("Guest", "One", email=f"{name}@example.org")
        yield person.EnrollPerson(guest, "visitor", told, by, at)
        yield invitation.IssueInvitation(name, HOST, guest, NONCE, at, ends, "Interview", by, at)


def at_doors() -> tuple[Facts, ...]:
    """What a decision is made of: people with several levels and a card, at a door of theirs in
    and out of hours, at another door, and blocked.
    """
    with memory_site(lambda: events.MIDNIGHT) as site:
        events.found(site, 1, LEVELS)
        _all(site, _rights())
        return tuple(gathered(site.state, passing, site.zone()) for passing in _passings())


def _rights() -> Iterator[object]:
    by, at = events.SOMEBODY, events.MIDNIGHT
    levels = [LevelId(f"level{n}") for n in range(LEVELS)]
    for n, level in enumerate(levels):
        yield access_level.DefineAccessLevel(level, (events.door_name(n),), HOURS, by, at)
    for name in ("known", "blocked"):
        who = PersonId(name)
        yield person.EnrollPerson(who, "personnel", Particulars("Guest", number=name), by, at)
        yield credential.IssueCredential(CredentialId(name), who, "card", by, at, f"7{name}")
        for level in levels[1:]:
            yield person.GrantAccess(who, level, by, at)
    yield person.BlockPerson(PersonId("blocked"), "Bench.", by, at)


def _passings() -> Iterator[Passing]:
    for name, at_door, hour in (
        ("known", 1, 9), ("known", 2, 16), ("known", 3, 3), ("known", 0, 9), ("blocked", 1, 9),
    ):  # fmt: skip
        at = events.MIDNIGHT + timedelta(hours=hour)
        yield Passing(at, events.door_name(at_door), PersonId(name), CredentialId(name))


def _all(site: Site, commands: Iterable[object]) -> None:
    for answer in site.handle_all([Asked(command) for command in commands]):
        answer.or_raise()
