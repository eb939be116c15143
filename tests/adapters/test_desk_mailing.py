"""Letters: each leaves once, by a real mail server, and what became of it is seen."""

import subprocess
import sys
import time
from email.message import EmailMessage
from io import BytesIO

import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image

from cvsec_adapters.desk import invitations, people, visits
from cvsec_adapters.desk.forgetting import forget
from cvsec_adapters.desk.lettering import written
from cvsec_adapters.desk.mailing import PasswordUnreadableError, mailer_of, posting, send_due
from cvsec_adapters.desk.visitors import Visitor
from cvsec_adapters.email.outbox import MemoryMailer
from cvsec_adapters.wiring import desk_of, open_site, rebuild
from cvsec_core.aggregates.mail import BACK_OFF, CLAIM_LIFE, ClaimMail
from cvsec_core.aggregates.organisation import SetDisplayOfPersonalData
from cvsec_core.aggregates.person import ForgetPerson
from cvsec_core.ids import MailId
from cvsec_core.projections import directory, invitations as board, mail_outbox
from cvsec_core.rules.visiting import MailNotConfiguredError
from tests.adapters.visiting import (
    HOUR,
    MORNING,
    Watch,
    founded,
    invite,
    place,
    stored,
    walk_in,
    with_mail,
)
from tests.contracts.test_mailer import PASSWORD, USER, Authority, Box, mail_server

SEND = [
    sys.executable, "-c", "from cvsec_adapters.transport.cli import main; main()", "mail", "send",
]  # fmt: skip


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def box():
    return Box()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(box, authority):
    """The port of a mail server in the clear."""
    with mail_server(box, "none", authority) as settings:
        yield settings.port


@pytest.fixture
def desk(tmp_path, watch, server):
    with place(tmp_path, watch) as site:
        with_mail(site, server)
        yield desk_of(site)


def issue(desk, number=0, **told):
    guest = Visitor("Guest", "One", None, f"guest-{number}@example.org")
    wish = invite(**{"guest": guest} | told)
    invitations.issue(desk, wish, by="host").or_raise()
    return wish.invitation


def letters(desk, state=None):
    return desk.site.query(mail_outbox.page, state)


def part_of(letter: EmailMessage, content_type: str) -> EmailMessage:
    (found,) = [part for part in letter.walk() if part.get_content_type() == content_type]
    return found


def entry_of(letter: EmailMessage):
    calendar = Calendar.from_ical(part_of(letter, "text/calendar").get_content())
    (entry,) = calendar.walk("VEVENT")
    return calendar["METHOD"], entry


