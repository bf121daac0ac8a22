"""What can be wrong with a scenario, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

_LEFT_OUT = N_("The change is left out; the others are made.")
_NOT_WON = N_("It is left out; the other deals are won.")

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
    "text.written_whose": Sentence(
        N_("A deal of a future written by hand says whose it is in two ways, or in none."),
        N_("It is an open deal, the renewal of a contract, or a new deal of a person or a team."),
        N_("Give one of: opportunity, renewal, owner, team."),
    ),
    "text.written_amount": Sentence(
        N_("A new deal of a future written by hand has no amount."),
        N_("The book does not have the deal, so nothing else tells what it is worth."),
        N_("Give the amount of each deal in the company's currency."),
    ),
    "text.written_known": Sentence(
        N_("An open deal or a renewal is given a number, a kind, an account or a source."),
        N_("The book says these of it already."),
        N_("Take them out, or write it as a new deal of a person or a team."),
    ),
    "text.written_growth": Sentence(
        N_("A future written by hand has a growth, and nothing that could grow."),
        N_("Growth is of the same months last year, and these are not asked for."),
        N_("Set rest to new_business or last_year, or take the growth out."),
    ),
    "written_day": Sentence(
        N_("Deal {number} of the written future, {value}, closes on {day}: outside it."),
        _NOT_WON,
        N_("Choose a day from the day after {from} up to {to}."),
    ),
    "written_twice": Sentence(
        N_("Deal {number} of the written future, {value}, is there twice."),
        _NOT_WON,
        N_("Keep one of the two."),
    ),
    "written_unknown_deal": Sentence(
        N_("Deal {number} of the written future: the book has no deal {value}."),
        _NOT_WON,
        N_("Use the id of an open deal, or write a new deal of a person or a team."),
    ),
    "written_closed_deal": Sentence(
        N_("Deal {number} of the written future, {value}, is closed already."),
        _NOT_WON,
        N_("Use the id of an open deal, or write a new deal of a person or a team."),
    ),
    "written_unknown_contract": Sentence(
        N_("Deal {number} of the written future: the book has no contract {value}."),
        _NOT_WON,
        N_("Use the id of a contract that runs out."),
    ),
    "written_no_arr": Sentence(
        N_("Deal {number} of the written future: the contract {value} has no ARR to change."),
        _NOT_WON,
        N_("Write it as a new deal of kind renewal, with its account."),
    ),
    "written_unknown_team": Sentence(
        N_("Deal {number} of the written future: the company has no team {value}."),
        _NOT_WON,
        N_("Use the id of a team of the company."),
    ),
    "written_nobody": Sentence(
        N_("Deal {number} of the written future: on {day} nobody of {value} is there to win it."),
        _NOT_WON,
        N_("Use the id of a person or a team that is there on that day."),
    ),
    "written_unknown_account": Sentence(
        N_("Deal {number} of the written future: the book has no account {value}."),
        _NOT_WON,
        N_("Use the id of an account, or leave it out for a new customer."),
    ),
    "scenario_needs_forecast": Sentence(
        N_("Win rates, new business and churn are chances, and a future written by hand has none."),
        _LEFT_OUT,
        N_("Write what is won, or stand the scenario on the forecast."),
    ),
    "trials_on_written": Sentence(
        N_("The scenario {scenario} stands on a future written by hand, which leaves nothing to try out."),
        N_("Trials draw what is open; there is one written future only."),
        N_("Take the table facts out of the scenario, or look at it on the Simulate page."),
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
