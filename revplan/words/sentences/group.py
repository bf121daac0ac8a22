"""What the plan check says of limits on finished lines, and of pay on what others are paid."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "plan.payee_limit_says_nothing": Sentence(
        N_("A limit on what a person is paid has no amount."),
        N_("Nothing would be limited."),
        N_("Give an amount, or a multiple of target incentive, or remove the limit."),
    ),
    "plan.limit_below_zero": Sentence(
        N_("A limit on pay is below 0."),
        N_("It would take back money that was earned."),
        N_("Set it to 0 or more."),
    ),
    "plan.limit_of_unknown_component": Sentence(
        N_("A limit names the component {name}, which this plan does not have."),
        N_("What it is meant to limit would be paid in full."),
        N_("Did you mean: {suggestion}?"),
    ),
    "plan.budget_below_target_pay": Sentence(
        N_(
            "The budget is {budget_amount} a {grain}, while everybody's target incentive adds up to "
            "{promised_amount}."
        ),
        N_("When everybody reaches their targets, everybody is paid less than promised."),
        N_("Raise the budget, or lower target incentives before anyone signs."),
    ),
    "plan.limit_changes_in_period": Sentence(
        N_("This version changes a limit within {period}."),
        N_("What was paid stays paid, so the earlier limit holds until the period ends."),
        N_("The new one counts from {day} on; let the version start there if that is too late."),
    ),
    "plan.payouts_of_unknown": Sentence(
        N_("It is paid on what {name} pays, which no plan of its sets has."),
        N_("There is nothing to count, so it would pay 0."),
        N_("Did you mean: {suggestion}?"),
    ),
    "plan.payouts_one_by_one": Sentence(
        N_("The table is read for each payout of others by itself."),
        N_("Each of its parts would tell what somebody else is paid."),
        N_("Read the table once for each period."),
    ),
    "plan.payouts_in_circle": Sentence(
        N_("It is paid on payouts that are themselves paid on its own."),
        N_("Neither can be calculated first."),
        N_("Let one of them count deals in place of payouts."),
    ),
    "plan.condition_counts_nothing": Sentence(
        N_("A condition names neither a measure nor another component."),
        N_("There is nothing that could reach it."),
        N_("Name what it counts."),
    ),
    "plan.linked_to_unknown": Sentence(
        N_("A condition names the component {name}, which this plan does not have."),
        N_("There is nothing that could reach it."),
        N_("Did you mean: {suggestion}?"),
    ),
    "plan.pool_of_own": Sentence(
        N_("What makes the pool is not the same for all who share it: the table, multiplier or result."),
        N_("It would be another amount for each of its members, so there is nothing to divide."),
        N_("Count the team's or the shared result, also for its multiplier and other tables."),
    ),
    "plan.pool_per_deal": Sentence(
        N_("A pool reads its table for each deal by itself."),
        N_("A pool is one amount a period."),
        N_("Read the table once for each period."),
    ),
    "plan.pool_without_claim": Sentence(
        N_("The pool is divided by a measure, and none is named."),
        N_("Nobody would have a part."),
        N_("Name the measure that says how much each person has a claim to."),
    ),
    "plan.pool_claim_unused": Sentence(
        N_("The pool names a measure for its claims, but is not divided by it."),
        N_("It would be passed over in silence."),
        N_("Divide the pool by the measure, or remove it."),
    ),
    "plan.pool_redistributes_all": Sentence(
        N_("The pool says how many claims there are in all, and that the members share what is not taken."),
        N_("Then it makes no difference how many there are."),
        N_("Let what is not taken lapse, or remove the number."),
    ),
    "plan.pool_in_all": Sentence(
        N_("The number of all claims is not above 0."),
        N_("Nothing can be divided by it."),
        N_("Set it above 0, or leave it out so that what the members have is all there is."),
    ),
    "payouts_in_circle": Sentence(
        N_("This component is paid on payouts that are themselves paid on its own, so it pays nothing."),
        N_("Neither can be calculated first."),
        N_("Let one of them count deals in place of payouts."),
    ),
}