# What arrives.
def test_the_guest_gets_a_code_that_lets_them_in_once(desk, box):
    name = issue(desk)
    (sent,) = send_due(desk)
    (letter,) = box.letters
    assert box.parties == [("door@example.org", ["guest-0@example.org"])]
    with Image.open(BytesIO(part_of(letter, "image/png").get_content())) as picture:
        (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == invitations.token_of(desk, name)
    invitations.redeem(desk, code.text, by="reception").or_raise()
    assert invitations.redeem(desk, code.text, by="reception").refusals
    (row,) = letters(desk)
    assert (row.id, row.state, row.attempts, row.error) == (sent, "sent", 1, None)


def test_the_letter_says_who_invites_where_and_when(desk, box):
    issue(desk)
    send_due(desk)
    (letter,) = box.letters
    text = part_of(letter, "text/plain").get_content()
    assert letter["Subject"] == "Invitation to North Campus"
    assert "Host One invites you to North Campus." in text
    assert "Tuesday 24 November 2026, 10:00-11:00 (CET, Europe/Madrid)" in text
    assert "Where:" not in text
    method, entry = entry_of(letter)
    assert (method, entry["LOCATION"]) == ("REQUEST", "North Campus")


def test_letters_are_in_the_language_of_the_organisation(tmp_path, watch, server, box):
    with place(tmp_path, watch, "es") as site:
        with_mail(site, server)
        issue(desk_of(site))
        send_due(desk_of(site))
    (letter,) = box.letters
    assert letter["Subject"] == "Invitación a North Campus"
    assert "Host One le invita" in part_of(letter, "text/plain").get_content()


def test_a_withdrawal_takes_the_same_entry_from_the_calendar(desk, box):
    name = issue(desk)
    send_due(desk)
    invitations.withdraw(desk.site, name, by="host").or_raise()
    send_due(desk)
    invited, withdrawn = box.letters
    (asked, first), (taken, second) = entry_of(invited), entry_of(withdrawn)
    assert (asked, taken) == ("REQUEST", "CANCEL")
    assert first["UID"] == second["UID"]
    assert invited["Message-ID"] != withdrawn["Message-ID"]


def test_what_no_longer_holds_is_not_sent_and_that_is_seen(desk, box, watch):
    withdrawn = issue(desk)
    invitations.withdraw(desk.site, withdrawn, by="host").or_raise()
    late = issue(desk, 1, end=MORNING + HOUR + HOUR / 2)
    watch.now = MORNING + 2 * HOUR
    send_due(desk)
    assert [letter["Subject"] for letter in box.letters] == [
        "Your invitation to North Campus was withdrawn"
    ]
    given_up = {row.id: row.error for row in letters(desk, "given-up")}
    assert given_up == dict.fromkeys(
        (f"invitation.{late}", f"invitation.{withdrawn}"),
        "What the letter was to tell no longer holds.",
    )


def test_a_host_is_told_the_number_of_who_has_come_and_the_name_where_names_are_shown(desk, box):
    def arrived():
        wish = walk_in()
        visits.register(desk, wish, by="reception").or_raise()
        visits.check_in(desk.site, wish.visit, by="reception").or_raise()
        send_due(desk)
        return box.letters[-1]

    hidden = arrived()
    (visitor,) = desk.site.query(directory.people, kind="visitor")
    assert hidden["Subject"] == f"{visitor.number} has arrived"
    assert "Guest" not in part_of(hidden, "text/plain").get_content()
    desk.site.handle(SetDisplayOfPersonalData(("name",), "dean", MORNING))
    shown = arrived()
    assert shown["Subject"] == "Guest One has arrived"
    assert shown["To"] == "Host One <host@example.org>"


# Once.
def test_a_letter_is_sent_once_whatever_is_run_again(desk, box):
    issue(desk)
    assert len(send_due(desk)) == 1
    rebuild(desk.site, lambda *_: None)
    head = desk.site.log.head()
    for _ in range(3):
        assert send_due(desk) == []
    assert len(box.contents) == 1
    assert desk.site.log.head() == head


def test_two_processes_send_each_letter_once(tmp_path, box, server):
    """Both begin while the other is at it: each claims what the other has not."""
    with open_site(tmp_path / "site.db") as site:
        founded(site)
        with_mail(site, server)
        span = {"start": site.clock() + HOUR, "end": site.clock() + 2 * HOUR}
        for number in range(40):
            issue(desk_of(site), number, **span)
    command = [*SEND, "--json", "--db", str(tmp_path / "site.db")]
    workers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], told
    addresses = sorted(recipient for _, (recipient,) in box.parties)
    assert addresses == sorted(f"guest-{number}@example.org" for number in range(40))
    assert len({letter["Message-ID"] for letter in box.letters}) == 40


def test_what_a_worker_left_behind_is_sent_again_under_the_same_id(desk, box, watch):
    """It was killed after the server took the letter and before that was recorded."""
    name = MailId(f"invitation.{issue(desk)}")
    desk.site.handle(ClaimMail(name, "killed", watch.now))
    (row,) = letters(desk)
    mailer_of(desk.site).send(written(desk, row))
    assert send_due(desk) == []
    watch.now += CLAIM_LIFE
    assert send_due(desk) == [name]
    first, second = box.letters
    assert first["Message-ID"] == second["Message-ID"]
    (row,) = letters(desk)
    assert (row.state, row.attempts) == ("sent", 2)


def test_nothing_goes_to_who_was_forgotten(desk, box):
    issue(desk)
    (guest,) = desk.site.query(directory.people, kind="visitor")
    desk.site.handle(ForgetPerson(guest.id, "dpo", MORNING)).or_raise()
    assert send_due(desk) == []
    assert box.contents == []


def test_who_was_invited_by_somebody_forgotten_is_told_that_it_is_off(desk, box):
    issue(desk)
    send_due(desk)
    host = desk.site.query(board.of_host)[0].host
    forget(desk, host.number, by="dpo")
    send_due(desk)
    assert len(box.contents) == 2
    off = box.letters[-1]
    assert "withdrawn" in off["Subject"]
    assert host.first_name not in off.as_string()


# What goes wrong.
def test_what_fails_for_now_is_tried_again_later_and_later(desk, box, watch):
    box.replies["RCPT"] = "450 Mailbox busy"
    issue(desk)
    for attempt, wait in enumerate(BACK_OFF, 1):
        send_due(desk)
        (row,) = letters(desk)
        assert (row.state, row.attempts) == ("pending", attempt)
        assert "450 Mailbox busy" in row.error
        assert (row.due_at - watch.now).total_seconds() == wait
        assert send_due(desk) == []
        if attempt == 2:
            break
        watch.now = row.due_at
    watch.now = row.due_at
    box.replies.clear()
    send_due(desk)
    (row,) = letters(desk)
    assert (row.state, row.attempts, row.error) == ("sent", 3, None)


