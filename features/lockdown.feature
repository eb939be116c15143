Feature: Lockdown
  One act secures a whole group of doors, and everybody can see how far that has come.
  Lockdown denies entry, never exit.

  Background:
    Given the lobby door was set up and its device came online
    And the gate door was set up and its device came online
    And the lockdown group "ground floor" was made of the lobby door and the gate door

  Rule: A group is set up beforehand and locked down as one

    Scenario: Every door of the group is locked down
      When the guard locks down "ground floor"
      Then "ground floor" is under lockdown
      And the lobby door is told to be Locked down
      And the gate door is told to be Locked down

    Scenario: Cancelling makes the group safe again
      Given the guard locked down "ground floor"
      When the guard cancels the lockdown of "ground floor"
      Then "ground floor" is safe
      And the lobby door is told to be Locked

    Scenario: A group that nobody set up cannot be locked down
      When the guard locks down "upper floor"
      Then the guard is told that there is no such group

    Scenario: A group is made of doors that exist
      When the guard makes the lockdown group "cellar" of the boiler door
      Then the guard is told that there is no such door

  Rule: "Under lockdown" always names the doors that have not confirmed it

    Scenario: Asked for is not yet secured
      When the guard locks down "ground floor"
      Then "ground floor" still waits for the lobby door and the gate door
      And nobody can say yet how long it took to secure "ground floor"

    Scenario: A door that confirmed is no longer named
      Given the guard locked down "ground floor"
      When the device of the lobby door carries out what it was told
      Then "ground floor" still waits for the gate door

    Scenario: The slowest door says how long it took
      Given the guard locked down "ground floor"
      And 2 seconds passed
      And the device of the lobby door carried out what it was told
      And 3 seconds passed
      When the device of the gate door carries out what it was told
      Then "ground floor" waits for no door
      And it took 5 seconds to secure "ground floor"

    Scenario: A device that cannot do it is named, and asked again
      Given the guard locked down "ground floor"
      And the device of the lobby door rejected what it was told
      When 30 seconds pass
      Then "ground floor" still waits for the lobby door and the gate door
      And the device of the lobby door is told to lock it down

  Rule: A lockdown stays until it is lifted, and is asked for again when a device comes back

    Scenario: A device that was away is told when it comes back
      Given the device of the gate door went offline
      And the guard locked down "ground floor"
      And 20 minutes passed
      When the device of the gate door comes online
      Then the device of the gate door is told to lock it down

    Scenario: A device that restarted has to confirm again
      Given the guard locked down "ground floor"
      And the device of the gate door carried out what it was told
      And the device of the gate door went offline
      When the device of the gate door comes online
      Then "ground floor" still waits for the gate door and the lobby door
      And the device of the gate door is told to lock it down

    Scenario: A lockdown that was lifted meanwhile is not asked for
      Given the guard locked down "ground floor"
      And the device of the gate door carried out what it was told
      And the device of the gate door went offline
      And the guard cancelled the lockdown of "ground floor"
      When the device of the gate door comes online
      Then the device of the gate door is told to end its lockdown and lock

  Rule: A door under lockdown takes no order but its release

    Scenario: It is not unlocked
      Given the guard locked down "ground floor"
      When the guard unlocks the lobby door
      Then the guard is refused because the door is under lockdown

    Scenario: It is not set to another mode
      Given the guard locked down "ground floor"
      When the guard sets the lobby door to Unlocked
      Then the guard is refused because the door is under lockdown
      And the lobby door is told to be Locked down

    Scenario: An unlock that was not handed out yet is withdrawn
      Given the guard unlocked the lobby door
      When the guard locks down "ground floor"
      Then the device of the lobby door is told only to lock it down

  Rule: A door is locked down while any group holds it

    Scenario: One of two groups is released
      Given the lockdown group "whole site" was made of the lobby door
      And the guard locked down "ground floor"
      And the guard locked down "whole site"
      When the guard cancels the lockdown of "ground floor"
      Then the lobby door is told to be Locked down
      And the board shows the lobby door held by "whole site"
      And the gate door is told to be Locked

    Scenario: Both groups are released
      Given the lockdown group "whole site" was made of the lobby door
      And the guard locked down "ground floor"
      And the guard locked down "whole site"
      And the guard cancelled the lockdown of "ground floor"
      When the guard cancels the lockdown of "whole site"
      Then the lobby door is told to be Locked
      And the board shows the lobby door held by nobody

    Scenario: A door is put into a group during a lockdown
      Given the yard door was set up and its device came online
      And the guard locked down "ground floor"
      When the guard changes "ground floor" to the lobby door and the gate door and the yard door
      Then the yard door is told to be Locked down
      And "ground floor" still waits for the lobby door and the gate door and the yard door

    Scenario: A door is taken out of a group during a lockdown
      Given the guard locked down "ground floor"
      When the guard changes "ground floor" to the gate door
      Then the lobby door is told to be Locked
      And the gate door is told to be Locked down

  Rule: A released door goes to what its schedule says now

    Scenario: Released within its hours
      Given the lobby door was to stand unlocked on weekdays from 09:00 to 17:00
      And the guard locked down "ground floor"
      And it became Monday 10:00
      When the guard cancels the lockdown of "ground floor"
      Then the lobby door is told to be Unlocked

    Scenario: Released after its hours
      Given the lobby door was to stand unlocked on weekdays from 09:00 to 17:00
      And it became Monday 16:00
      And the guard locked down "ground floor"
      And it became Monday 18:00
      When the guard cancels the lockdown of "ground floor"
      Then the lobby door is told to be Locked

    Scenario: What a person had asked for before is not taken up again
      Given the guard set the lobby door to Unlocked
      And the guard locked down "ground floor"
      When the guard cancels the lockdown of "ground floor"
      Then the lobby door is told to be Locked

  Rule: Life safety goes before lockdown

    Scenario: A fire opens a door under lockdown
      Given the guard locked down "ground floor"
      When the device of the lobby door reports that the fire alarm opened it
      Then the lobby door is told to be Locked open

    Scenario: When the fire is over the lockdown stands again
      Given the guard locked down "ground floor"
      And the device of the lobby door reported that the fire alarm opened it
      When the device of the lobby door reports that the fire alarm is over
      Then the lobby door is told to be Locked down

    Scenario: A person ends what a fire alarm began
      Given the device of the lobby door reported that the fire alarm opened it
      When the guard ends the life-safety release
      Then the lobby door is told to be Locked

    Scenario: A device's all-clear does not end what a person began
      Given the guard opened the lobby door for life safety
      And the device of the lobby door reported that the fire alarm opened it
      When the device of the lobby door reports that the fire alarm is over
      Then the lobby door is told to be Locked open

  Rule: While life safety holds a door open nobody closes it

    Scenario: A person
      Given the guard opened the lobby door for life safety
      When the guard sets the lobby door to Locked
      Then the guard is refused because the door is open for life safety

    Scenario: A lockdown
      Given the guard opened the lobby door for life safety
      When the guard locks down "ground floor"
      Then the lobby door is told to be Locked open
      And the gate door is told to be Locked down

  Rule: Lockdown never takes the exit away

    Scenario: A device whose own lockdown would disable the exit button
      Given the device of the lobby door said that its lockdown disables the exit button
      When the guard locks down "ground floor"
      Then the device of the lobby door is told to lock it and to leave the exit free
      And "ground floor" shows that the lobby door is secured by its lock

    Scenario: Somebody cannot leave
      Given the guard locked down "ground floor"
      And the device of the lobby door carried out what it was told
      When somebody presses the exit button of the lobby door in vain
      Then the alarm "Exit is impaired" stands at the lobby door
      And the device of the lobby door is told to lock it and to leave the exit free
      And the lobby door is told to be Locked down

  Rule: A drill leaves every door as it is

    Scenario: A drill is shown as a drill
      When the guard begins a drill of "ground floor"
      Then "ground floor" is in a drill
      And the device of the lobby door is told nothing
      And the lobby door is told to be Locked

    Scenario: A real lockdown ends the drill
      Given the guard began a drill of "ground floor"
      When the guard locks down "ground floor"
      Then "ground floor" is under lockdown
      And the device of the lobby door is told to lock it down

    Scenario: No drill begins during a real lockdown
      Given the guard locked down "ground floor"
      When the guard begins a drill of "ground floor"
      Then the guard is refused because the lockdown is real
      And "ground floor" is under lockdown

    Scenario: A drill ends and no door has moved
      Given the guard began a drill of "ground floor"
      When the guard cancels the lockdown of "ground floor"
      Then "ground floor" is safe
      And the device of the lobby door is told nothing
