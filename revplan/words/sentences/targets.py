"""What can be wrong with a target's parts and amounts, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "target_shared_twice": Sentence(
        N_("The team {owner} is listed twice among the teams that share this target on the same days."),
        "",
        N_("Keep one of the two."),
    ),
    "target_part_twice": Sentence(
        N_("{owner} has two parts of this target on the same days."),
        N_("The quota would be unclear."),
        N_("Keep one of the two, or let one end where the other starts."),
    ),
    "target_ends_before_start": Sentence(
        N_("The part of {owner} ends before it starts."),
        "",
        N_("Correct the dates; the end date itself is not included."),
    ),
    "target_below_zero": Sentence(
        N_("An amount or share of {owner} is below 0."),
        N_("Attainment divides by the target."),
        N_("Give 0 or more."),
    ),
    "target_no_name": Sentence(
        N_("The target has no name."),
        N_("Plans and pages call it by its name."),
        N_("Type a name, such as Company revenue."),
    ),
    "target_no_amounts": Sentence(
        N_("No amount is given for {year}."),
        N_("A target of nothing cannot be reached or missed."),
        N_("Type an amount for each period, or a total for the year."),
    ),
    "target_weights_do_not_fit": Sentence(
        N_("{given} weights are given where {wanted} periods need one each."),
        N_("The weights divide the year's total among its periods."),
        N_("Give {wanted} weights."),
    ),
    "target_weights_divide_nothing": Sentence(
        N_("The weights are all 0, or one of them is below 0."),
        N_("They cannot divide the year's total."),
        N_("Give weights of 0 or more, at least one of them above 0."),
    ),
    "target_no_last_year": Sentence(
        N_("Nothing was counted in {year}, so there is no year to build on."),
        N_("The data holds nothing of this measure in that year."),
        N_("Upload that year on the Data page, or type the amounts."),
    ),
    "target_last_year_below_zero": Sentence(
        N_("{period} ended below 0, so {year} cannot give a new year its shape."),
        "",
        N_("Type the weights or the amounts."),
    ),
    "target_last_year_not_over": Sentence(
        N_("{year} is not over: its last periods count only what is in so far."),
        N_("The new target may come out too low."),
        N_("Look at the last periods before you save."),
    ),
    "target_ratio_has_no_shape": Sentence(
        N_("A percentage has no yearly total to divide among periods."),
        "",
        N_("Type the percentage of each period, or build on last year."),
    ),
}
