Feature: Access records
  Whatever a device recorded at a door is kept once, in full, and can be looked up.

  Background:
    Given the lobby door was set up and its device came online
    And the gate door was set up and its device came online

  Rule: The newest record comes first

    Scenario: Three passages at two doors
      Given card 1001 entered at the lobby door
      And card 1002 entered at the gate door
      When card 1003 enters at the lobby door
      Then the records show the cards 1003, 1002, 1001

    Scenario: The records of one door
      Given card 1001 entered at the lobby door
      And card 1002 entered at the gate door
      When card 1003 enters at the lobby door
      Then the records of the lobby door show the cards 1003, 1001

    Scenario: The records of a span of time
      Given card 1001 entered at the lobby door
      And 2 hours passed
      When card 1002 enters at the lobby door
      Then the records of the last 60 minutes show the cards 1002

  Rule: A record says who, where, how, and both times

    Scenario: Somebody was let in
      Given the clock of the device at the lobby door was 20 seconds behind
      When card 1001 enters at the lobby door
      Then the newest record names card 1001, the lobby door and the direction in
      And the newest record shows a passage that was granted
      And the newest record was verified by card
      And the newest record was received 20 seconds after it happened

    Scenario: Somebody was refused
      When the device of the lobby door refuses an unregistered card
      Then the newest record shows a passage that was denied
      And the newest record reads "Unregistered credential"

    Scenario: A record that nobody has a name for is kept as it came
      When the device of the lobby door reports something of the unknown kind 199
      Then the newest record reads "Unrecognised event 199"

  Rule: The same record counts once

    Scenario: The device repeats what it sent
      Given card 1001 entered at the lobby door
      When the device of the lobby door sends the same record again
      Then the records show the cards 1001

    Scenario: A repeated alarm raises no second alarm
      Given the device of the lobby door refused an unregistered card
      When the device of the lobby door sends the same record again
      Then the alarm center counts 1 today, 1 unacknowledged and 0 acknowledged

    Scenario: A device that restarted counts from one again
      Given card 1001 entered at the lobby door
      And the device of the lobby door started anew
      When card 1002 enters at the lobby door
      Then the records of the lobby door show the cards 1002, none, 1001

  Rule: A late record completes the history and changes nothing that is so now

    Scenario: A record that was left out comes later
      Given card 1001 entered at the lobby door
      And the device of the lobby door skipped a record
      And card 1003 entered at the lobby door
      When the device of the lobby door sends the skipped record of card 1002
      Then the newest record names card 1002, the lobby door and the direction in
      And the newest record is marked as late
      And the records by time show the cards 1003, 1002, 1001

    Scenario: What a late record tells of a door is over
      Given somebody opened the lobby door
      And the device of the lobby door skipped a record
      And somebody closed the lobby door
      When the device of the lobby door sends the skipped record that the door was forced
      Then the board shows the lobby door closed
      And the board shows the lobby door free of door alarms

  Rule: Records that are missing are asked for

    Scenario: One record is missing
      Given card 1001 entered at the lobby door
      And the device of the lobby door skipped a record
      When card 1003 enters at the lobby door
      Then 1 record of the lobby device is missing
      And the device of the lobby door is asked for the records 2

    Scenario: Two records are missing, apart from each other
      Given card 1001 entered at the lobby door
      And the device of the lobby door skipped a record
      And card 1003 entered at the lobby door
      And the device of the lobby door skipped a record
      When card 1005 enters at the lobby door
      Then 2 records of the lobby device are missing
      And the device of the lobby door is asked for the records 2, 4

    Scenario: What was missing has come
      Given card 1001 entered at the lobby door
      And the device of the lobby door skipped a record
      And card 1003 entered at the lobby door
      When the device of the lobby door sends the skipped record of card 1002
      Then 0 records of the lobby device are missing
      And the device of the lobby door is told nothing
