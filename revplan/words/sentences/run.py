"""What a run says about a book that it cannot calculate as it stands."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES = {
    "no_fx_rate": Sentence(
        N_(
            "There is no rate {rate} for {currency} from {first} to {last}. Rows of {canonical_table} "
            "without it: {rows}, {left_amount} together, {transaction} among them."
        ),
        N_("They are left out of every figure: amounts are never added across currencies."),
        N_(
            "Upload an exchange rate named {rate} from {currency} to {own_currency} that starts on {first} "
            "or earlier (fx_rates.csv in a book folder)."
        ),
    ),
    "no_fx_rate_for_correction": Sentence(
        N_("The correction {adjustment} is in {currency}, and there is no rate {rate} for it on {day}."),
        N_("It is left out: amounts are never added across currencies."),
        N_(
            "Upload an exchange rate named {rate} from {currency} to {own_currency} that starts on {day} "
            "or earlier (fx_rates.csv in a book folder)."
        ),
    ),
    "no_fx_rate_for_cancellation": Sentence(
        N_(
            "The cancellation {cancellation} gives an amount, and there is no rate {rate} for {currency} on "
            "{day} to say which share of {transaction} that is."
        ),
        N_("It is left out: nothing is taken back for it, and the deal counts whole."),
        N_(
            "Upload an exchange rate named {rate} from {currency} to {own_currency} that starts on {day} "
            "or earlier (fx_rates.csv in a book folder), or give a share in place of the amount."
        ),
    ),
    "book.no_plans": Sentence(
        N_("The book has no plans."),
        N_("Without a plan nobody is paid, and nothing is calculated."),
        N_("Put at least one plan into the folder plans, as docs/plan.md shows."),
    ),
    "credited_outside": Sentence(
        N_(
            "{who} is credited for days before joining or after leaving: {measure}, {left_amount} in "
            "{number} transactions, from {first} to {last}."
        ),
        N_("On those days {who} is in no team, so this counts for nobody: no person, no team."),
        N_("Correct the dates in the table of people, or give these deals to whoever took them over."),
    ),
    "counted_outside": Sentence(
        N_(
            "{who} is credited for days before joining or after leaving: {measure}, {number} transactions, "
            "from {first} to {last}."
        ),
        N_("On those days {who} is in no team, so this counts for nobody: no person, no team."),
        N_("Correct the dates in the table of people, or give these rows to whoever took them over."),
    ),
    "no_fx_rate_for_incentive": Sentence(
        N_(
            "There is no rate {rate} for {currency} on {first}. People whose target incentive needs it: "
            "{rows}, {left_amount} a year together, {who} among them."
        ),
        N_("Their target incentive counts as 0, so a share of it pays nothing."),
        N_(
            "Upload an exchange rate named {rate} from {currency} to {own_currency} that starts on {first} "
            "or earlier (fx_rates.csv in a book folder)."
        ),
    ),
    "no_pay_rate": Sentence(
        N_(
            "There is no rate {rate} from {own_currency} into {currency} on {first}. Amounts to be paid that "
            "need one: {rows}."
        ),
        N_("What they come to in {currency} is not known, so they cannot be paid."),
        N_(
            "Upload an exchange rate named {rate} from {own_currency} to {currency} (or the other way round) "
            "that starts on {first} or earlier (fx_rates.csv in a book folder)."
        ),
    ),
    "pay_too_large": Sentence(
        N_("An amount to be paid is too large in the payee's currency."),
        N_("It does not fit into 18 digits, so nothing is paid for it."),
        N_("Check the exchange rates that the plan names as its pay rate."),
    ),
    "unknown_plan_set": Sentence(
        N_("No plan is part of the set {plan_set}."),
        N_("There is nothing to calculate."),
        N_("Choose another set, or name this one in a plan's sets."),
    ),
    "unknown_measure": Sentence(
        N_("There is no measure named {measure}."),
        N_("The component that counts it is left out and pays nothing."),
        N_("Choose one of the measures on the Plans page, or define it in book.toml."),
    ),
    "fact_too_large": Sentence(
        N_("The amount of {transaction} is too large to be calculated exactly."),
        N_("It is left out of every figure."),
        N_("Look for an amount with too many digits."),
    ),
    "standing_too_large": Sentence(
        N_("What was reached against this target is too large to be calculated exactly."),
        N_("The target is left out rather than shown wrongly."),
        N_("Look for an amount with too many digits."),
    ),
    "statement_too_large": Sentence(
        N_("The lines of a statement add up to an amount too large to be calculated exactly."),
        N_("No statements are made; the lines themselves are right."),
        N_("Look for an amount with too many digits."),
    ),
    "adjustments_too_large": Sentence(
        N_("An adjustment or a balance is too large to be calculated exactly."),
        N_("No adjustments are made; the lines themselves are right."),
        N_("Look for an amount with too many digits."),
    ),
    "adjustment_of_nobody": Sentence(
        N_("The correction {adjustment} is for {payee}, who is not on the list of people."),
        N_("It is on nobody's statement."),
        N_("Add the person, or correct the id in the table of corrections."),
    ),
    "amount_too_large": Sentence(
        N_("An amount is too large to be calculated exactly."),
        N_("The component is left out rather than paid wrongly."),
        N_("Look for an amount with too many digits, or a rate written as 8 instead of 8%."),
    ),
    "table_overage_starts_below": Sentence(
        N_("A tier starts below the point up to which the table has one rate."),
        N_("The component is left out and pays nothing."),
        N_("Correct the table on the Plans page."),
    ),
    "manager_circle": Sentence(
        N_("Managers form a circle: {circle}."),
        N_("Credit that rolls up to managers stops where the circle closes."),
        N_("Correct the managers in the table of people."),
    ),
    "target_unknown_measure": Sentence(
        N_("The target counts a measure that does not exist: {measure}."),
        N_("The target is left out, and what counts against it pays nothing."),
        N_("Choose another measure on the Targets page."),
    ),
    "target_too_large": Sentence(
        N_("The amounts of {year} are too large to be calculated exactly."),
        N_("The target is left out, and what counts against it pays nothing."),
        N_("Look for an amount with too many digits."),
    ),
    "target_amounts_do_not_fit": Sentence(
        N_("{year} has {given} amounts where {wanted} periods need one each."),
        N_("The target is left out, and what counts against it pays nothing."),
        N_("Give {wanted} amounts on the Targets page."),
    ),
    "target_part_of_nothing": Sentence(
        N_("Parts are given of {owners}, which is no part of the target itself."),
        N_("The target is left out, and what counts against it pays nothing."),
        N_("Give {owners} a part first, or divide the target another way."),
    ),
}
