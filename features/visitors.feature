Feature: Visitors
  The receptionist registers who has come, to whom and why, and sees who is still here.

  Background:
    Given the host was enrolled with the number 2001

  Rule: A visitor is registered on the spot, with all that the list tells

    Scenario: A row of the list tells when, who, to whom and why
      When the receptionist registers Guest One, who comes to the host for a delivery until 10:00
      Then the visitor list shows Guest One, for the host, as expected
      And the list tells that Guest One comes for a delivery from 08:00 to 10:00

    Scenario: A visit that would be over before it begins
      When the receptionist registers Guest One, who comes to the host for a delivery until 07:00
      Then the receptionist is told that the end must be to come
      And the visitor list is empty

    Scenario: Whoever came before is known again
      Given the receptionist registered the visitor Guest One for the host
      When the receptionist registers the visitor Guest One for the host
      Then the register names the host and the visitor Guest One

  Rule: The host is somebody who is known, by number or by name

    Scenario: The host is named by number
      When the receptionist registers the visitor Guest One for the person with the number 2001
      Then the visitor list shows Guest One, for the host, as expected

    Scenario: The host is named by name
      When the receptionist registers the visitor Guest One for whoever is called "hos"
      Then the visitor list shows Guest One, for the host, as expected

    Scenario: Nobody has that number
      When the receptionist registers the visitor Guest One for the person with the number 2999
      Then the receptionist is told that nobody is known by that
      And the visitor list is empty

    Scenario: Nobody has that name
      When the receptionist registers the visitor Guest One for whoever is called "caretaker"
      Then the receptionist is told that nobody is known by that
      And the visitor list is empty

  Rule: The host is one person, and no visitor

    Scenario: Several people are called so
      Given the hostess was enrolled with the number 2002
      When the receptionist registers the visitor Guest One for whoever is called "hos"
      Then the receptionist is told that several are called so
      And the visitor list is empty

    Scenario: One of them is called exactly so
      Given the hostess was enrolled with the number 2002
      When the receptionist registers the visitor Guest One for whoever is called "host"
      Then the visitor list shows Guest One, for the host, as expected

    Scenario: Another visitor is nobody's host
      Given the receptionist registered the visitor Guest Two for the host
      When the receptionist registers the visitor Guest One for whoever is called "guest"
      Then the receptionist is told that nobody is known by that

  Rule: Photographs of the visitor, the plate and the goods belong to the visit

    Scenario: The plate
      When the receptionist registers Guest One with photographs of the plate
      Then the visit of Guest One has photographs of the plate

    Scenario: All three
      When the receptionist registers Guest One with photographs of the face, the plate and the goods
      Then the visit of Guest One has photographs of the face, the plate and the goods

    Scenario: A file that is no photograph
      When the receptionist registers Guest One with a text file for a photograph
      Then the receptionist is told that this is no photograph
      And the visitor list is empty
      And the register names the host

  Rule: Several who come together are one visit, and all of them are here

    Scenario: A class with its teacher
      Given the receptionist registered Guest One as a party of 25 for the host
      When the receptionist checks Guest One in
      Then the muster list names the visitor Guest One, as observed
      And the muster list counts 25 people

    Scenario: A party of nobody
      When the receptionist registers Guest One as a party of 0 for the host
      Then the receptionist is told that a number of visitors is needed
      And the visitor list is empty

  Rule: A visitor is checked in and checked out, once each

    Scenario: Somebody comes
      Given the receptionist registered the visitor Guest One for the host
      When the receptionist checks Guest One in
      Then the visitor list shows Guest One, for the host, as checked in

    Scenario: Somebody leaves
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And 30 minutes passed
      When the receptionist checks Guest One out
      Then the visitor list shows Guest One, for the host, as checked out
      And somebody saw Guest One leave at 08:30

    Scenario: The second check-out changes nothing
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And 30 minutes passed
      And the receptionist checked Guest One out
      And 30 minutes passed
      When the receptionist checks Guest One out
      Then somebody saw Guest One leave at 08:30

  Rule: Nothing happens out of turn

    Scenario: Nobody leaves who has not come
      Given the receptionist registered the visitor Guest One for the host
      When the receptionist checks Guest One out
      Then the receptionist is refused because the visitor is not checked in
      And the visitor list shows Guest One, for the host, as expected

    Scenario: A visit that is over does not begin again
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And the receptionist checked Guest One out
      When the receptionist checks Guest One in
      Then the receptionist is refused because the visit is over

    Scenario: A visit that was cancelled does not begin
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist cancelled the visit of Guest One
      When the receptionist checks Guest One in
      Then the receptionist is refused because the visit is over
      And the visitor list shows Guest One, for the host, as cancelled

    Scenario: A visit that has begun is not cancelled
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      When the receptionist cancels the visit of Guest One
      Then the receptionist is told that the visit is no longer expected

  Rule: A visitor may come half a day early, and not earlier

    Scenario: The day before
      Given the receptionist registered the visitor Guest One for the host, a day ahead
      When the receptionist checks Guest One in
      Then the receptionist is refused because it is too early for the visit
      And the visitor list shows Guest One, for the host, as expected

    Scenario: The evening before
      Given the receptionist registered the visitor Guest One for the host, a day ahead
      And 12 hours passed
      When the receptionist checks Guest One in
      Then the visitor list shows Guest One, for the host, as checked in

  Rule: The host is told by letter who has come

    Scenario: The host wants to be told
      Given a mail server was set up
      And the host had an address
      And the receptionist registered the visitor Guest One for the host
      When the receptionist checks Guest One in
      Then a letter to the host is due

    Scenario: The host wants no letters
      Given a mail server was set up
      And the host had an address
      And the host switched notifications off
      And the receptionist registered the visitor Guest One for the host
      When the receptionist checks Guest One in
      Then no letter is due

    Scenario: Without a mail server the visitor is let in all the same
      Given the host had an address
      And the receptionist registered the visitor Guest One for the host
      When the receptionist checks Guest One in
      Then the visitor list shows Guest One, for the host, as checked in
      And no letter is due

  Rule: Who was not seen to leave is assumed to have left, and the list says so

    Scenario: Hours after the planned end
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      When 7 hours pass
      Then the visitor list shows Guest One, for the host, as checked out
      And it is only assumed that Guest One has left

    Scenario: A visit that takes a little longer
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      When 3 hours pass
      Then the visitor list shows Guest One, for the host, as checked in

  Rule: Who does not come is no show, and may come after all

    Scenario: The planned end has passed
      Given the receptionist registered the visitor Guest One for the host
      When 3 hours pass
      Then the visitor list shows Guest One, for the host, as no show

    Scenario: Somebody comes late
      Given the receptionist registered the visitor Guest One for the host
      And 3 hours passed
      When the receptionist checks Guest One in
      Then the visitor list shows Guest One, for the host, as checked in

  Rule: Who is on the blocklist is not let in

    Scenario: Blocked before
      Given the receptionist registered the visitor Guest One for the host
      And the administrator blocked Guest One because "Broke the barrier"
      When the receptionist registers the visitor Guest One for the host
      Then the receptionist is refused because the visitor is on the blocklist

    Scenario: Blocked since the visit was registered
      Given the receptionist registered the visitor Guest One for the host
      And the administrator blocked Guest One because "Broke the barrier"
      When the receptionist checks Guest One in
      Then the receptionist is refused because the visitor is on the blocklist
      And the visitor list shows Guest One, for the host, as expected

    Scenario: Who is blocked and here can still leave
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist checked Guest One in
      And the administrator blocked Guest One because "Broke the barrier"
      When the receptionist checks Guest One out
      Then the visitor list shows Guest One, for the host, as checked out

  Rule: One look says who is expected, who came and who is still here

    Scenario: Three visitors
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist registered the visitor Guest Two for the host
      And the receptionist registered the visitor Guest Three for the host
      And the receptionist checked Guest One in
      And the receptionist checked Guest Two in
      When the receptionist checks Guest One out
      Then the overview counts 3 visitors today, 2 who came and 1 who is still here

    Scenario: A cancelled visit does not count
      Given the receptionist registered the visitor Guest One for the host
      When the receptionist cancels the visit of Guest One
      Then the overview counts 0 visitors today, 0 who came and 0 who is still here

    Scenario: Yesterday's visitor who is still here
      Given the receptionist registered the visitor Guest One for the host until tomorrow
      And the receptionist checked Guest One in
      When the day is over
      Then the overview counts 0 visitors today, 0 who came and 1 who is still here

  Rule: A visitor is found by name

    Background:
      Given the receptionist registered the visitor Guest One for the host
      And the receptionist registered the visitor Caller Two for the host
      And the receptionist checked Caller Two in

    Scenario Outline: The receptionist looks for somebody
      When the receptionist looks for visitors <known>
      Then the receptionist finds <found>

      Examples:
        | known              | found                    |
        | called "guest"     | Guest One                |
        | called "ONE"       | Guest One                |
        | called "e"         | Caller Two and Guest One |
        | called "host"      | nobody                   |
        | who are checked in | Caller Two               |
        | who are expected   | Guest One                |

  Rule: The flow of today shows how many came in each hour

    Scenario: Two hours of a morning
      Given it became Monday 09:10
      And the visitor Guest One came
      And the visitor Guest Two came
      And it became Monday 11:00
      And the visitor Guest Three came
      When the receptionist looks at the flow of today
      Then it shows 2 at 9 o'clock, 1 at 11 o'clock and none at other times

    Scenario: The hours are those of the site
      Given the site was founded in the zone Asia/Tokyo
      And it became Monday 09:10
      And the visitor Guest One came
      When the receptionist looks at the flow of today
      Then it shows 1 at 18 o'clock and none at other times

    Scenario: Nobody counts who was only expected
      Given the receptionist registered the visitor Guest One for the host
      When the receptionist looks at the flow of today
      Then it shows none at other times

  Rule: The visitors of the month are ranked by how often they came

    Scenario: Who came most often is first
      Given the visitor Guest One came 1 time
      And the visitor Guest Two came 3 times
      When the receptionist looks at the top five of the month
      Then the top five are:
        | rank | visitor   | visits |
        | 1    | Guest Two | 3      |
        | 2    | Guest One | 1      |

    Scenario: Equals share a rank, and nobody of the last rank is left out
      Given the visitor Guest One came 5 times
      And the visitor Guest Two came 4 times
      And the visitor Guest Three came 4 times
      And the visitor Guest Four came 2 times
      And the visitor Guest Five came 1 time
      And the visitor Guest Six came 1 time
      When the receptionist looks at the top five of the month
      Then the top five are:
        | rank | visitor     | visits |
        | 1    | Guest One   | 5      |
        | 2    | Guest Two   | 4      |
        | 2    | Guest Three | 4      |
        | 4    | Guest Four  | 2      |
        | 5    | Guest Five  | 1      |
        | 5    | Guest Six   | 1      |

    Scenario: Below the fifth place nobody is named
      Given the visitor Guest One came 6 times
      And the visitor Guest Two came 5 times
      And the visitor Guest Three came 4 times
      And the visitor Guest Four came 3 times
      And the visitor Guest Five came 2 times
      And the visitor Guest Six came 1 time
      When the receptionist looks at the top five of the month
      Then Guest Six is not among the top five

    Scenario: Another month begins another list
      Given the visitor Guest One came 2 times
      And it became the next month where the site is
      And the visitor Guest Two came 1 time
      When the receptionist looks at the top five of the month
      Then the top five are:
        | rank | visitor   | visits |
        | 1    | Guest Two | 1      |
