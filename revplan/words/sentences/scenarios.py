"""What can be wrong with a scenario, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

_LEFT_OUT = N_("The change is left out; the others are made.")

SENTENCES: dict[str, Sentence] = {
    "text.factor_or_total": Sentence(
        N_("A change of a target has either a factor or a total, and this one has both or neither."),
        N_("Two ways of saying one thing could disagree."),
        N_("Give a factor, such as 110%, or the new total of one year."),
    ),
    "text.total_needs_year": Sentence(
        N_("A new total is given without its year."),
        N_("A total is what one fiscal year should reach."),
        N_("Give the year, or a factor for all years."),
    ),
    "scenario_unknown_plan": Sentence(
        N_("The plan set has no plan {plan}."), _LEFT_OUT, N_("Use one of: {known}.")
    ),
    "scenario_unknown_component": Sentence(
        N_("No plan meant has a component {component}."), _LEFT_OUT, N_("Use one of: {known}.")
    ),
    "scenario_no_weight": Sentence(
        N_("{component} has no weight: it is not paid from the target incentive."),
        _LEFT_OUT,
        N_("Use one of: {known}."),
    ),
    "scenario_unknown_target": Sentence(
        N_("There is no target {target}."), _LEFT_OUT, N_("Use one of: {known}.")
    ),
    "scenario_unknown_year": Sentence(
        N_("{target} has no amounts for {year}."), _LEFT_OUT, N_("Use one of: {known}.")
    ),
    "scenario_no_shape": Sentence(
        N_("{target} is 0 in {year}, so a new total has no shape to follow."),
        _LEFT_OUT,
        N_("Give it amounts on the Targets page first."),
    ),
    "scenario_no_quota": Sentence(
        N_("Nobody meant has a quota."),
        _LEFT_OUT,
        N_("Choose people who have a part of the target, or another target."),
    ),
    "scenario_unknown_team": Sentence(
        N_("The company has no team {team}."), _LEFT_OUT, N_("Use one of: {known}.")
    ),
    "scenario_unknown_payee": Sentence(
        N_("{payee} is not in the people data."), _LEFT_OUT, N_("Choose somebody from the people data.")
    ),
    "scenario_not_there": Sentence(
        N_("{payee} is not here on {day} anyway."), _LEFT_OUT, N_("Choose another day or another person.")
    ),
    "scenario_changes_nobody": Sentence(
        N_("Nobody meant has pay that this could change."),
        _LEFT_OUT,
        N_("Choose people with a target incentive, and for the pay mix with a base salary too."),
    ),
    "scenario_changes_nothing": Sentence(
        N_("What is meant is as the change wants it already, or has nothing of the kind."),
        _LEFT_OUT,
        N_("Choose another plan or component, or take the change away."),
    ),
    "scenario_no_deals": Sentence(
        N_("No deal is meant."), _LEFT_OUT, N_("Widen the conditions, or take the change away.")
    ),
    "scenario_no_plans": Sentence(
        N_("The scenario leaves no plan in {plan_set}."),
        N_("A plan set without plans pays nobody."),
        N_("Take one of its changes away."),
    ),
    "scenario_other_plan_set": Sentence(
        N_("The scenario is made for the plan set {scenario}, and {plan_set} was asked for."),
        N_("Its changes would act on plans that are not paid here."),
        N_("Ask for that plan set, or change plan_set in the scenario."),
    ),
}
