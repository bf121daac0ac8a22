"""What is wrong with scores and corrections that people type."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "score.taken_out": Sentence(
        N_("The score of {who} for {measure} was taken out."),
        N_("A score that was entered is replaced, never left empty."),
        N_("Enter the right score, or 0; or let finance roll the entry back on the Data page."),
    ),
    "score.out_of_range": Sentence(
        N_("The score of {who} for {measure} is {score_share}."),
        N_("Scores lie between 0% and 1,000%."),
        N_("Enter the share of the goal that was reached, in percent."),
    ),
    "correction.whose": Sentence(
        N_("The correction is nobody's."),
        N_("It stands on somebody's statement."),
        N_("Choose the person."),
    ),
    "correction.when": Sentence(
        N_("The correction has no date."),
        N_("It stands in the statement of its month."),
        N_("Enter a day of that month."),
    ),
    "correction.amount": Sentence(
        N_("The correction has no amount."),
        N_("A correction adds to the pay, or takes from it."),
        N_("Enter an amount, below 0 to take something back."),
    ),
    "correction.reason": Sentence(
        N_("The correction lacks a reason, or who decided it."),
        N_("Whoever it concerns reads both on the statement."),
        N_("Enter both."),
    ),
    "correction.closed": Sentence(
        N_("{day} lies in a closed month."),
        N_("A closed period never changes."),
        N_("Enter it from {first} on: it is paid with the next open month."),
    ),
}
"""Sentences by the code of the issue."""
