Feature: Login
  People sign in to the app with their number and a password, once an administrator lets them.

  Background:
    Given the employee was enrolled
    And the administrator set the password of the employee to "old but good"

  Rule: Nobody signs in until an administrator lets them

    Scenario: Not yet
      When the employee signs in with "old but good"
      Then the employee is told that app login is not enabled

    Scenario: Enabled
      Given the administrator enabled the app login of the employee
      When the employee signs in with "old but good"
      Then the employee is signed in

    Scenario: Disabled again
      Given the administrator enabled the app login of the employee
      And the administrator disabled the app login of the employee
      When the employee signs in with "old but good"
      Then the employee is told that app login is not enabled

    Scenario: An administrator is known as one
      Given the manager was enrolled as an administrator
      And the administrator set the password of the manager to "keys to the house"
      And the administrator enabled the app login of the manager
      When the manager signs in with "keys to the house"
      Then the manager is signed in as an administrator

  Rule: Whoever does not know the password learns nothing

    Background:
      Given the administrator enabled the app login of the employee

    Scenario: A wrong password
      When the employee signs in with "wrong and long"
      Then the employee is told that the id or the password is wrong

    Scenario: A number that nobody has
      When somebody signs in with the unknown number 2999
      Then the stranger is told that the id or the password is wrong

    Scenario: No password was set
      Given the student was enrolled
      And the administrator enabled the app login of the student
      When the student signs in with ""
      Then the student is told that the id or the password is wrong

    Scenario: Not even that the app login is not enabled
      Given the administrator disabled the app login of the employee
      When the employee signs in with "wrong and long"
      Then the employee is told that the id or the password is wrong

  Rule: There is one password, and it changes everywhere at once

    Background:
      Given the administrator enabled the app login of the employee

    Scenario: The employee changes it
      Given the employee changed the password "old but good" to "new and better"
      When the employee signs in with "new and better"
      Then the employee is signed in

    Scenario: The old one is over
      Given the employee changed the password "old but good" to "new and better"
      When the employee signs in with "old but good"
      Then the employee is told that the id or the password is wrong

    Scenario: The administrator sets another one
      Given the administrator set the password of the employee to "for the first day"
      When the employee signs in with "for the first day"
      Then the employee is signed in

  Rule: A password is changed by who knows it, to one that is long enough

    Background:
      Given the administrator enabled the app login of the employee

    Scenario: Whoever does not know the old one changes nothing
      When the employee changes the password "wrong and long" to "new and better"
      Then the employee is told that the id or the password is wrong

    Scenario: A password that is too short
      When the employee changes the password "old but good" to "short"
      Then the employee is told that a longer password is needed

    Scenario: After a password that was too short the old one still counts
      Given the employee changed the password "old but good" to "short"
      When the employee signs in with "old but good"
      Then the employee is signed in

  Rule: A minor has no account without a guardian's consent

    Background:
      Given the student was enrolled as a minor
      And the guardian was enrolled
      And the administrator set the password of the student to "after the bell"

    Scenario: Without consent
      When the administrator enables the app login of the student
      Then the administrator is refused because there is no consent

    Scenario: The refusal lets nobody in
      Given the administrator enabled the app login of the student
      When the student signs in with "after the bell"
      Then the student is told that app login is not enabled

    Scenario: With consent
      Given the guardian of the student consented in writing
      And the administrator enabled the app login of the student
      When the student signs in with "after the bell"
      Then the student is signed in

  Rule: An account lasts as long as one guardian consents to it

    Background:
      Given the student was enrolled as a minor
      And the guardian was enrolled
      And the aunt was enrolled
      And the administrator set the password of the student to "after the bell"

    Scenario: The consent is withdrawn
      Given the guardian of the student consented in writing
      And the administrator enabled the app login of the student
      And the consent to the account of the student was withdrawn
      When the student signs in with "after the bell"
      Then the student is told that app login is not enabled

    Scenario: The consent of another guardian still stands
      Given the guardian of the student consented in writing
      And the aunt of the student consented in writing
      And the administrator enabled the app login of the student
      And the consent to the account of the student was withdrawn
      When the student signs in with "after the bell"
      Then the student is signed in

  Rule: The privacy policy is accepted before anything else

    Background:
      Given the administrator enabled the app login of the employee

    Scenario: There is none yet
      When the employee signs in with "old but good"
      Then the employee is signed in

    Scenario: One was published
      Given the administrator published version 1 of the privacy policy
      When the employee signs in with "old but good"
      Then the employee is told to accept version 1 first

    Scenario: It was accepted
      Given the administrator published version 1 of the privacy policy
      And the employee accepted version 1 of the privacy policy
      When the employee signs in with "old but good"
      Then the employee is signed in

    Scenario: There is a newer one
      Given the administrator published version 1 of the privacy policy
      And the employee accepted version 1 of the privacy policy
      And the administrator published version 2 of the privacy policy
      When the employee signs in with "old but good"
      Then the employee is told to accept version 2 first

  Rule: Who has not accepted the policy does nothing else

    Background:
      Given the administrator enabled the app login of the employee
      And the administrator published version 1 of the privacy policy

    Scenario: Nobody accepts it in the name of somebody else
      When somebody accepts version 1 of the privacy policy for the employee with "wrong and long"
      Then the stranger is told that the id or the password is wrong

    Scenario: No password is changed before
      When the employee changes the password "old but good" to "new and better"
      Then the employee is told to accept version 1 first

  Rule: Only what was published is accepted, and an older version undoes nothing

    Background:
      Given the administrator enabled the app login of the employee

    Scenario: Nobody accepts what is not published
      When the employee accepts version 1 of the privacy policy
      Then the employee is told that there is no such version

    Scenario: An older version is accepted after a newer one
      Given the administrator published version 2 of the privacy policy
      And the employee accepted version 2 of the privacy policy
      And the employee accepted version 1 of the privacy policy
      When the employee signs in with "old but good"
      Then the employee is signed in