def test_in_the_end_it_is_given_up_and_that_is_seen(tmp_path, watch, authority):
    box = Box({"DATA": "451 Disk full"})
    with mail_server(box, "none", authority) as settings, place(tmp_path, watch) as site:
        with_mail(site, settings.port)
        desk = desk_of(site)
        issue(desk, end=MORNING + 240 * HOUR)
        while not (given_up := letters(desk, "given-up")):
            send_due(desk)
            (row,) = letters(desk)
            watch.now = max(watch.now, row.due_at)
        (row,) = given_up
    assert row.attempts == len(BACK_OFF) + 1
    assert "451 Disk full" in row.error
    assert box.contents == []


def test_a_mailbox_that_there_is_not_is_given_up_at_once(desk, box):
    box.replies["RCPT"] = "550 No such mailbox"
    issue(desk)
    send_due(desk)
    (row,) = letters(desk, "given-up")
    assert row.attempts == 1
    assert row.error == "The mail server refuses the recipient (550 No such mailbox)."
    (shown,) = desk.site.query(board.of_host)
    assert shown.mail.state == "given-up"


def test_who_has_no_address_any_more_gets_no_letter(desk):
    wish = walk_in(host="1003")
    visits.register(desk, wish, by="reception").or_raise()
    visits.check_in(desk.site, wish.visit, by="reception").or_raise()
    people.correct(desk.site, "1003", people.Details(email=""), by="dean")
    send_due(desk)
    (row,) = letters(desk, "given-up")
    assert row.error == "The recipient has no e-mail address."


def test_one_bad_letter_keeps_no_other_back(desk, box):
    box.replies["RCPT"] = "550 No such mailbox"
    issue(desk, 1)
    send_due(desk)
    box.replies.clear()
    issue(desk, 2)
    issue(desk, 3)
    assert len(send_due(desk)) == 2
    assert len(box.contents) == 2


def test_a_server_under_no_name_that_there_can_be_is_unreachable(desk):
    with_mail(desk.site, 25, "no..name")
    issue(desk)
    send_due(desk)
    (row,) = letters(desk)
    assert (row.state, row.attempts) == ("pending", 1)
    assert row.error.startswith("The mail server cannot be reached")


# Login.
@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_the_login_takes_the_password_from_its_file(
    tmp_path, watch, authority, monkeypatch, security
):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.pem))
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    box = Box()
    with (
        mail_server(box, security, authority, auth_required=security == "starttls") as settings,
        place(tmp_path, watch) as site,
    ):
        login = {"user": USER, "password_file": str(secret), "security": security}
        with_mail(site, settings.port, **login)
        issue(desk_of(site))
        send_due(desk_of(site))
        assert [(row.state, row.error) for row in letters(desk_of(site))] == [("sent", None)]
    assert len(box.contents) == 1
    assert all(PASSWORD.encode() not in file.read_bytes() for file in tmp_path.glob("site*"))


@pytest.mark.parametrize("content", [None, b"", b"\n", b"two\nlines", b"\xff\xfe"])
def test_without_a_readable_password_nothing_is_claimed(desk, tmp_path, content):
    issue(desk)
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with_mail(desk.site, 587, user="site", password_file=str(file), security="starttls")
    head = desk.site.log.head()
    with pytest.raises(PasswordUnreadableError) as refused:
        send_due(desk)
    assert str(file) in refused.value.message("es")
    assert desk.site.log.head() == head


def test_without_a_mail_server_there_is_nothing_to_send_by(tmp_path):
    with place(tmp_path) as site, pytest.raises(MailNotConfiguredError):
        send_due(desk_of(site))


# By itself.
def test_letters_leave_by_themselves_where_somebody_serves(desk, box):
    with posting(desk, pause_s=0.01):
        issue(desk, 1)
        issue(desk, 2)
        wait_for(lambda: len(letters(desk, "sent")) == 2)
    assert len(box.contents) == 2


def test_the_thread_outlives_what_cannot_be_sent(tmp_path, watch, box, server, caplog):
    with place(tmp_path, watch) as site:
        desk = desk_of(site)
        with_mail(site, 587, user="site", password_file="nowhere", security="starttls")
        with posting(desk, pause_s=0.01):
            issue(desk)
            wait_for(lambda: caplog.records)
            with_mail(site, server)
            wait_for(lambda: letters(desk, "sent"))
    assert len([record for record in caplog.records if record.exc_info]) == 1
    assert len(box.contents) == 1


def wait_for(happened):
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.01)


def test_another_mailer_may_take_them(desk, box):
    issue(desk)
    kept = MemoryMailer()
    send_due(desk, kept)
    assert len(kept.letters) == 1
    assert box.contents == []
    assert stored(desk.site)[-1] == "MailSent"
