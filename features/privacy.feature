Feature: Privacy
  Everybody can ask what is known of them, have it corrected, and have it forgotten for good.
  What was forgotten leaves the counts as they were, and tells nothing.

  Background:
    Given the lobby door was set up and its device came online
    And the host was enrolled with the number 2001
    And the employee was enrolled with the number 2002

  Rule: Nothing but the number is shown, unless the organisation decides otherwise

    Background:
      Given a mail server was set up
      And the host had an address
      And the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in

    Scenario: By default the host is told a number
      When the letters are sent
      Then the letter to the host tells the number of Guest One
      And the letter to the host does not tell the name of Guest One

    Scenario: The organisation shows names
      Given the organisation decided to show names
      When the letters are sent
      Then the letter to the host tells the name of Guest One

    Scenario: The organisation changes its mind
      Given the organisation decided to show names
      And the organisation decided to show nothing
      When the letters are sent
      Then the letter to the host does not tell the name of Guest One

    Scenario: A record at a door tells a number
      When the employee enters by the lobby door
      Then the newest record tells the number of the employee, and no name

  Rule: What is wrong is corrected

    Scenario: Somebody has another department
      Given the employee moved to the department Kitchen
      When the administrator moves the employee to the department Garden
      Then the employee is found by "Garden"
      And the employee is not found by "Kitchen"

    Scenario: A correction that is none is refused, and the rest stays
      When the administrator corrects the address of the employee to "at home"
      Then the administrator is told that an address is needed
      And the register names the host and the employee

  Rule: Everybody is handed out what is known of them, and that is on record

    Scenario: It is all there
      Given the employee had an address
      And the employee was given card 1001
      And the employee entered by the lobby door
      When the data protection officer hands out what is known of the employee
      Then it tells the name, the address and the card of the employee
      And it tells 1 passage

    Scenario: It is on record
      When the data protection officer hands out what is known of the employee
      Then the history of the employee says that the officer handed it out

    Scenario: Nobody has that number
      When the data protection officer hands out what is known under the number 2999
      Then the officer is told that nobody has that number

  Rule: Neither secrets nor others are handed out

    Scenario: Secrets are not handed out
      Given the administrator set the password of the employee to "old but good"
      And the employee was given the PIN 40718265
      When the data protection officer hands out what is known of the employee
      Then it tells neither a password nor a PIN

    Scenario: Of others it tells no more than the number
      Given the receptionist registered the visitor Guest One for the host
      When the data protection officer hands out what is known of Guest One
      Then it tells 1 visit to the number 2001
      And it does not tell the name of the host

  Rule: Who is forgotten is known nowhere

    Background:
      Given the employee had an address
      And the employee was given card 1001
      And the employee entered by the lobby door
      And the employee left by the lobby door

    Scenario: It is proved
      When the data protection officer forgets the employee
      Then the proof says that nothing is left

    Scenario: The register has nobody
      When the data protection officer forgets the employee
      Then the register names the host
      And nobody is found by "2002"
      And the records of the number 2002 are 0

    Scenario: Nobody is forgotten twice
      Given the data protection officer forgot the employee
      When the data protection officer forgets the employee
      Then the officer is told that nobody has that number

  Rule: What somebody had opens nothing when they are forgotten

    Background:
      Given the employee had an address
      And the employee was given card 1001
      And the employee entered by the lobby door
      And the employee left by the lobby door

    Scenario: The card opens nothing
      Given the data protection officer forgot the employee
      When somebody shows card 1001 to the lobby door
      Then the finder is refused because nobody knows them, and because the credential was never issued, and because no level of theirs opens it

    Scenario: The card goes to somebody else
      Given the data protection officer forgot the employee
      When the administrator gives the host card 1001
      Then nobody but the host has card 1001

    Scenario: Nobody signs in any more
      Given the administrator set the password of the employee to "old but good"
      And the administrator enabled the app login of the employee
      And the data protection officer forgot the employee
      When the employee signs in with "old but good"
      Then the employee is told that the id or the password is wrong

  Rule: Counts stand, and tell of nobody

    Scenario: The records are as many as before
      Given the employee entered by the lobby door
      And the employee left by the lobby door
      When the data protection officer forgets the employee
      Then there are 2 records
      And the newest record tells no number

    Scenario: The visits of the day are as many as before
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And the receptionist checked Guest One out
      When the data protection officer forgets Guest One
      Then the day counts 1 visitor who came
      And the top five of the month have nobody's name in them

    Scenario: Photographs are gone
      Given the receptionist registered Guest One with photographs of the plate
      When the data protection officer forgets Guest One
      Then the proof says that nothing is left
      And no photograph of that visit can be seen

  Rule: Who is or was here still counts, without a name

    Scenario: Who is still here stays on the muster list, without a name
      Given the employee entered by the lobby door
      When the data protection officer forgets the employee
      Then the muster list names somebody unknown

    Scenario: Who was here then still counts
      Given the employee entered by the lobby door
      And 10 minutes passed
      And the employee left by the lobby door
      When the data protection officer forgets the employee
      Then 5 minutes ago 1 person was here, who has no name

  Rule: What was arranged with somebody ends when they are forgotten

    Scenario: An expected visitor
      Given the receptionist registered the visitor Guest One for the host
      When the data protection officer forgets Guest One
      Then the only visit is cancelled, and tells no reason

    Scenario: A host
      Given the receptionist registered the visitor Guest One for the host
      When the data protection officer forgets the host
      Then the only visit is cancelled

    Scenario: A letter that has not gone yet
      Given a mail server was set up
      And the host had an address
      And the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And the data protection officer forgot the host
      When the letters are sent
      Then no letter has gone out

  Rule: Who was forgotten comes back as a stranger

    Scenario: The number is given out anew
      Given the employee entered by the lobby door
      And the data protection officer forgot the employee
      When the administrator enrols the gardener with the number 2002
      Then the register names the host and the gardener
      And the records of the number 2002 are 0

    Scenario: A device still knows the number
      Given the data protection officer forgot the employee
      When somebody with the forgotten number 2002 enters by the lobby door
      Then there is 1 record
      And the newest record tells no number

    Scenario: A visitor comes again
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And the receptionist checked Guest One out
      And the data protection officer forgot Guest One
      When the receptionist registers the visitor Guest One for the host
      Then the visitor list names Guest One once, and somebody unknown once

  Rule: Visitors are forgotten some time after they were here

    Background:
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And the receptionist checked Guest One out

    Scenario: The time is over
      Given visitors were to be remembered for 30 days
      When 31 days pass
      Then the register names the host and the employee

    Scenario: The time is not over
      Given visitors were to be remembered for 30 days
      When 29 days pass
      Then the register names the host and the employee and the visitor Guest One

    Scenario: Nobody decided on a time, so it is a month
      When 32 days pass
      Then the register names the host and the employee

    Scenario: Nobody is to be forgotten unasked
      Given visitors were to be remembered until somebody asks
      When 400 days pass
      Then the register names the host and the employee and the visitor Guest One

  Rule: Whom there is a reason to remember is remembered

    Background:
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And the receptionist checked Guest One out

    Scenario: Who comes again is remembered from then on
      Given visitors were to be remembered for 30 days
      And 20 days passed
      And the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And the receptionist checked Guest One out
      When 20 days pass
      Then the register names the host and the employee and the visitor Guest One

    Scenario: Who is on the blocklist is remembered
      Given visitors were to be remembered for 30 days
      And the administrator blocked Guest One because "Broke the barrier"
      When 31 days pass
      Then the register names the host and the employee and the visitor Guest One

    Scenario: People who work here are not visitors
      Given visitors were to be remembered for 30 days
      When 400 days pass
      Then the register names the host and the employee

  Rule: Of a minor nothing is told without consent

    Scenario: Nobody is told, and nobody signs in
      Given the student was enrolled as a minor
      And the guardian was enrolled
      And the student entered by the lobby door
      When the administrator enables the app login of the student
      Then the administrator is refused because there is no consent
      And the guardian has no message

    Scenario: The withdrawal stops both at once
      Given the student was enrolled as a minor
      And the guardian was enrolled
      And the guardian of the student consented in writing
      And the administrator enabled the app login of the student
      When the guardian withdraws every consent for the student
      Then the app login of the student is disabled
      And the guardian is told nothing when the student enters by the lobby door
