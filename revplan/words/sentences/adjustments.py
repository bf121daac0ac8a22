"""What the plan check says of draws, clawbacks, release of pay and accounts below zero."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

_NOT_PAID = N_("Nobody could say what is paid.")

SENTENCES = {
    "plan.draw_twice": Sentence(
        N_("Two draws have the id {draw}."),
        N_("What is owed is kept by that id."),
        N_("Give each draw an id of its own."),
    ),
    "plan.draw_amount": Sentence(
        N_("The draw “{draw}” needs an amount or a share of target incentive, and not both."),
        _NOT_PAID,
        N_("Give one of them."),
    ),
    "plan.draw_not_positive": Sentence(
        N_("The draw “{draw}” is not more than nothing."),
        N_("A draw adds to the pay of months that earn less."),
        N_("Give a positive amount or share, or remove the draw."),
    ),
    "plan.draw_ends_before_start": Sentence(
        N_("The draw “{draw}” ends on {end}, which is not after it starts on {start}."),
        N_("It would never be paid."),
        N_("Correct one of the dates."),
    ),
    "plan.draw_two_dates": Sentence(
        N_("The draw “{draw}” gives both a date and a number of months for the same thing."),
        N_("They may contradict each other."),
        N_("Keep one of them."),
    ),
    "plan.draw_never_forgiven": Sentence(
        N_("The draw “{draw}” is to be forgiven, but does not say when."),
        N_("It would be owed for ever."),
        N_("Give the date, or the number of months after which it is forgiven."),
    ),
    "plan.draw_not_forgiven": Sentence(
        N_("The draw “{draw}” says when it is forgiven, but is of a kind that is not."),
        N_("The date would have no effect."),
        N_("Choose the kind that is recoverable, then forgiven, or remove the date."),
    ),
    "plan.draw_nothing_owed": Sentence(
        N_("The draw “{draw}” says when recovery starts, but nothing is owed for it."),
        N_("The date would have no effect."),
        N_("Choose a recoverable kind, or remove the date."),
    ),
    "plan.draw_no_incentive": Sentence(
        N_("The draw “{draw}” is a share of target incentive, and nobody on the plan has one."),
        N_("It pays nothing."),
        N_("Add the target incentives to the table of people, or give an amount."),
    ),
    "plan.draw_for_ever": Sentence(
        N_("The draw “{draw}” has no end."),
        N_("It tops up every poor month for as long as the plan holds."),
        N_("Give it an end, or a number of months since joining, if it is meant for a time."),
    ),
    "plan.clawback_component": Sentence(
        N_("A clawback names the component {name}, which the plan does not have."),
        N_("Nothing would be taken back for it."),
        N_("Did you mean {suggestion}?"),
    ),
    "plan.clawback_band": Sentence(
        N_("A band of the clawback goes from month {start} to month {end}."),
        N_("Ages are completed months: 0 or more, and a band ends after it starts."),
        N_("Correct one of the two."),
    ),
    "plan.clawback_share": Sentence(
        N_("A clawback takes back {given_share} of what a deal was paid."),
        N_("It can take nothing at least, and at most all of it."),
        N_("Give a share from 0% to 100%."),
    ),
    "plan.clawback_overlap": Sentence(
        N_("Two bands of the clawback hold for deals that are {start} months old."),
        _NOT_PAID,
        N_("Let each band end where the next one starts."),
    ),
    "plan.clawback_no_bands": Sentence(
        N_("The clawback has no bands."),
        N_("It would take nothing back."),
        N_("Give at least one band with its share, or remove the clawback."),
    ),
    "plan.clawback_twice": Sentence(
        N_("Two clawbacks take back the pay of the same component."),
        N_("A deal is taken back once."),
        N_("Name the components that each of them is for."),
    ),
    "plan.cancelled_twice": Sentence(
        N_("A clawback names a component in which a cancelled deal counts as a negative one."),
        N_("The same deal would be taken back twice."),
        N_("Take the component out of the clawback, or let it keep cancelled deals."),
    ),
    "plan.release_shares": Sentence(
        N_("The instalments add up to {total_share}."),
        N_("They have to pay the line exactly, with no share below 0%."),
        N_("Change the shares so that they add up to 100%."),
    ),
    "plan.release_months": Sentence(
        N_("The instalments are not in order of months, each later than the one before and none below 0."),
        N_("Nobody could say when they are due."),
        N_("Put them in order: 0 is the month of the line itself."),
    ),
    "plan.release_at_booking": Sentence(
        N_("The share paid at booking is {given_share}."),
        N_("What is paid at once and what waits make up the whole."),
        N_("Give a share from 0% to 100%."),
    ),
    "plan.release_deadline": Sentence(
        N_("The deadline lies before the month after the line's own."),
        N_("Pay at risk is taken back in a later month."),
        N_("Give 1 month or more."),
    ),
    "plan.release_no_deals": Sentence(
        N_("Pay waits for the customer, but {measure} does not count deals that a customer pays for."),
        N_("It would be held for ever."),
        N_("Choose a measure of deals, or release the pay with the line or in instalments."),
    ),
    "plan.below_zero_share": Sentence(
        N_("What is carried takes {given_share} of later months."),
        N_("It can take at most all of a month's pay."),
        N_("Give a share from 0% to 100%."),
    ),
    "plan.below_zero_minimum": Sentence(
        N_("The least that a month pays before anything is taken for what was carried is below 0."),
        N_("Later months would fall below zero themselves."),
        N_("Give 0 or more."),
    ),
}
