Feature: Dashboard
  One look says how the site is doing, as a whole or in one area.

  Background:
    Given the lobby door was set up and its device came online
    And the gate door was set up and its device came online
    And the boiler door was set up in the area Cellar

  Rule: The counts are those of now

    Scenario: Devices online and offline
      When the guard looks at the dashboard
      Then it counts 3 devices, 2 online and 1 offline
      And it counts 3 doors

    Scenario: A device goes offline
      When the device of the gate door goes offline
      Then the dashboard counts 3 devices, 1 online and 2 offline

    Scenario: A device is retired
      When the administrator retires the device of the boiler door
      Then the dashboard counts 2 devices, 2 online and 0 offline

    Scenario: Nobody has been enrolled yet
      When the guard looks at the dashboard
      Then it counts 0 people and 0 visitors

  Rule: A count leads to its list

    Scenario: The devices that are offline
      When the guard opens the list of devices that are offline
      Then the list names the boiler terminal

    Scenario: The devices that are online
      When the guard opens the list of devices that are online
      Then the list names the gate terminal and the lobby terminal

  Rule: An area narrows every count

    Scenario: One area
      When the guard looks at the dashboard of the area Cellar
      Then it counts 1 devices, 0 online and 1 offline

    Scenario: A device moves to another area
      Given the administrator moved the device of the gate door to the area Cellar
      When the guard looks at the dashboard of the area Cellar
      Then it counts 2 devices, 1 online and 1 offline

    Scenario: The alarms of one area
      Given somebody forced the lobby door
      And the administrator moved the device of the gate door to the area Cellar
      And somebody forced the gate door
      When the guard looks at the dashboard of the area Cellar
      Then it counts 1 alarms today, 1 unacknowledged and 0 acknowledged
