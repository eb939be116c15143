Feature: Invitations
  A host invites somebody, who gets a letter with a QR code.
  The code lets them be registered once; every further scan is refused, and on record.

  Background:
    Given the host was enrolled

  Rule: Whoever is invited gets a letter with a QR code

    Background:
      Given a mail server was set up

    Scenario: The host invites somebody
      When the host invites Guest One for a meeting
      Then the invitation of Guest One is open
      And a letter to the visitor Guest One is due

    Scenario: The letter goes out
      Given the host invited Guest One for a meeting
      When the letters are sent
      Then Guest One has 1 letter
      And the letter shows the QR code of the invitation
      And no letter is due

    Scenario: No letter goes out twice
      Given the host invited Guest One for a meeting
      And the letters were sent
      When the letters are sent
      Then Guest One has 1 letter

    Scenario: Whoever is invited twice is one visitor
      Given the host invited Guest One for a meeting
      When the host invites Guest One for an interview
      Then the register names the host and the visitor Guest One

  Rule: A letter that did not go is tried again, or given up for all to see

    Background:
      Given a mail server was set up

    Scenario: The mail server is out of reach
      Given the host invited Guest One for a meeting
      And the mail server could not be reached
      When the letters are sent
      Then the letter of the invitation waits, after 1 attempt

    Scenario: The mail server is back
      Given the host invited Guest One for a meeting
      And the mail server could not be reached
      And the letters were sent
      And the mail server could be reached again
      And 2 minutes passed
      When the letters are sent
      Then Guest One has 1 letter

    Scenario: The mail server refuses the address
      Given the host invited Guest One for a meeting
      And the mail server refused the address of Guest One
      When the letters are sent
      Then the letter of the invitation was given up

  Rule: Nothing is promised that no letter can tell

    Scenario: There is no mail server
      When the host invites Guest One for a meeting
      Then the host is told that there is no mail server
      And the register names the host

    Scenario: There is no address
      Given a mail server was set up
      When the host invites Guest One without an address
      Then the host is told that an address is needed
      And the register names the host

    Scenario: The address is none
      Given a mail server was set up
      When the host invites Guest One at the address "front desk"
      Then the host is told that an address is needed
      And the register names the host

  Rule: An invitation is for somebody with a name, and for a time to come

    Scenario: There is no first name
      Given a mail server was set up
      When the host invites somebody without a first name
      Then the host is told that a name is needed
      And the register names the host

    Scenario: It would be over already
      Given a mail server was set up
      When the host invites Guest One until an hour ago
      Then the host is told that the end must be to come
      And the register names the host

    Scenario: It may have begun already
      Given a mail server was set up
      When the host invites Guest One from an hour ago
      Then the invitation of Guest One is open

  Rule: The QR code works once, for the whole party

    Background:
      Given a mail server was set up

    Scenario: The first scan makes a visit of it
      Given the host invited Guest One for a meeting
      When the receptionist scans the QR code of Guest One
      Then the visitor list shows Guest One, for the host, as expected
      And the invitation of Guest One is redeemed

    Scenario: The second scan is refused, and on record
      Given the host invited Guest One for a meeting
      And the receptionist scanned the QR code of Guest One
      When the receptionist scans the QR code of Guest One
      Then the receptionist is refused because the invitation was used already
      And the history of the invitation has 1 refused scan

    Scenario: Every further scan is on record
      Given the host invited Guest One for a meeting
      And the receptionist scanned the QR code of Guest One
      And the receptionist scanned the QR code of Guest One
      When the receptionist scans the QR code of Guest One
      Then the history of the invitation has 2 refused scans

    Scenario: Several come together
      Given the host invited Guest One with 4 others
      When the receptionist scans the QR code of Guest One
      Then the visitor list shows that Guest One comes with 4 others
      And the invitation of Guest One is redeemed

  Rule: A code that no longer holds admits nobody

    Background:
      Given a mail server was set up

    Scenario: It has run out
      Given the host invited Guest One for a meeting
      And 3 hours passed
      When the receptionist scans the QR code of Guest One
      Then the receptionist is refused because the invitation has run out
      And the invitation of Guest One is expired

    Scenario: The host took it back
      Given the host invited Guest One for a meeting
      And the host withdrew the invitation of Guest One
      When the receptionist scans the QR code of Guest One
      Then the receptionist is refused because the invitation was withdrawn
      And the invitation of Guest One is withdrawn

    Scenario: Several things stand against it
      Given the host invited Guest One for a meeting
      And the host withdrew the invitation of Guest One
      And the administrator blocked Guest One because "Broke the barrier"
      And 3 hours passed
      When the receptionist scans the QR code of Guest One
      Then the receptionist is refused because the invitation was withdrawn, and because the invitation has run out, and because the visitor is on the blocklist

  Rule: A code admits nobody the day before, and is not used up by it

    Background:
      Given a mail server was set up

    Scenario: It is for tomorrow
      Given the host invited Guest One for a meeting, a day ahead
      When the receptionist scans the QR code of Guest One
      Then the receptionist is refused because it is too early for the invitation
      And the invitation of Guest One is open

    Scenario: Too early a scan does not use it up
      Given the host invited Guest One for a meeting, a day ahead
      And the receptionist scanned the QR code of Guest One
      And 24 hours passed
      When the receptionist scans the QR code of Guest One
      Then the visitor list shows Guest One, for the host, as expected

  Rule: Who was promised something is told that it was taken back

    Background:
      Given a mail server was set up

    Scenario: Who had the letter is told that it was taken back
      Given the host invited Guest One for a meeting
      And the letters were sent
      And the host withdrew the invitation of Guest One
      When the letters are sent
      Then Guest One has 2 letters

    Scenario: What was taken back before the letter went is not promised any more
      Given the host invited Guest One for a meeting
      And the host withdrew the invitation of Guest One
      When the letters are sent
      Then the letter of the invitation was given up

    Scenario: What was used cannot be taken back
      Given the host invited Guest One for a meeting
      And the receptionist scanned the QR code of Guest One
      When the host withdraws the invitation of Guest One
      Then the host is told that the invitation is no longer open

  Rule: A code that was not written here is not even looked up

    Background:
      Given a mail server was set up

    Scenario: Somebody changed it
      Given the host invited Guest One for a meeting
      When the receptionist scans the QR code of Guest One with one letter changed
      Then the receptionist is told that the code was not written here
      And the invitation of Guest One is open

    Scenario: Something else was scanned
      When the receptionist scans the text "https://example.org/menu"
      Then the receptionist is told that this is no such code

    Scenario: A text without end
      When the receptionist scans a text of 5000 letters
      Then the receptionist is told that no code is so long

  Rule: Who is on the blocklist is neither invited nor admitted

    Background:
      Given a mail server was set up

    Scenario: Blocked before
      Given the host invited Guest One for a meeting
      And the administrator blocked Guest One because "Broke the barrier"
      When the host invites Guest One for an interview
      Then the host is refused because the visitor is on the blocklist
      And the host has invited Guest One

    Scenario: Blocked under an address that was learnt later
      Given Guest Two came to see the host with a document
      And the administrator noted the address of Guest Two
      And the administrator blocked Guest Two because "Broke the barrier"
      When the host invites Guest Two for an interview
      Then the host is refused because the visitor is on the blocklist

    Scenario: Blocked since
      Given the host invited Guest One for a meeting
      And the administrator blocked Guest One because "Broke the barrier"
      When the receptionist scans the QR code of Guest One
      Then the receptionist is refused because the visitor is on the blocklist
      And the invitation of Guest One is open

  Rule: An earlier invitation is repeated as it was

    Background:
      Given a mail server was set up

    Scenario: Only the time is new
      Given the host invited Guest One with 4 others
      And the receptionist scanned the QR code of Guest One
      And 24 hours passed
      When the host invites Guest One again
      Then the invitation of Guest One is open
      And it is for Guest One with 4 others, as the earlier one was

    Scenario: The new code works, the old one does not
      Given the host invited Guest One for a meeting
      And the receptionist scanned the QR code of Guest One
      And 24 hours passed
      And the host invited Guest One again
      When the receptionist scans the QR code of Guest One
      Then the visitor list shows Guest One, for the host, as expected

    Scenario: The host sees all of them, the newest first
      Given the host invited Guest One for a meeting
      When the host invites Guest Two for an interview
      Then the host has invited Guest Two and Guest One
