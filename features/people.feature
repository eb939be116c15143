Feature: People
  The administrator keeps a register of who is known to the site.
  The muster list names who is here, and says how that is known.

  Background:
    Given the lobby door was set up and its device came online
    And the employee was enrolled with the number 2001

  Rule: A number belongs to one person

    Scenario: Somebody is enrolled
      When the administrator enrols the student with the number 2002
      Then the register names the employee and the student

    Scenario: The same person again changes nothing
      When the administrator enrols the employee with the number 2001
      Then the register names the employee

    Scenario: The number is taken
      When the administrator enrols the student with the number 2001
      Then the administrator is told that somebody else has that number
      And the register names the employee

    Scenario: Without a name nobody is enrolled
      When the administrator enrols somebody without a name
      Then the administrator is told that a name is needed
      And the register names the employee

  Rule: Somebody is found by name, by number or by department

    Background:
      Given the student was enrolled with the number 2002
      And the employee moved to the department Kitchen

    Scenario Outline: The administrator looks for somebody
      When the administrator looks for "<words>" in the register
      Then the administrator finds <found>

      Examples:
        | words   | found                        |
        | stud    | the student                  |
        | 2001    | the employee                 |
        | KITCHEN | the employee                 |
        | 200     | the employee and the student |
        | boiler  | nobody                       |

  Rule: Who is blocked stays in the register, with the cause

    Scenario: Somebody is blocked
      When the administrator blocks the employee because "Badge lent out"
      Then the register shows the employee blocked

    Scenario: Without a cause nobody is blocked
      When the administrator blocks the employee because " "
      Then the administrator is told that a cause is needed
      And the register shows the employee not blocked

    Scenario: The block is lifted
      Given the administrator blocked the employee because "Badge lent out"
      When the administrator lifts the block of the employee
      Then the register shows the employee not blocked

  Rule: The muster list names who is here

    Scenario: Somebody comes in
      When the employee enters by the lobby door
      Then the muster list names the employee, as observed

    Scenario: Somebody goes out
      Given the employee entered by the lobby door
      When the employee leaves by the lobby door
      Then the muster list names nobody

    Scenario: Somebody is turned away
      When the lobby door turns the employee away
      Then the muster list names nobody

  Rule: Whoever was seen is named, and who came last is named first

    Scenario: A visitor is checked in
      Given the host was enrolled with the number 2003
      And the receptionist registered the visitor Guest One for the host
      When the receptionist checks Guest One in
      Then the muster list names the visitor Guest One, as observed

    Scenario: Who came last is named first
      Given the student was enrolled with the number 2002
      And the employee entered by the lobby door
      When the student enters by the lobby door
      Then the muster list names the student and the employee

    Scenario: A reader saw somebody whom nobody enrolled
      When somebody with the unknown number 2999 enters by the lobby door
      Then the muster list names somebody unknown, as observed

  Rule: The muster list says how it is known

    Scenario: What a device tells from its memory is inferred
      When the device of the lobby door tells from its memory that the employee entered 10 minutes ago
      Then the muster list names the employee, as inferred

    Scenario: What a device tells from its memory moves nobody who was seen since
      Given the employee entered by the lobby door
      And 5 minutes passed
      And the employee left by the lobby door
      When the device of the lobby door tells from its memory that the employee entered 3 minutes ago
      Then the muster list names nobody

    Scenario: A visitor who was never checked out is assumed to have left
      Given the host was enrolled with the number 2003
      And the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      When the day is over
      Then the muster list names nobody
