Feature: Alarms
  A guard sees every alarm that still needs somebody.
  No alarm goes away because nobody looked.

  Background:
    Given the lobby door was set up and its device came online
    And the gate door was set up and its device came online

  Rule: What goes wrong at a door raises an alarm

    Scenario Outline: The alarm says what happened
      When <something happens> at the lobby door
      Then the alarm "<name>" stands at the lobby door
      And the alarm is of level <level>

      Examples:
        | something happens                  | name              | level |
        | somebody forces the door           | Door forced open  | alarm |
        | the door is held open for too long | Door held open    | alarm |
        | somebody opens the device's case   | Tamper            | alarm |
        | somebody enters under duress       | Duress            | alarm |

    Scenario: A refused card is an exception, and over as it is told
      When the device of the lobby door refuses an unregistered card
      Then the alarm "Unregistered credential" stands at the lobby door
      And the alarm is of level exception
      And the condition is over
      And the alarm still needs somebody

    Scenario: Duress looks like any other passage at the door
      When somebody enters under duress at the lobby door
      Then the newest record shows a passage that was granted
      And the board shows the lobby door free of door alarms

    Scenario: A device that goes offline
      When the device of the gate door goes offline
      Then the alarm "Device offline" stands at the gate device

    Scenario: Two devices whose names look alike
      Given a device was set up whose serial number reads like the gate door, and came online
      And somebody forced the gate door
      When that device goes offline
      Then there are 2 alarms

  Rule: An alarm tells when, where and what

    Scenario: The card of an alarm at a door
      Given 10 minutes passed
      When somebody forces the lobby door
      Then the alarm tells of the lobby terminal in the area Entrance
      And the alarm tells that it was raised at 08:10

    Scenario: A device that moved is told where it is now
      Given somebody forced the gate door
      When the administrator moves the device of the gate door to the area Cellar
      Then the alarm tells of the gate terminal in the area Cellar

  Rule: A door is forced only where nobody had a right to open it

    Scenario: Somebody was let through just before
      Given the device of the lobby door let somebody through
      And 3 seconds passed
      When somebody forces the lobby door
      Then there is no alarm

    Scenario: Somebody had pressed the exit button
      Given somebody pressed the exit button of the lobby door
      And 3 seconds passed
      When somebody forces the lobby door
      Then there is no alarm

    Scenario: The guard had unlocked the door
      Given the guard unlocked the lobby door
      And the device of the lobby door carried out what it was told
      When somebody forces the lobby door
      Then there is no alarm

    Scenario: The right was used up long ago
      Given the device of the lobby door let somebody through
      And 2 minutes passed
      When somebody forces the lobby door
      Then the alarm "Door forced open" stands at the lobby door

  Rule: The right to open a door outlives midnight, and ends with a lockdown

    Scenario: The day changes in between
      Given it became Monday 23:59
      And 58 seconds passed
      And the device of the lobby door let somebody through
      And 4 seconds passed
      When somebody forces the lobby door
      Then there is no alarm

    Scenario: The door was locked down in between
      Given the lockdown group "ground floor" was made of the lobby door
      And the guard unlocked the lobby door for 120 seconds
      And the device of the lobby door carried out what it was told
      And the guard locked down "ground floor"
      And the device of the lobby door carried out what it was told
      And 1 minute passed
      When somebody forces the lobby door
      Then the alarm "Door forced open" stands at the lobby door

  Rule: A door that stands unlocked is neither forced nor held open

    Scenario: Somebody pushes it open
      Given the lobby door was to stand unlocked on weekdays from 09:00 to 17:00
      And it became Monday 09:00
      And the device of the lobby door carried out what it was told
      When somebody forces the lobby door
      Then there is no alarm

    Scenario: It stays open
      Given the lobby door was to stand unlocked on weekdays from 09:00 to 17:00
      And it became Monday 09:00
      And the device of the lobby door carried out what it was told
      When the door is held open for too long at the lobby door
      Then there is no alarm

  Rule: An alarm is acknowledged once, by somebody with a name, with a remark

    Scenario: The guard acknowledges it
      Given somebody forced the lobby door
      When the guard acknowledges the alarm, remarking "Delivery with a trolley"
      Then the alarm is acknowledged by the guard, remarking "Delivery with a trolley"

    Scenario: The second one is told who was first
      Given somebody forced the lobby door
      And the guard acknowledged the alarm, remarking "Delivery with a trolley"
      When the receptionist acknowledges the alarm, remarking "Seen"
      Then the receptionist is refused because the guard has acknowledged it already
      And the alarm is acknowledged by the guard, remarking "Delivery with a trolley"

    Scenario: Without a remark nothing is acknowledged
      Given somebody forced the lobby door
      When the guard acknowledges the alarm without a remark
      Then the guard is told that a remark is needed
      And the alarm still needs somebody

  Rule: Whatever was said about an alarm stays with it

    Scenario: There is something to say before
      Given somebody forced the lobby door
      And the receptionist added the remark "The hinge is bent"
      When the guard acknowledges the alarm, remarking "Delivery with a trolley"
      Then the alarm shows the remark "The hinge is bent"
      And the alarm shows the remark "Delivery with a trolley"

    Scenario: There is more to say later
      Given somebody forced the lobby door
      And the guard acknowledged the alarm, remarking "Delivery with a trolley"
      When the receptionist adds the remark "The hinge is bent"
      Then the alarm shows the remark "The hinge is bent"
      And the alarm shows the remark "Delivery with a trolley"

  Rule: Acknowledging an alarm and ending its condition are two things

    Scenario: Acknowledging does not close the door
      Given somebody forced the lobby door
      When the guard acknowledges the alarm, remarking "On my way"
      Then the condition still holds
      And the board shows the lobby door forced open

    Scenario: Closing the door acknowledges nothing
      Given somebody forced the lobby door
      When somebody closes the lobby door
      Then the condition is over
      And the alarm still needs somebody
      And the board shows the lobby door free of door alarms

    Scenario: Cancelling the alarm at the door acknowledges nothing
      Given somebody forced the lobby door
      When the guard cancels the alarm of the lobby door
      Then the device of the lobby door is told to cancel its alarm
      And the alarm still needs somebody

    Scenario: The alarm of an offline door cannot be cancelled from afar
      Given somebody forced the lobby door
      And the device of the lobby door went offline
      When the guard cancels the alarm of the lobby door
      Then the guard is refused because the device is offline

  Rule: What needs somebody and what does not always add up

    Scenario: One of three is acknowledged
      Given somebody forced the lobby door
      And somebody forced the gate door
      And the device of the gate door refused an unregistered card
      When the guard acknowledges the alarm, remarking "Checked"
      Then the alarm center counts 3 today, 2 unacknowledged and 1 acknowledged

    Scenario: Today begins at midnight where the site is
      Given the site was founded in the zone Asia/Tokyo
      And somebody forced the lobby door
      And midnight passed where the site is
      When somebody forces the gate door
      Then the alarm center counts 1 today, 2 unacknowledged and 0 acknowledged

  Rule: An alarm is found by what is known of it

    Background:
      Given somebody forced the lobby door
      And 1 hour passed
      And the device of the gate door refused an unregistered card

    Scenario Outline: Somebody looks for it
      When the guard looks for alarms <known>
      Then the guard finds <found>

      Examples:
        | known                          | found                                         |
        | of any kind                    | "Unregistered credential", "Door forced open" |
        | of level alarm                 | "Door forced open"                            |
        | of level exception             | "Unregistered credential"                     |
        | that are unacknowledged        | "Unregistered credential", "Door forced open" |
        | that are acknowledged          | nothing                                       |
        | by the words "forced"          | "Door forced open"                            |
        | by the words "PUERTA FORZADA"  | "Door forced open"                            |
        | by the words "gate terminal"   | "Unregistered credential"                     |
        | of the last 30 minutes         | "Unregistered credential"                     |
        | of the area Entrance           | "Unregistered credential", "Door forced open" |
        | of the area Cellar             | nothing                                       |
        | of the device at the gate door | "Unregistered credential"                     |

  Rule: Shelving sets an alarm aside for a while and changes nothing else

    Scenario: A shelved alarm says until when
      Given somebody forced the lobby door
      When the guard shelves the alarm for 1 hour, remarking "The fitter is coming"
      Then the alarm is shelved
      And the alarm center does not list it
      And the alarm still needs somebody
      And the condition still holds

    Scenario: The shelf ends by itself
      Given somebody forced the lobby door
      And the guard shelved the alarm for 1 hour, remarking "The fitter is coming"
      When 61 minutes pass
      Then the alarm is not shelved

    Scenario: A shelf ends later than it begins
      Given somebody forced the lobby door
      When the guard shelves the alarm for 0 hours, remarking "The fitter is coming"
      Then the guard is told that a moment in the future is needed
