"""What the plan check says of whole plans and of plans beside each other, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "plan.no_pay_rate": Sentence(
        N_(
            "{number} of those covered are paid in {currencies}, {who} among them, and the plan pays in "
            "{own_currency}."
        ),
        N_("Their statements are in {own_currency}: somebody has to turn them into what they are paid."),
        N_("Name the exchange rates that do in pay_rate, or leave the currency of these people empty."),
    ),
    "plan.unknown_pay_rate": Sentence(
        N_("There is no rate {rate} between {own_currency} and {pay_currency}, in which {who} is paid."),
        N_("What is earned cannot be turned into what is paid."),
        N_("Upload that exchange rate (fx_rates.csv in a book folder), or name another one in pay_rate."),
    ),
    "plan.no_name": Sentence(
        N_("The plan has no name."), N_("People know it by its name."), N_("Give it one.")
    ),
    "plan.component_no_name": Sentence(
        N_("A component has no name."),
        N_("Statements and charts tell components apart by their names."),
        N_("Give it one."),
    ),
    "plan_set_no_name": Sentence(
        N_("The set has no name."), N_("People choose it by its name."), N_("Give it one.")
    ),
    "plan_set_name_taken": Sentence(
        N_("There is a set named {name} already."),
        N_("Nobody could tell the two apart."),
        N_("Give it another name."),
    ),
    "plan_set_shares_plan": Sentence(
        N_("The plan {plan} is also part of: {sets}."),
        N_("It would end there, too."),
        N_("Retire it by itself, and go on there with a copy that starts on that day."),
    ),
    "plan_set_starts_later": Sentence(
        N_("The plan {plan} starts on {start}, not before the set is to end."),
        N_("It would be in force on no day."),
        N_("Choose a later day, or remove the plan."),
    ),
    "plan.id_taken": Sentence(
        N_("There is a plan with this id already."),
        N_("Lines and statements are kept by it."),
        N_("Give the new plan another name or id, or open the old one and change it."),
    ),
    "plan.ends_before_start": Sentence(
        N_("The plan ends on {end}, not after its start on {start}."),
        N_("It is in force on no day; the last day is not included."),
        N_("Correct the dates."),
    ),
    "plan.restart_needs_days": Sentence(
        N_("Results begin anew when version or team change, but quotas are not cut to active days."),
        N_("Each segment would have the whole quota and the whole target incentive."),
        N_("Prorate by active days, or let results go on."),
    ),
    "plan.component_twice": Sentence(
        N_("{number} components have the id {component}."),
        N_("Lines and statements are kept by it."),
        N_("Give each its own id."),
    ),
    "plan.unknown_teams": Sentence(
        N_("There is no team {name}."), N_("Nobody would be covered."), N_("Did you mean: {suggestion}?")
    ),
    "plan.unknown_roles": Sentence(
        N_("Nobody has the role {name}."), N_("Nobody would be covered."), N_("Did you mean: {suggestion}?")
    ),
    "plan.unknown_payees": Sentence(
        N_("There is no payee {name}."), N_("Nobody would be covered."), N_("Did you mean: {suggestion}?")
    ),
    "plan.covers_nobody": Sentence(
        N_("The plan covers nobody."),
        N_("It pays nothing."),
        N_("Choose teams, roles or people, and look at its dates."),
    ),
    "plan.weights": Sentence(
        N_("The weights of the components add up to {total_share}."),
        N_("With everything at 100%, people would not be paid their target incentive."),
        N_("Let the weights add up to 100%."),
    ),
    "plan.whole_not_full_at_target": Sentence(
        N_("With everything at 100% the whole plan pays {paid_share} of target incentive."),
        N_("People who reach their targets expect their target incentive."),
        N_("Look at the components flagged above."),
    ),
    "plan.rates_not_incentive_at_target": Sentence(
        N_(
            "Somebody who reaches a typical quota earns {paid_amount} a year by these rates: {paid_share} of "
            "a typical target incentive of {incentive_amount}."
        ),
        N_("Rates, quotas and target incentives then promise different pay."),
        N_("Set the rate to the target incentive divided by the quota, or change one of the two."),
    ),
    "plan.version_twice": Sentence(
        N_("There are two versions {version} of this plan."),
        N_("It is not clear which one pays."),
        N_("Give the newer one the next number."),
    ),
    "plan.version_starts_earlier": Sentence(
        N_("Version {version} starts on {start}, before version {earlier} on {earlier_start}."),
        N_("Version {earlier} is then in force on no day."),
        N_("Keep it if that is meant; otherwise correct the date."),
    ),
    "plan.two_plans_over_full": Sentence(
        N_("Also on {other} at the same time: {who}. The weights of both add up to {total_share}."),
        N_("Together the plans promise more than the target incentive."),
        N_("Take them off one of the plans, or share the weights between the two."),
    ),
    "plan.two_plans_same_component": Sentence(
        N_("Also on {other} at the same time: {who}. Both plans have {components}."),
        N_("The same thing is paid twice."),
        N_("Take them off one of the plans, or remove the component from one."),
    ),
    "plan.two_plans": Sentence(N_("Also on {other} at the same time, and paid by both: {who}.")),
}
