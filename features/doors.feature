Feature: Doors
  A guard sees how every door stands and opens one from afar.
  No door ever does late what was asked of it long ago.

  Background:
    Given the lobby door was set up and its device came online
    And the archive door was set up and its device came online

  Rule: What a door is told to be and what its sensors say are told apart

    Scenario: Somebody opens a door that is told to be locked
      When somebody opens the lobby door from inside
      Then the board shows the lobby door open
      And the lobby door is told to be Locked

    Scenario: The lock says nothing about the leaf
      Given somebody closed the lobby door
      When the lock of the lobby door is released
      Then the board shows the lobby door with its lock released
      And the board shows the lobby door closed

    Scenario: Tampering with the device changes nothing else
      Given somebody closed the lobby door
      When somebody tampers with the device of the lobby door
      Then the board shows the lobby door tampered with
      And the board shows the lobby door closed
      And the board shows the lobby door free of door alarms

  Rule: A mode that was asked for stands only when the device has confirmed it

    Scenario: The guard asks for a mode
      When the guard sets the lobby door to Unlocked
      Then the lobby door is told to be Unlocked
      And the board shows that the lobby door has not confirmed it

    Scenario: The device confirms the mode
      Given the guard set the lobby door to Unlocked
      When the device of the lobby door carries out what it was told
      Then the lobby door is told to be Unlocked
      And the board shows that the lobby door has confirmed it

  Rule: A door is unlocked from afar only while its device is online

    Scenario: The device is online
      When the guard unlocks the lobby door
      Then the device of the lobby door is told to unlock it once

    Scenario: The device is offline
      Given the device of the lobby door went offline
      When the guard unlocks the lobby door
      Then the guard is refused because the device is offline
      And the device of the lobby door is told nothing

    Scenario: A device in another place is offline
      Given the device of the archive door went offline
      When the guard unlocks the lobby door
      Then the device of the lobby door is told to unlock it once

  Rule: A refusal names every reason, and lockdown first

    Scenario: Under lockdown and offline
      Given the lockdown group "ground floor" was made of the lobby door
      And the guard locked down "ground floor"
      And the device of the lobby door went offline
      When the guard unlocks the lobby door
      Then the guard is refused because the door is under lockdown, and because the device is offline

    Scenario: The device has no way to do it
      Given the boiler door was set up with a device that cannot be unlocked from afar
      And the device of the boiler door came online
      When the guard unlocks the boiler door
      Then the guard is refused because the device cannot do it

    Scenario: A blocked door gives nobody a moment's access
      Given the guard set the archive door to Blocked
      When the guard unlocks the archive door
      Then the guard is refused because the door is blocked

  Rule: An unlock that was not delivered in time never opens the door

    Scenario: The device does not ask in time
      Given the guard unlocked the lobby door
      When 11 seconds pass
      Then the device of the lobby door is told nothing

    Scenario: The device was away and comes back
      Given the guard unlocked the lobby door
      And the device of the lobby door went offline
      And 2 minutes passed
      When the device of the lobby door comes online
      Then the device of the lobby door is told nothing

    Scenario: The device took the order and never said what became of it
      Given the guard unlocked the lobby door
      And the device of the lobby door took its orders without an answer
      When 2 minutes pass
      Then the device of the lobby door is told nothing
      And the history says of the lobby door that nobody knows what became of the unlock

  Rule: The mode of a door follows who has most say

    Scenario: A schedule goes before the default
      Given the lobby door was to stand unlocked on weekdays from 09:00 to 17:00
      When it becomes Monday 09:00
      Then the lobby door is told to be Unlocked

    Scenario: A person goes before the schedule
      Given the lobby door was to stand unlocked on weekdays from 09:00 to 17:00
      And it became Monday 10:00
      When the guard sets the lobby door to Locked
      Then the lobby door is told to be Locked

    Scenario: Lockdown goes before a person
      Given the guard set the lobby door to Unlocked
      And the lockdown group "ground floor" was made of the lobby door
      When the guard locks down "ground floor"
      Then the lobby door is told to be Locked down

    Scenario: Life safety goes before lockdown
      Given the lockdown group "ground floor" was made of the lobby door
      And the guard locked down "ground floor"
      When the guard opens the lobby door for life safety
      Then the lobby door is told to be Locked open

  Rule: Nobody can take the exit away from a door that is a way out

    Scenario: Double locking a way out is refused
      When the guard sets the lobby door to Double locked
      Then the guard is refused because the door is a way out
      And the lobby door is told to be Locked

    Scenario: A store room that nobody leaves through may be double locked
      Given the device of the lobby door also drove the storeroom door, which is no way out
      When the guard sets the storeroom door to Double locked
      Then the storeroom door is told to be Double locked

  Rule: Nobody acts under another's name

    Scenario: The author is whoever is signed in
      When the receptionist unlocks the lobby door under the name of the guard
      Then the receptionist is told that nobody acts under another's name
      And the device of the lobby door is told nothing

    Scenario: Acting for somebody else keeps both names
      When the receptionist unlocks the lobby door on behalf of the head of security
      Then the history names the receptionist for the lobby door, on behalf of the head of security
