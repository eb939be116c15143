from typing import Any

from pytest_bdd import given, parsers, scenarios, then, when

from cvsec_adapters.desk import codes, credentials
from cvsec_adapters.wiring import stored
from cvsec_core.aggregates import credential
from cvsec_core.projections import directory
from tests.features.people_site import id_of, name_of
from tests.features.site import World

pytest_plugins = ("tests.features.people_steps",)

scenarios("credentials.feature")

ADMINISTRATOR = {"by": "administrator"}


# Cards.
@given(parsers.parse("the {who:w} was given card {number:w} from {start} to {end}"))
@when(parsers.parse("the administrator gives the {who:w} card {number:w} from {start} to {end}"))
def given_card_for_a_time(site: World, who: str, number: str, start: str, end: str):
    validity = credentials.Validity(site.clock(start), site.clock(end))
    site.at_desk(
        credentials.issue_card,
        site.site,
        number_of(site, who),
        number,
        validity=validity,
        **ADMINISTRATOR,
    )


@given(parsers.parse("the administrator revoked card {number}"))
def card_is_revoked(site: World, number: str):
    site.at_desk(credentials.revoke, site.site, number, **ADMINISTRATOR)


@given(parsers.parse("the administrator restored card {number}"))
@when(parsers.parse("the administrator restores card {number}"))
def card_is_restored(site: World, number: str):
    site.at_desk(credentials.restore, site.site, number, **ADMINISTRATOR)


@then(parsers.parse("the register shows card {number} of the {who:w} as {state}"))
def register_shows_card(site: World, number: str, who: str, state: str):
    (row,) = of_kind(site, who, "card")
    assert (row.number, row.state) == (number, state)


# PINs.
@then(parsers.parse("the PIN {pin} is the {who:w}'s"))
def pin_is_theirs(site: World, pin: str, who: str):
    shown = credentials.credential_of_pin(site.site, id_of(site, who), pin)
    assert shown in [row.id for row in of_kind(site, who, "pin") if row.state == "active"]


@then(parsers.parse("the PIN {pin} is not the {who:w}'s"))
def pin_is_not_theirs(site: World, pin: str, who: str):
    assert credentials.credential_of_pin(site.site, id_of(site, who), pin) is None


@then(parsers.parse("nothing on record shows {text}"))
def nothing_shows(site: World, text: str):
    log = site.site.log
    assert not any(text in str(stored(found.event)) for found in log.read_all(0, log.head()))


# Codes.
@given(parsers.parse("the app of the {who:w} showed a code"))
@when(parsers.parse("the app of the {who:w} shows a code"))
def app_shows_code(site: World, who: str):
    showing = site.at_desk(codes.show_code, site.desk, number_of(site, who), by=who)
    site.code = showing.text if showing else ""


@given(parsers.parse("the {who:w} showed the code to the {place:w} door"))
@when(parsers.parse("the {who:w} shows the code to the {place:w} door"))
@when(parsers.parse("{who} shows the copied code to the {place:w} door"))
def code_is_shown(site: World, place: str):
    shows(site, place, site.code)


@when(parsers.parse("the {who:w} shows the code with one letter changed to the {place:w} door"))
def changed_code_is_shown(site: World, place: str):
    last = "A" if site.code[-1] != "A" else "E"
    shows(site, place, site.code[:-1] + last)


@when(parsers.parse('the {who:w} shows the text "{text}" to the {place:w} door'))
def text_is_shown(site: World, text: str, place: str):
    shows(site, place, text)


@given(parsers.parse("the administrator suspended the codes of the {who:w}"))
def codes_are_suspended(site: World, who: str):
    (row,) = of_kind(site, who, "qr")
    site.at_desk(credentials.suspend, site.site, row.id, "Stolen", **ADMINISTRATOR)


@then(parsers.re(r"the history of the code has (?P<number>\d+) refusals?"))
def refused_codes(site: World, number: str):
    (row,) = of_kind(site, "the employee", "qr")
    log = site.site.log.read(credential.stream(row.id))
    refused = [r for r in log if isinstance(r.event, credential.DynamicCodeRefused)]
    assert len(refused) == int(number)


def shows(site: World, place: str, text: str) -> None:
    verdict: Any = site.at_desk(codes.verify_code, site.desk, text, site.door(place), by="guard")
    if verdict is not None:
        site.shown, site.told = verdict.decision, verdict.decision.reasons


def of_kind(site: World, who: str, kind: str) -> list[directory.CredentialRow]:
    rows = site.site.query(directory.credentials_of, id_of(site, who))
    return [row for row in rows if row.kind == kind]


def number_of(site: World, who: str) -> str:
    return site.people[name_of(who)]
