Feature: Devices
  A device brings its doors, says whether it is there, and has to tell the right time.

  Rule: A device is registered once and brings its doors

    Scenario: A controller of four doors
      When the administrator registers the lobby terminal with 4 doors
      Then the board shows 4 doors of the lobby terminal
      And the dashboard counts 1 devices, 0 online and 1 offline

    Scenario: The same again changes nothing
      Given the administrator registered the lobby terminal with 4 doors
      When the administrator registers the lobby terminal with 4 doors
      Then the board shows 4 doors of the lobby terminal

    Scenario: The same serial number under another name
      Given the administrator registered the lobby terminal with 4 doors
      When the administrator registers the same device as the gate terminal
      Then the administrator is told that the device is registered already

    Scenario: A device without doors
      When the administrator registers the lobby terminal with 0 doors
      Then the administrator is told that a number of doors is needed

  Rule: Everybody sees whether a device is there

    Scenario: It comes online
      Given the lobby door was set up in the area Cellar
      When the device of the lobby door comes online
      Then the board shows the lobby door online

    Scenario: It goes offline
      Given the lobby door was set up and its device came online
      When the device of the lobby door goes offline
      Then the board shows the lobby door offline
      And the alarm "Device offline" stands at the lobby device

    Scenario: Coming back ends the condition and acknowledges nothing
      Given the lobby door was set up and its device came online
      And the device of the lobby door went offline
      When the device of the lobby door comes online
      Then the condition is over
      And the alarm still needs somebody

  Rule: A device that tells the wrong time is an alarm

    Scenario: The clock is far off
      Given the lobby door was set up and its device came online
      When the device of the lobby door shows a time 90 seconds ahead of ours
      Then the alarm "Device clock is off" stands at the lobby device
      And the device of the lobby door is told to set its clock

    Scenario: A few seconds are nothing to speak of
      Given the lobby door was set up and its device came online
      When the device of the lobby door shows a time 4 seconds ahead of ours
      Then there is no alarm
      And the device of the lobby door is told nothing

    Scenario: The clock is right again
      Given the lobby door was set up and its device came online
      And the device of the lobby door showed a time 90 seconds ahead of ours
      When the device of the lobby door shows a time 1 second ahead of ours
      Then the condition is over

  Rule: A retired device takes part in nothing

    Scenario: It cannot come back
      Given the lobby door was set up and its device came online
      And the administrator retired the device of the lobby door
      When the device of the lobby door comes online
      Then the device is turned away because it has been retired

    Scenario: Nobody has heard of the device
      When the device of the attic door comes online
      Then the device is turned away because nobody registered it
