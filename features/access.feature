Feature: Access
  Whoever comes to a door is let through or refused.
  A refusal tells every reason, and what would be allowed instead.

  Background:
    Given the lobby door was set up and its device came online
    And the gate door was set up and its device came online
    And the employee was enrolled
    And the level "office" opened the lobby door on weekdays from 09:00 to 17:00

  Rule: A door is passed by a level that names it

    Scenario: Who holds the level
      Given the employee held the level "office"
      And it became Monday 10:00
      When the employee comes to the lobby door
      Then the employee is let in

    Scenario: Who holds no level
      Given it became Monday 10:00
      When the employee comes to the lobby door
      Then the employee is refused because no level of theirs opens it

    Scenario: The level names another door
      Given the employee held the level "office"
      And it became Monday 10:00
      When the employee comes to the gate door
      Then the employee is refused because no level of theirs opens it

    Scenario: The level was withdrawn
      Given the employee held the level "office"
      And the level "office" was withdrawn from the employee
      And it became Monday 10:00
      When the employee comes to the lobby door
      Then the employee is refused because no level of theirs opens it

  Rule: Who is let in is known, and holds what there is

    Scenario: A stranger
      When a stranger comes to the lobby door
      Then the stranger is refused because nobody knows them, and because no level of theirs opens it

    Scenario: A level that nobody defined is granted to nobody
      When the administrator grants the employee the level "cellar"
      Then the administrator is told that there is no such level

    Scenario: A door that stands unlocked asks for no level
      Given the guard set the lobby door to Unlocked
      When the employee comes to the lobby door
      Then the employee is let in

  Rule: A level counts within its hours, on the clock of the site

    Scenario Outline: The edges of the hours
      Given the employee held the level "office"
      And it became <day> <time>
      When the employee comes to the lobby door
      Then the employee is <answer>

      Examples:
        | day      | time  | answer                                    |
        | Monday   | 08:59 | refused because it is outside their hours |
        | Monday   | 09:00 | let in                                    |
        | Monday   | 16:59 | let in                                    |
        | Monday   | 17:00 | refused because it is outside their hours |
        | Saturday | 10:00 | refused because it is outside their hours |

    Scenario: Hours that last into the next day
      Given the level "night" opened the gate door on Fridays from 22:00 to 06:00
      And the employee held the level "night"
      And it became Saturday 05:59
      When the employee comes to the gate door
      Then the employee is let in

    Scenario: The night before is not meant
      Given the level "night" opened the gate door on Fridays from 22:00 to 06:00
      And the employee held the level "night"
      And it became Friday 05:59
      When the employee comes to the gate door
      Then the employee is refused because it is outside their hours

    Scenario: The site is in another zone
      Given the site was founded in the zone Asia/Tokyo
      And the employee held the level "office"
      And it became Monday 10:00
      When the employee comes to the lobby door
      Then the employee is refused because it is outside their hours

    Scenario: On a holiday nobody passes
      Given the employee held the level "office"
      And Tuesday was a holiday for the level "office"
      And it became Tuesday 10:00
      When the employee comes to the lobby door
      Then the employee is refused because it is outside their hours

    Scenario: One level within its hours is enough
      Given the level "early" opened the lobby door on weekdays from 06:00 to 09:00
      And the employee held the level "office"
      And the employee held the level "early"
      And it became Monday 08:30
      When the employee comes to the lobby door
      Then the employee is let in

  Rule: Lockdown and a blocked door deny entry

    Background:
      Given the employee held the level "office"
      And it became Monday 10:00

    Scenario: Under lockdown nobody enters
      Given the lockdown group "ground floor" was made of the lobby door
      And the guard locked down "ground floor"
      When the employee comes to the lobby door
      Then the employee is refused because the door is under lockdown

    Scenario: Nobody enters by a blocked door
      Given the guard set the lobby door to Blocked
      When the employee comes to the lobby door
      Then the employee is refused because the door is blocked

    Scenario: Life safety opens to everybody
      Given the lockdown group "ground floor" was made of the lobby door
      And the guard locked down "ground floor"
      And the guard opened the lobby door for life safety
      When a stranger comes to the lobby door
      Then the stranger is let in

  Rule: Nobody is kept in

    Background:
      Given the employee held the level "office"
      And it became Monday 10:00

    Scenario: Under lockdown everybody leaves
      Given the lockdown group "ground floor" was made of the lobby door
      And the guard locked down "ground floor"
      When the employee wants to leave by the lobby door
      Then the employee is let out

    Scenario: Everybody leaves by a blocked door
      Given the guard set the lobby door to Blocked
      When the employee wants to leave by the lobby door
      Then the employee is let out

    Scenario: Nobody is kept in by hours
      Given it became Monday 20:00
      When the employee wants to leave by the lobby door
      Then the employee is let out

  Rule: A refusal tells every reason at once, lockdown first

    Scenario: Everything stands against it
      Given the employee held the level "office"
      And the employee was given card 1001
      And card 1001 was suspended as lost
      And the administrator blocked the employee because "Badge lent out"
      And the lockdown group "ground floor" was made of the lobby door
      And the guard locked down "ground floor"
      And it became Monday 20:00
      When the employee shows card 1001 to the lobby door
      Then the employee is refused because the door is under lockdown, and because they are on the blocklist, and because the credential is disabled, and because it is outside their hours

    Scenario: Two things stand against it
      Given the administrator blocked the employee because "Badge lent out"
      When the employee comes to the lobby door
      Then the employee is refused because they are on the blocklist, and because no level of theirs opens it

  Rule: A decision is on record, and is explained by what was known then

    Scenario: What was decided is on record
      When the employee comes to the lobby door
      Then the history of the lobby door names the employee as refused, with every reason

    Scenario: What held then is told by what was known then
      Given the employee held the level "office"
      And it became Monday 10:00
      And the level "office" was withdrawn from the employee
      And it became Monday 10:30
      When the guard asks whether the employee was allowed by the lobby door at 09:30
      Then the employee is let in

  Rule: A refusal tells what would be allowed instead

    Scenario: Later
      Given the employee held the level "office"
      And it became Saturday 10:00
      When the guard asks whether the employee may enter by the lobby door
      Then the guard is told that it would be the lobby door on Monday 09:00

    Scenario: Later, and not on the holiday
      Given the employee held the level "office"
      And Tuesday was a holiday for the level "office"
      And it became Monday 18:00
      When the guard asks whether the employee may enter by the lobby door
      Then the guard is told that it would be the lobby door on Wednesday 09:00

    Scenario: Another door
      Given the level "yard" opened the gate door on weekdays from 06:00 to 22:00
      And the employee held the level "yard"
      And it became Monday 10:00
      When the guard asks whether the employee may enter by the lobby door
      Then the guard is told that it would be the gate door on Monday 10:00

    Scenario: Who is on the blocklist is told of nothing else
      Given the employee held the level "office"
      And the administrator blocked the employee because "Badge lent out"
      And it became Saturday 10:00
      When the guard asks whether the employee may enter by the lobby door
      Then the guard is told of nothing that would be allowed

  Rule: Nobody enters twice without leaving, where a door asks for that

    Background:
      Given the employee held the level "office"
      And it became Monday 10:00
      And the employee was given card 1001

    Scenario: A door that denies
      Given the lobby door denied who was inside already
      And the employee entered by the lobby door
      When the employee comes to the lobby door
      Then the employee is refused because they are inside already

    Scenario: A door that only notes
      Given the lobby door noted who was inside already
      And the employee entered by the lobby door
      When the employee comes to the lobby door
      Then the employee is let in
      And it is noted that they are inside already

    Scenario: A door that does not ask
      Given the employee entered by the lobby door
      When the employee comes to the lobby door
      Then the employee is let in

  Rule: Whoever has left, or is forgiven, comes in again

    Background:
      Given the employee held the level "office"
      And it became Monday 10:00
      And the employee was given card 1001

    Scenario: Who has left comes in again
      Given the lobby door denied who was inside already
      And the employee entered by the lobby door
      And the employee left by the lobby door
      When the employee comes to the lobby door
      Then the employee is let in

    Scenario: Never on the way out
      Given the lobby door denied who was inside already
      And the employee entered by the lobby door
      When the employee wants to leave by the lobby door
      Then the employee is let out

    Scenario: Nobody saw them leave, and the guard forgives it
      Given the lobby door denied who was inside already
      And the employee entered by the lobby door
      And the guard forgave the holder of card 1001 for being inside
      When the employee comes to the lobby door
      Then the employee is let in

  Rule: Duress looks like any other passage at the door, and is an alarm elsewhere

    Background:
      Given the employee held the level "office"
      And it became Monday 10:00
      And the employee was given a card to show under duress

    Scenario: Somebody is forced to open
      When the employee shows the card for duress at the lobby door
      Then the employee is let in
      And the door says nothing of duress
      And the alarm "Duress" stands at the lobby door

    Scenario: A refusal under duress is an alarm, too
      Given it became Monday 20:00
      When the employee shows the card for duress at the lobby door
      Then the employee is refused because it is outside their hours
      And the alarm "Duress" stands at the lobby door

  Rule: A visitor passes while a visit lasts

    Background:
      Given it became Monday 10:00
      And the receptionist registered the visitor Guest One for the employee
      And the visitor Guest One held the level "office"

    Scenario: During the visit
      When the visitor Guest One comes to the lobby door
      Then the visitor is let in

    Scenario: After the visit
      Given 3 hours passed
      When the visitor Guest One comes to the lobby door
      Then the visitor is refused because no visit of theirs is planned now
