"""What can be said of a forecast and of trials, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "forecast_until": Sentence(
        N_("A forecast from {as_of} cannot go up to {until}."),
        N_("It ends on the first day of a month, after the last day of the data and within twelve months."),
        N_("Choose another end."),
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
