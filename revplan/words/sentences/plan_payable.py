"""What the plan check, and a run, says of what deals pay on: factors, keyed rates, another measure."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "plan.key_tie": Sentence(
        N_("A deal can meet entry {one} and entry {two}, and neither is the more specific."),
        N_("Then nobody can say which of the two it is paid by, so nothing is."),
        N_("Add an entry that has the conditions of both, or narrow one of them down."),
    ),
    "plan.key_says_nothing": Sentence(
        N_("Entry {number} has no condition, so it means every deal."),
        "",
        N_("Give it a condition, or say it for all other deals."),
    ),
    "plan.factor_below_zero": Sentence(
        N_("A deal would be paid by a number below 0 (entry {number}; 0 is all other deals)."),
        N_("A deal cannot pay on less than nothing."),
        N_("Write 0 for deals that pay nothing."),
    ),
    "plan.factor_places": Sentence(
        N_("A factor or a rate of a deal has more than {places} decimals."),
        N_("Nothing is rounded between a deal and its line, and more decimals do not fit."),
        N_("Write it with at most {places} decimals; 175% has two."),
    ),
    "plan.pays_on_beside_keyed": Sentence(
        N_("The component has a rate for each kind of deal, and factors for kinds of deals besides."),
        N_("Both say what a kind of deal is paid, each by conditions of its own."),
        N_("Multiply the rates by the factor, and leave the factors out."),
    ),
    "plan.pays_on_needs_one_rate": Sentence(
        N_("Deals pay on another amount than they count, and the table has not one rate for all of it."),
        N_("Where parts of a result have rates of their own, it is open in which part a deal lies."),
        N_("Use a table in which the tier reached sets the rate for everything, or a single rate."),
    ),
    "plan.pays_on_fixed": Sentence(
        N_("Deals pay on another amount than they count, but the component pays fixed amounts."),
        N_("A fixed amount is the same whatever a deal pays on."),
        N_("Pay a rate or a share of target incentive, or let deals pay on what they count."),
    ),
    "plan.pays_on_needs_deals": Sentence(
        N_("Deals pay on another amount than they count, but the table reads no sum of deals."),
        N_("A ratio, a value or a growth does not say how much of it each deal is."),
        N_("Read the table by attainment or by the amount, of a measure that adds up."),
    ),
    "plan.pays_on_other_deals": Sentence(
        N_("{measure} counts, and {other_measure} pays, but these are not the same deals."),
        N_("What a deal pays on is another amount of the same row, on the same day."),
        N_("Choose a measure of the same table and the same date."),
    ),
    "plan.pays_on_other_unit": Sentence(
        N_("{measure} counts and {other_measure} pays, one in money and the other in numbers."),
        N_("A share of target incentive goes by attainment, and the two cannot be divided."),
        N_("Pay a rate, or choose two measures of the same unit."),
    ),
    "plan.pays_on_and_credit_cap": Sentence(
        N_("What a deal counts is capped, but it pays on {other_measure}."),
        N_("The cap does not say what is left of the other amount."),
        N_("Cap what a deal pays, or let it pay on what it counts."),
    ),
    "plan.keyed_needs_rate": Sentence(
        N_("The table has a rate for each kind of deal, but the component does not pay by a rate."),
        N_("A share of target incentive is paid on all deals together."),
        N_("Pay a rate; or count the deals in full and let some pay on a larger or smaller share."),
    ),
    "plan.keyed_elsewhere": Sentence(
        N_("A rate for each kind of deal stands where one table is read for all deals together."),
        N_("What multiplies pay, or takes the place of a table, is one number."),
        N_("Use a table of tiers or points there."),
    ),
    "plan.keyed_beside_others": Sentence(
        N_("The table has a rate for each kind of deal, and other tables stand beside it."),
        N_("It would be open by which rates a deal is paid when another table is read."),
        N_("Remove the other tables, or count the deals in full and let some pay on a factor."),
    ),
}
