"""What can be said of a forecast and of trials, as sentences."""

from collections.abc import Mapping

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "forecast_until": Sentence(
        N_("A forecast from {as_of} cannot go up to {until}."),
        N_("It ends on the first day of a month after the last day of the data, by {last} (a fiscal year)."),
        N_("Choose another end."),
    ),
    "forecast_as_of": Sentence(
        N_("The forecast was made as of {as_of}, and the data is as of {book}."),
        N_("What it takes as open may be decided by now, or not be known yet."),
        N_("Let a new forecast be written from this data, and make your changes in it."),
    ),
    "budget_no_number": Sentence(
        N_("{text} is no amount."),
        N_("A budget is a number in the company's currency."),
        N_("Write it like 250000."),
    ),
    "simulated_too_large": Sentence(
        N_("An amount is too large to be tried out."),
        N_("Trials calculate with 64 bits, and nothing is ever cut."),
        N_("Look for a deal, target or rate with too many digits."),
    ),
    "simulated_before_limits": Sentence(
        N_("The plan has limits across components or a budget, which trials do not apply."),
        N_("What it pays in a trial is shown before them, so it may be more than would be paid."),
    ),
    "held_in_trials": Sentence(
        N_("Trials do not move this component: {why}."),
        N_("It is counted with what it pays on what is certain today."),
    ),
    "not_simulated": Sentence(
        N_("Trials leave this component out: {why}."),
        N_("What it pays is in no figure here."),
    ),
}

WHY: Mapping[str, str] = {
    "pool": N_("it divides a pool, and each part depends on all others"),
    "transaction": N_("its table is read for each deal alone"),
    "deals": N_("it limits how many deals count, or what counts of one"),
    "payable": N_("it pays on another amount than it counts"),
    "payouts": N_("it is paid on what other components pay"),
    "derived": N_("a measure that it reads compares or picks its rows, so a deal has no amount of its own"),
    "outcome": N_("a measure that it reads counts deals whatever became of them, and so open ones already"),
    "opens": N_("it measures retention from a day that is still to come, so what it starts from is open too"),
    "numbers": N_("its numbers are too large for trials"),
}
"""Why trials do not move a component."""
