Feature: Notifications
  Everybody is told of their own passages, as they happen.
  A guardian is told of a student's, as long as a consent to it is on record.

  Background:
    Given the lobby door was set up and its device came online
    And the student was enrolled as a minor
    And the guardian was enrolled

  Rule: Everybody is told of their own passages, and of nobody else's

    Scenario: Somebody comes in
      When the guardian enters by the lobby door
      Then the guardian is told that the guardian came in by the lobby door
      And the student is told nothing

    Scenario: A minor is told of their own passages, too
      When the student enters by the lobby door
      Then the student is told that the student came in by the lobby door

    Scenario: The newest is told first
      Given the guardian entered by the lobby door
      When the guardian leaves by the lobby door
      Then the guardian is told that the guardian went out by the lobby door
      And the guardian has 2 messages

  Rule: A message tells what came of it, and when

    Scenario: Somebody is turned away
      When the lobby door turns the guardian away
      Then the guardian is told that the guardian was turned away by the lobby door

    Scenario: What a device tells late is told as late
      When the device of the lobby door tells from its memory that the guardian entered 10 minutes ago
      Then the guardian is told that the guardian came in by the lobby door
      And the message says that it happened 10 minutes ago, and that it is late

  Rule: A guardian is told of a student's passages only with consent

    Scenario: With consent
      Given the guardian of the student consented in writing
      When the student enters by the lobby door
      Then the guardian is told that the student came in by the lobby door

    Scenario: Before the consent nothing is told
      Given the student entered by the lobby door
      When the administrator links the guardian to the student with a consent
      Then the guardian is told nothing

    Scenario: Whoever is no guardian is told nothing
      Given the neighbour was enrolled
      And the guardian of the student consented in writing
      When the student enters by the lobby door
      Then the neighbour is told nothing

  Rule: A guardian is of age, and has consented

    Scenario: Nobody becomes a guardian without consent
      When the administrator links the guardian to the student without a consent
      Then the administrator is told that a consent is needed
      And the student has no guardian

    Scenario: Nobody guards an adult
      Given the neighbour was enrolled
      When the administrator links the guardian to the neighbour with a consent
      Then the administrator is told that only a minor is guarded

    Scenario: A minor guards nobody
      Given the sister was enrolled as a minor
      When the administrator links the sister to the student with a consent
      Then the administrator is told that a guardian is of age
      And the student has no guardian

  Rule: Who withdraws the consent is told nothing from then on

    Scenario: The consent is withdrawn
      Given the guardian of the student consented in writing
      And the consent to tell the guardian of the student was withdrawn
      When the student enters by the lobby door
      Then the guardian is told nothing
      And the student is told that the student came in by the lobby door

    Scenario: Another guardian is still told
      Given the aunt was enrolled
      And the guardian of the student consented in writing
      And the aunt of the student consented in writing
      And the consent to tell the guardian of the student was withdrawn
      When the student enters by the lobby door
      Then the guardian is told nothing
      And the aunt is told that the student came in by the lobby door

    Scenario: The consent is given again
      Given the guardian of the student consented in writing
      And the consent to tell the guardian of the student was withdrawn
      And the guardian of the student consented in writing
      When the student enters by the lobby door
      Then the guardian is told that the student came in by the lobby door

  Rule: Who switches notifications off is told nothing

    Scenario: Off
      Given the guardian switched notifications off
      When the guardian enters by the lobby door
      Then the guardian is told nothing

    Scenario: On again
      Given the guardian switched notifications off
      And the guardian entered by the lobby door
      And the guardian switched notifications on
      When the guardian leaves by the lobby door
      Then the guardian is told that the guardian went out by the lobby door
      And the guardian has 1 message

    Scenario: A student does not switch the guardian's messages off
      Given the guardian of the student consented in writing
      And the student switched notifications off
      When the student enters by the lobby door
      Then the guardian is told that the student came in by the lobby door
      And the student is told nothing

    Scenario: A guardian switches off what is told of the student, too
      Given the guardian of the student consented in writing
      And the guardian switched notifications off
      When the student enters by the lobby door
      Then the guardian is told nothing
