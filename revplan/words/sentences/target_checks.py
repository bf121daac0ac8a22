"""What the check of a book says of its targets, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "target.twice": Sentence(
        N_("{number} targets have the same id."),
        N_("A plan names a target by its id, so it has to mean one."),
        N_("Give each its own id."),
    ),
    "target.year_twice": Sentence(
        N_("{target} gives the year {year} twice."),
        N_("It is not clear which amounts hold."),
        N_("Keep one of the two."),
    ),
    "target.unknown_team": Sentence(
        N_("{target} names the team {name}, which the company does not have."),
        N_("Its part would belong to nobody."),
        N_("Use one of: {known}."),
    ),
    "target.unknown_payee": Sentence(
        N_("{target} names the payee {name}, who is not in the people data."),
        N_("The part would belong to nobody."),
        N_("Upload the person on the Data page, or use one of: {known}."),
    ),
    "target.zero": Sentence(
        N_("{target} has no amount in {number} of its periods, the first being {period}."),
        N_("Attainment is not defined there, and pay on it is 0."),
        N_("Give it an amount on the Targets page."),
    ),
    "target.under_assigned": Sentence(
        N_(
            "The parts of {target} under {owner} add up to {total_amount}, {difference_amount} less than its "
            "{whole_amount}."
        ),
        N_("Everybody can reach their part while the target is missed."),
        N_("Raise the parts on the Targets page, or keep the rest open knowingly."),
    ),
    "target.under_assigned_count": Sentence(
        N_("The parts of {target} under {owner} add up to {total}, {difference} less than its {whole}."),
        N_("Everybody can reach their part while the target is missed."),
        N_("Raise the parts on the Targets page, or keep the rest open knowingly."),
    ),
    "target.over_assigned": Sentence(
        N_(
            "The parts of {target} under {owner} add up to {total_amount}: {assigned_share} of its "
            "{whole_amount}."
        ),
        N_("Over-assignment is a cushion: the target is reached before everybody reaches their part."),
    ),
    "target.over_assigned_count": Sentence(
        N_("The parts of {target} under {owner} add up to {total}: {assigned_share} of its {whole}."),
        N_("Over-assignment is a cushion: the target is reached before everybody reaches their part."),
    ),
}
