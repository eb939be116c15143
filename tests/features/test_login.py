from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_adapters.desk import login
from cvsec_core.aggregates import organisation, person
from tests.features.people_site import id_of, known, name_of
from tests.features.site import World

pytest_plugins = ("tests.features.people_steps",)

scenarios("login.feature")


@given(parsers.parse("the {who:w} was enrolled as an administrator"))
def administrator_was_enrolled(site: World, who: str):
    known(site, who, kind="administrator")


@given("the consent to the account of the student was withdrawn")
def account_consent_withdrawn(site: World):
    student, guardian = id_of(site, "the student"), id_of(site, "the guardian")
    site.do(person.WithdrawConsent(student, "account", "administrator", site.now, guardian))


@given(parsers.parse('the {who:w} changed the password "{old}" to "{new}"'))
@when(parsers.parse('the {who:w} changes the password "{old}" to "{new}"'))
def changes_password(site: World, who: str, old: str, new: str):
    site.at_desk(login.change_password, site.desk, number(site, who), old, new)


@when(parsers.parse("somebody signs in with the unknown number {unknown}"))
def stranger_signs_in(site: World, unknown: str):
    site.shown = site.at_desk(login.login, site.desk, unknown, "wrong and long")


@given(parsers.parse("the administrator published version {version:d} of the privacy policy"))
def policy_published(site: World, version: int):
    site.do(organisation.PublishPolicy(version, "administrator", site.now))


@given(parsers.parse("the {who:w} accepted version {version:d} of the privacy policy"))
@when(parsers.parse("the {who:w} accepts version {version:d} of the privacy policy"))
def policy_accepted(site: World, who: str, version: int):
    site.at_desk(login.accept_policy, site.desk, number(site, who), "old but good", version)


@when(
    parsers.parse(
        "somebody accepts version {version:d} of the privacy policy for the {who:w} with"
        ' "{password}"'
    )
)
def stranger_accepts(site: World, version: int, who: str, password: str):
    site.at_desk(login.accept_policy, site.desk, number(site, who), password, version)


@then(parsers.parse("the {who:w} is signed in"))
def is_signed_in(site: World, who: str):
    assert site.codes() == []
    assert site.shown.person == id_of(site, who)


@then(parsers.parse("the {who:w} is signed in as an administrator"))
def is_signed_in_as_administrator(site: World, who: str):
    assert (site.shown.person, site.shown.kind) == (id_of(site, who), "administrator")


@then(parsers.parse("the {who:w} is told to accept version {version:d} first"))
def has_to_accept(site: World, version: int):
    assert site.codes() == ["policy-not-accepted"]
    assert f"{version}" in site.told[0].message()


def number(site: World, who: str) -> str:
    return site.people[name_of(who)]
