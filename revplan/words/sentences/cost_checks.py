"""What the check of a book says of the costs that the company states, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "costs.acquisition_twice": Sentence(
        N_("What marketing and sales cost is stated {number} times from {period} on."),
        N_("It is not clear which amount holds."),
        N_("Keep one of them."),
    ),
    "costs.gross_margin_twice": Sentence(
        N_("The gross margin is stated {number} times from {period} on."),
        N_("It is not clear which share holds."),
        N_("Keep one of them."),
    ),
}
