"""People, access levels and the organisation's settings on the command line."""

import json
import shutil

import pytest

from cvsec_adapters.wiring import open_site
from cvsec_core.aggregates import person
from cvsec_core.ids import PersonId
from tests.adapters.terminal import ask, enter, head, refused, run

PERSON_KEYS = {
    "id", "kind", "first_name", "last_name", "email", "phone", "department", "cards", "app_login",
    "blocked",
}  # fmt: skip


@pytest.fixture(scope="module")
def campus(tmp_path_factory):
    """A site in Madrid with a device of two doors, a parent, a student and a card."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = enter(tmp_path_factory.mktemp("people"), monkeypatch)
        run("org", "found", "North Campus", "--zone", "Europe/Madrid")
        run("devices", "register", "CTL", "--doors", "2")
        run("people", "enroll", "P1", "--first-name", "Guardian", "--last-name", "One")
        run("people", "enroll", "S1", "--first-name", "Student", "--minor", "--card", "7001")
    return folder


@pytest.fixture
def here(campus, tmp_path, monkeypatch):
    """The current folder holds a copy of the campus as `site.db`."""
    for file in campus.iterdir():
        shutil.copy(file, tmp_path)
    return enter(tmp_path, monkeypatch)


# Enrolling.
def test_a_person_has_their_shape(here):
    told = ask(
        "people", "enroll", "P2", "--first-name", " Host ", "--last-name", "Two",
        "--email", "host@EXAMPLE.org", "--phone", "600 123 456", "--department", "Library",
        "--card", "7002",
    )  # fmt: skip
    assert set(told) == PERSON_KEYS
    assert told == {
        "id": "P2",
        "kind": "personnel",
        "first_name": "Host",
        "last_name": "Two",
        "email": "host@example.org",
        "phone": "+34600123456",
        "department": "Library",
        "cards": ["7002"],
        "app_login": False,
        "blocked": False,
    }
    assert ask("people", "show", "P2") == told
    assert told in ask("people", "list")


def test_what_is_not_known_of_somebody_is_null(here):
    told = ask("people", "show", "S1")
    assert told["last_name"] is told["email"] is told["phone"] is told["department"] is None
    assert told["cards"] == ["7001"]


def test_nobody_is_known_by_their_pseudonym(here):
    run("people", "guardian", "S1", "P1", "--consent", "form 1")
    texts = run("people", "show", "S1").stdout + run("people", "show", "P1").stdout
    assert "Guardians      P1" in texts
    assert "Guards         S1" in texts


def test_enrolling_somebody_again_the_same_way_changes_nothing(here):
    before = head()
    again = ("people", "enroll", "S1", "--first-name", "Student", "--minor", "--card", "7001")
    assert run(*again).stdout == "It is so already; nothing changed.\n"
    assert head() == before
    assert refused("people", "enroll", "S1", "--first-name", "Other") == ["person-enrolled"]
    assert head() == before


def test_a_card_that_is_somebody_elses_leaves_nobody_enrolled(here):
    before = head()
    taken = ("people", "enroll", "P3", "--first-name", "Guest", "--card", "7001")
    assert refused(*taken) == ["credential-taken"]
    assert head() == before
    assert refused("people", "block", "P3", "--reason", "none") == ["person-unknown"]


def test_every_field_that_is_no_good_is_named_at_once(here):
    wrong = (
        "people", "enroll", "two words", "--first-name", "Gu\x1b[2Jest", "--last-name", "x" * 101,
        "--email", "nobody", "--phone", "12", "--department", "a\nb", "--card", "000",
    )  # fmt: skip
    before = head()
    assert refused(*wrong, code=2) == ["invalid-field"] * 7
    told = run(*wrong, code=2).stderr.splitlines()
    assert [line.split(": ")[1] for line in told[:7]] == [
        "id", "first_name", "last_name", "department", "email", "phone", "card",
    ]  # fmt: skip
    assert "\x1b" not in "".join(told)
    assert head() == before


def test_errors_are_told_in_the_language_of_the_organisation(tmp_path, monkeypatch):
    enter(tmp_path, monkeypatch)
    run("org", "found", "Campus Sur", "--zone", "America/Bogota", "--locale", "es")
    wrong = run("people", "enroll", "P1", "--first-name", "", "--phone", "12", code=2)
    first, second, *_ = wrong.stderr.splitlines()
    assert first == (
        "invalid-field: first_name: se esperaba una línea de 1 a 100 caracteres, no ''."
    )
    assert second == (
        "invalid-field: phone: "
        "se esperaba un número de CO, o uno que empiece por + y su país, no '12'."
    )
    assert run("people", "enroll", "P1", "--first-name", "Visita").stdout == "Inscrita.\n"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("--phone", "+34 600 123 456"), "+34600123456"),
        (("--phone", "600 123 456", "--region", "ES"), "+34600123456"),
        (("--phone", "301 555 0100", "--region", "US"), "+13015550100"),
    ],
)
def test_a_site_without_a_country_takes_numbers_that_name_theirs(
    tmp_path, monkeypatch, given, kept
):
    enter(tmp_path, monkeypatch)
    run("org", "found", "Anywhere")
    person = ("people", "enroll", "P1", "--first-name", "Guest")
    assert refused(*person, "--phone", "600 123 456", code=2) == ["invalid-field"]
    assert ask(*person, *given)["phone"] == kept


# Listing.
def test_people_are_listed_by_number_and_searched_without_case(here):
    run("people", "enroll", "A1", "--first-name", "Ángela", "--department", "Kitchen")
    assert [person["id"] for person in ask("people", "list")] == ["A1", "P1", "S1"]
    for words, found in (
        ("ÁNGELA", ["A1"]),
        ("kitch", ["A1"]),
        ("one", ["P1"]),
        ("guardian one", ["P1"]),
        ("s1", ["S1"]),
        ("%", []),
    ):
        assert [person["id"] for person in ask("people", "list", "--search", words)] == found
    run("people", "enroll", "A2", "--first-name", "Guard", "--kind", "administrator")
    assert [p["id"] for p in ask("people", "list", "--kind", "administrator")] == ["A2"]


def test_pages_lead_through_everybody_once(here):
    for number in range(7):
        run("people", "enroll", f"Ñ {number}".replace(" ", ""), "--first-name", "Guest")
    seen, more = [], ()
    while True:
        page = run("people", "list", "--limit", "4", "--json", *more)
        seen += [line for line in page.stdout.splitlines() if '"id"' in line]
        if not page.stderr:
            break
        more = ("--after", page.stderr.removeprefix("next: ").strip())
    assert len(seen) == len(set(seen)) == 9


def test_who_has_no_number_stands_on_one_page_only(here):
    with open_site("site.db") as site:
        for name in ("guest-1", "guest-2", "guest-3"):
            who = person.EnrollPerson(
                PersonId(name), "visitor", person.Particulars("Guest"), "office", site.clock()
            )
            site.handle(who).or_raise()
    pages, more = [], ()
    while True:
        page = run("people", "list", "--kind", "visitor", "--limit", "1", "--json", *more)
        pages += json.loads(page.stdout)
        if not page.stderr or len(pages) > 3:
            break
        more = ("--after", page.stderr.removeprefix("next: ").strip())
    assert len(pages) == 3


@pytest.mark.parametrize("cursor", ["p1", "t1.p1", "szz", "sc3"])
def test_a_cursor_of_another_list_is_wrong_use(here, cursor):
    run("people", "list", "--after", cursor, code=2)
    run("alarms", "list", "--after", "s41", code=2)


@pytest.mark.parametrize(
    "command",
    [("people", "list"), ("people", "show", "S1"), ("levels", "list"), ("org", "show")],
    ids=" ".join,
)
def test_people_get_text_that_fits_80_columns(here, command):
    assert max(map(len, run(*command).stdout.splitlines())) <= 80


# Changing.
def test_only_what_is_named_is_corrected(here):
    run("people", "enroll", "P4", "--first-name", "Guest", "--email", "g@example.org")
    told = ask("people", "correct", "P4", "--last-name", "Four", "--department", "Lab")
    assert (told["first_name"], told["email"]) == ("Guest", "g@example.org")
    told = ask("people", "correct", "P4", "--email", "")
    assert (told["email"], told["last_name"], told["department"]) == (None, "Four", "Lab")
    before = head()
    assert refused("people", "correct", "P4", "--first-name", "", "--email", "x", code=2) == [
        "invalid-field",
        "invalid-field",
    ]
    run("people", "correct", "P4", "--last-name", "Four")
    assert head() == before


def test_a_minor_signs_in_with_a_guardians_consent_only(here):
    before = head()
    assert refused("people", "enable-login", "S1") == ["consent-missing"]
    assert head() == before + 1
    linked = run("people", "guardian", "S1", "P1", "--consent", "form 7")
    assert linked.stdout == "Linked, and the consent recorded.\n"
    assert ask("people", "enable-login", "S1")["app_login"] is True
    assert ask("people", "disable-login", "S1")["app_login"] is False


def test_with_the_last_consent_the_account_ends(here):
    run("people", "enroll", "P2", "--first-name", "Guardian", "--last-name", "Two")
    for guardian in ("P1", "P2"):
        run("people", "guardian", "S1", guardian, "--consent", f"form of {guardian}")
    run("people", "enable-login", "S1")
    assert ask("people", "withdraw-consent", "S1", "P1")["app_login"] is True
    assert run("people", "withdraw-consent", "S1", "P1").stdout.startswith("It is so already")
    assert ask("people", "withdraw-consent", "S1", "P2", "--purpose", "account")["app_login"] is (
        False
    )
    assert refused("people", "enable-login", "S1") == ["consent-missing"]
    assert refused("people", "withdraw-consent", "S1", "nobody") == ["person-unknown"]
    run("people", "guardian", "S1", "P1", "--consent", "form 9")
    run("people", "enable-login", "S1")
    run("people", "forget", "P1", "--yes")
    assert ask("people", "show", "S1")["app_login"] is False


@pytest.mark.parametrize(
    ("child", "guardian", "code", "status"),
    [
        ("S1", "S1", "invalid-field", 2),
        ("P1", "S1", "invalid-field", 2),
        ("P2", "P1", "invalid-field", 2),
        ("S1", "nobody", "person-unknown", 1),
        ("nobody", "P1", "person-unknown", 1),
    ],
)
def test_a_guardian_is_somebody_else_and_of_age_and_guards_a_minor(
    here, child, guardian, code, status
):
    run("people", "enroll", "P2", "--first-name", "Host")
    asked = ("people", "guardian", child, guardian, "--consent", "form 7")
    before = head()
    assert refused(*asked, code=status) == [code]
    assert head() == before
    told = run(*asked, code=status).stderr
    assert guardian in told or child in told or code == "person-unknown"


def test_somebody_is_blocked_once_and_unblocked(here):
    assert ask("people", "block", "P1", "--reason", "lost keys")["blocked"] is True
    before = head()
    run("people", "block", "P1", "--reason", "again")
    assert head() == before
    assert ask("people", "unblock", "P1")["blocked"] is False
    assert refused("people", "block", "P1", "--reason", "a\nb", code=2) == ["invalid-field"]


def test_notifications_are_switched(here):
    run("people", "notify", "P1", "off")
    assert "Notifications  no" in run("people", "show", "P1").stdout
    before = head()
    run("people", "notify", "P1", "off")
    assert head() == before
    run("people", "notify", "P1", "on")
    run("people", "notify", "P1", "maybe", code=2)


def test_a_password_comes_by_file_and_is_told_nowhere(here):
    (here / "password").write_text("correct horse\n", encoding="utf-8")
    run("people", "password", "P1", "--password-file", "password")
    run("people", "password", "P1", "--password-file", "-", given=b"battery staple\n")
    assert "battery" not in run("log", "tail").stdout
    for content in (b"short\n", b"", b"two\nlines\n", b"\xff\xfe\xfa" * 9, b"x" * 5000):
        wrong = run("people", "password", "P1", "--password-file", "-", code=2, given=content)
        assert wrong.stderr.startswith("invalid-field: password")
        assert "short" not in wrong.stderr.replace("shorter", "")
    asked = ("people", "password", "nobody", "--password-file", "password")
    assert refused(*asked) == ["person-unknown"]


def test_a_password_is_changed_by_who_knows_the_old_one(here):
    (here / "old").write_text("correct horse\n", encoding="utf-8")
    (here / "new").write_text("battery staple\n", encoding="utf-8")
    run("people", "password", "P1", "--password-file", "old")
    change = ("people", "password", "P1", "--password-file", "new", "--old-password-file")
    assert refused(*change, "old") == ["app-login-disabled"]
    run("people", "enable-login", "P1")
    assert refused(*change, "new") == ["login-failed"]
    run("org", "policy", "publish")
    assert refused(*change, "old") == ["policy-not-accepted"]
    assert run("people", "accept-policy", "P1").stdout == "Accepted.\n"
    assert run("people", "accept-policy", "P1").stdout.startswith("It is so already")
    assert run(*change, "old").stdout == "The password is set.\n"
    assert refused(*change, "old") == ["login-failed"]


def test_no_policy_is_accepted_before_one_is_published(here):
    assert refused("people", "accept-policy", "P1", code=2) == ["invalid-field"]


@pytest.mark.parametrize(
    "command",
    [
        ("people", "show", "nobody"),
        ("people", "correct", "nobody", "--last-name", "x"),
        ("people", "enable-login", "nobody"),
        ("people", "disable-login", "nobody"),
        ("people", "unblock", "nobody"),
        ("people", "notify", "nobody", "on"),
        ("levels", "grant", "staff", "nobody"),
    ],
    ids=" ".join,
)
def test_nobody_is_somebody_else(here, command):
    assert run(*command, code=1).stderr.startswith("person-unknown: ")


# Access levels.
def test_a_level_has_its_shape(here):
    told = ask(
        "levels", "define", "staff", "--door", "CTL-1", "--door", "CTL-2",
        "--hours", "mon-fri 08:00-12:00,14:00-18:00", "--hours", "sat-mon 22:00-06:00",
        "--holiday", "2026-12-25", "--holiday", "2026-01-01",
    )  # fmt: skip
    assert told == {
        "id": "staff",
        "doors": ["CTL-1", "CTL-2"],
        "hours": [
            "mon-fri 08:00-12:00",
            "mon-fri 14:00-18:00",
            "mon,sat,sun 22:00-24:00",
            "mon,tue,sun 00:00-06:00",
        ],
        "holidays": ["2026-01-01", "2026-12-25"],
        "revision": 1,
    }
    assert ask("levels", "list") == [told]


def test_a_level_is_granted_and_withdrawn(here):
    run("levels", "define", "staff", "--door", "CTL-1", "--hours", "daily 00:00-24:00")
    run("levels", "grant", "staff", "P1")
    assert "staff" in run("people", "show", "P1").stdout
    assert run("levels", "grant", "staff", "P1").stdout.startswith("It is so already")
    run("levels", "withdraw", "staff", "P1")
    assert "staff" not in run("people", "show", "P1").stdout
    assert refused("levels", "grant", "none", "P1") == ["access-level-unknown"]
    assert refused("levels", "withdraw", "none", "P1") == ["access-level-unknown"]


def test_a_level_is_defined_once_and_changed(here):
    define = ("levels", "define", "staff", "--door", "CTL-1", "--hours")
    run(*define, "daily 08:00-18:00")
    before = head()
    run(*define, "mon-sun 8:00-18:00")
    assert refused(*define, "daily 08:00-19:00") == ["access-level-taken"]
    assert head() == before
    change = ("levels", "change", "staff", "--door", "CTL-2", "--hours", "mon 08:00-19:00")
    assert ask(*change)["revision"] == 2
    assert refused("levels", "change", "none", *change[3:]) == ["access-level-unknown"]


def test_a_level_that_is_no_good_is_not_defined(here):
    before = head()
    hours = ("--hours", "mon-fri 08:00-18:00")
    assert refused("levels", "define", "a b", "--door", "CTL-1", "--hours", "8-18", code=2) == [
        "invalid-field",
        "invalid-field",
    ]
    assert refused("levels", "define", "x", "--door", "CTL-9", *hours) == ["door-unknown"]
    run("levels", "define", "x", *hours, code=2)
    run("levels", "define", "x", "--door", "CTL-1", *hours, "--holiday", "christmas", code=2)
    assert head() == before


# The organisation.
def test_the_mail_server_is_configured(here):
    mail = ("org", "mail", "--host", "mail.example.org", "--port", "587", "--from")
    run(*mail, "reception@example.org")
    assert ask("org", "show")["mail"] == {
        "host": "mail.example.org",
        "port": 587,
        "from": "reception@example.org",
        "user": None,
        "password_file": None,
        "security": "starttls",
    }
    (here / "secret").write_text("hush hush\n", encoding="utf-8")
    run(*mail, "reception@example.org", "--user", "post", "--password-file", "secret")
    told = ask("org", "show")["mail"]
    assert (told["user"], told["password_file"]) == ("post", str(here / "secret"))
    assert "hush" not in run("org", "show").stdout + run("log", "tail").stdout


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (("--from", "reception"), "from"),
        (("--port", "0"), "port"),
        (("--host", ""), "host"),
        (("--user", "post"), "password_file"),
        (("--password-file", "secret"), "user"),
        (("--user", "post", "--password-file", "secret", "--security", "none"), "security"),
    ],
)
def test_mail_settings_that_are_no_good_are_not_kept(here, changed, field):
    (here / "secret").write_text("hush hush\n", encoding="utf-8")
    good = ("--host", "mail.example.org", "--port", "587", "--from", "reception@example.org")
    before = head()
    wrong = run("org", "mail", *good, *changed, code=2)
    assert wrong.stderr.startswith(f"invalid-field: {field}: ")
    assert head() == before


def test_policies_are_numbered_and_what_is_shown_is_said(here):
    assert (ask("org", "show")["policy"], ask("org", "show")["display"]) == (0, [])
    run("org", "policy", "publish")
    run("org", "policy", "publish")
    run("org", "display", "--show", "name", "--show", "department")
    told = ask("org", "show")
    assert (told["policy"], told["display"]) == (2, ["name", "department"])
    run("org", "display", code=2)
    run("org", "display", "--nothing")
    assert ask("org", "show")["display"] == []


def test_the_reasons_of_visits_are_said(here):
    run("org", "reasons", "meeting", "delivery", "meeting")
    assert ask("org", "show")["reasons"] == ["meeting", "delivery"]
    assert "meeting, delivery" in run("org", "show").stdout
    assert run("org", "reasons", "a\nb", code=2).stderr.startswith("invalid-field: reasons: ")
    run("org", "reasons", code=2)
    run("org", "reasons", "--nothing")
    assert ask("org", "show")["reasons"] == []
