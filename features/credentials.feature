Feature: Credentials
  A card, a PIN or a code of the app shows who somebody is, and nobody else.

  Background:
    Given the lobby door was set up and its device came online
    And the gate door was set up and its device came online
    And the level "office" opened the lobby door on weekdays from 06:00 to 22:00
    And the level "yard" opened the gate door on weekdays from 06:00 to 22:00
    And the employee was enrolled
    And the employee held the level "office"
    And the employee held the level "yard"

  Rule: A card is one person's at a time

    Background:
      Given the student was enrolled
      And the student held the level "office"

    Scenario: A card is issued
      When the administrator gives the employee card 1001
      Then the register shows card 1001 of the employee as active

    Scenario: The same again changes nothing
      Given the employee was given card 1001
      When the administrator gives the employee card 1001
      Then the register shows card 1001 of the employee as active

    Scenario: Somebody else has it
      Given the employee was given card 1001
      When the administrator gives the student card 1001
      Then the administrator is told that the card is taken
      And the register shows card 1001 of the employee as active

    Scenario: It was revoked and goes to somebody else
      Given the employee was given card 1001
      And the administrator revoked card 1001
      When the administrator gives the student card 1001
      Then the register shows card 1001 of the student as active

  Rule: A card counts for whom it was issued to

    Background:
      Given the student was enrolled
      And the student held the level "office"

    Scenario: Nobody shows another's card
      Given the employee was given card 1001
      When the student shows card 1001 to the lobby door
      Then the student is refused because the credential is somebody else's

    Scenario: A card that nobody was given
      When somebody shows card 1009 to the lobby door
      Then the stranger is refused because nobody knows them, and because the credential was never issued, and because no level of theirs opens it

    Scenario: Nought is no card
      When the administrator gives the employee card 0000
      Then the administrator is told that a card number is needed

  Rule: A lost card counts no more, until it is found

    Background:
      Given the employee was given card 1001

    Scenario: It opens the door
      When somebody shows card 1001 to the lobby door
      Then the employee is let in

    Scenario: It was reported lost
      Given card 1001 was suspended as lost
      When somebody shows card 1001 to the lobby door
      Then the finder is refused because the credential is disabled

    Scenario: The other card of the same person still counts
      Given the employee was given card 1002
      And card 1001 was suspended as lost
      When somebody shows card 1002 to the lobby door
      Then the employee is let in

    Scenario: It was found again
      Given card 1001 was suspended as lost
      And the administrator restored card 1001
      When somebody shows card 1001 to the lobby door
      Then the employee is let in

  Rule: A revoked card is over

    Background:
      Given the employee was given card 1001

    Scenario: It was revoked
      Given the administrator revoked card 1001
      When somebody shows card 1001 to the lobby door
      Then the employee is refused because the credential is disabled

    Scenario: A revoked card does not come back
      Given the administrator revoked card 1001
      When the administrator restores card 1001
      Then the administrator is told that the credential was revoked

  Rule: A card counts within its time

    Scenario: Before
      Given the employee was given card 1001 from 09:00 to 10:00
      When somebody shows card 1001 to the lobby door
      Then the employee is refused because the credential is not valid yet

    Scenario: Meanwhile
      Given the employee was given card 1001 from 09:00 to 10:00
      And it became Monday 09:00
      When somebody shows card 1001 to the lobby door
      Then the employee is let in

    Scenario: After
      Given the employee was given card 1001 from 09:00 to 10:00
      And it became Monday 10:00
      When somebody shows card 1001 to the lobby door
      Then the employee is refused because the credential has expired

    Scenario: It would end before it begins
      When the administrator gives the employee card 1001 from 10:00 to 09:00
      Then the administrator is told that the end must be to come

  Rule: Nobody reads a PIN again

    Scenario: It is checked, and nowhere kept as it is
      When the administrator gives the employee the PIN 40718265
      Then the PIN 40718265 is the employee's
      And nothing on record shows 40718265

    Scenario: Another one is wrong
      When the administrator gives the employee the PIN 40718265
      Then the PIN 40718266 is not the employee's

    Scenario: A new one takes the place of the old one
      Given the employee was given the PIN 40718265
      When the administrator gives the employee the PIN 1357
      Then the PIN 1357 is the employee's
      And the PIN 40718265 is not the employee's

    Scenario: Letters are no PIN
      When the administrator gives the employee the PIN secret
      Then the administrator is told that 4 to 8 digits are needed

  Rule: A code of the app is shown once

    Background:
      Given the app of the employee showed a code

    Scenario: It opens the door
      When the employee shows the code to the lobby door
      Then the employee is let in

    Scenario: It is shown again
      Given the employee showed the code to the lobby door
      When the employee shows the code to the lobby door
      Then the employee is refused because the code was used already
      And the history of the code has 1 refusal

    Scenario: It was copied, and is shown elsewhere
      Given the employee showed the code to the lobby door
      When somebody shows the copied code to the gate door
      Then the employee is refused because the code was used already

  Rule: A code of the app is shown soon

    Background:
      Given the app of the employee showed a code

    Scenario: It has run out
      Given 2 minutes passed
      When the employee shows the code to the lobby door
      Then the employee is refused because the code has run out
      And the history of the code has 1 refusal

    Scenario: It was used, and has run out
      Given the employee showed the code to the lobby door
      And 2 minutes passed
      When the employee shows the code to the lobby door
      Then the employee is refused because the code was used already, and because the code has run out

    Scenario: A clock that is a little off does no harm
      Given 40 seconds passed
      When the employee shows the code to the lobby door
      Then the employee is let in

    Scenario: The next code is another one
      Given the employee showed the code to the lobby door
      And 30 seconds passed
      And the app of the employee showed a code
      When the employee shows the code to the lobby door
      Then the employee is let in

  Rule: A code that was not written here is none

    Background:
      Given the app of the employee showed a code

    Scenario: Somebody wrote it themselves
      When the employee shows the code with one letter changed to the lobby door
      Then the employee is told that the code was not written here

    Scenario: Something else was scanned
      When the employee shows the text "https://example.org/menu" to the lobby door
      Then the employee is told that this is no such code

  Rule: An app that was taken from somebody opens nothing

    Background:
      Given the app of the employee showed a code

    Scenario: The app was taken from them
      Given the administrator suspended the codes of the employee
      When the employee shows the code to the lobby door
      Then the employee is refused because the credential is disabled

    Scenario: An app that was taken from them shows no further code
      Given the administrator suspended the codes of the employee
      When the app of the employee shows a code
      Then the employee is told that there is no code to show
