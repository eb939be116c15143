from datetime import timedelta

from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_core.aggregates import person
from cvsec_core.projections import notification_center
from cvsec_core.projections.notification_center import NotificationRow
from cvsec_core.vocabulary import meaning
from tests.features.people_site import id_of, link, row_of
from tests.features.site import World

pytest_plugins = ("tests.features.people_steps",)

scenarios("notifications.feature")

PASSED = {"came in": ("granted", "in"), "went out": ("granted", "out")}


@given("the consent to tell the guardian of the student was withdrawn")
def feed_consent_withdrawn(site: World):
    student, guardian = id_of(site, "the student"), id_of(site, "the guardian")
    site.do(person.WithdrawConsent(student, "guardian-feed", "administrator", site.now, guardian))


@when(parsers.parse("the administrator links the {guardian:w} to the student without a consent"))
def links_without_consent(site: World, guardian: str):
    link(site, "the student", guardian, consent="")


@when(parsers.parse("the administrator links the {guardian:w} to the {ward:w} with a consent"))
def links_with_consent(site: World, guardian: str, ward: str):
    link(site, ward, guardian)


@then("the student has no guardian")
def has_no_guardian(site: World):
    assert row_of(site, "the student").guardians == ()


@then(parsers.parse("the {who:w} is told nothing"))
def told_nothing(site: World, who: str):
    assert messages(site, who) == []


@then(
    parsers.re(
        r"the (?P<who>\w+) is told that the (?P<about>\w+) (?P<what>came in|went out)"
        r" by the (?P<place>\w+) door"
    )
)
def told_of_passage(site: World, who: str, about: str, what: str, place: str):
    newest = messages(site, who)[0]
    assert (newest.about, newest.door) == (id_of(site, about), site.door(place))
    assert (meaning(newest.code).decision, newest.direction) == PASSED[what]


@then(parsers.parse("the {who:w} is told that the {about:w} was turned away by the {place:w} door"))
def told_of_refusal(site: World, who: str, about: str, place: str):
    newest = messages(site, who)[0]
    assert (newest.about, newest.door) == (id_of(site, about), site.door(place))
    assert meaning(newest.code).decision == "denied"


@then(
    parsers.parse("the message says that it happened {minutes:d} minutes ago, and that it is late")
)
def told_late(site: World, minutes: int):
    newest = messages(site, "the guardian")[0]
    assert newest.late
    assert newest.occurred_at == site.now - timedelta(minutes=minutes)


def messages(site: World, who: str) -> list[NotificationRow]:
    return site.site.query(notification_center.messages, id_of(site, who))
