"""What can be wrong with a question to a search, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "solve_no_target": Sentence(
        N_("No target of the company is shared by the teams."),
        N_("A search looks at the company's periods, and whether it reached its target in them."),
        N_("Give the book a target of money that teams share."),
    ),
    "solve_unknown_period": Sentence(
        N_("The search cannot begin or end with {label}."),
        N_("It goes over periods of the company's shared target, from the first to the last one."),
        N_("Use two of: {known}."),
    ),
    "solve_bounds": Sentence(
        N_("The bounds of {lever} leave it no way."),
        N_("A lever goes from a lower value to a higher one."),
        N_("Write them as 0.75..1.25, the smaller one first."),
    ),
    "solve_twice": Sentence(
        N_("The lever {lever} is given twice."),
        N_("Two levers of one thing would undo each other."),
        N_("Keep one of them."),
    ),
    "solve_no_incentive": Sentence(
        N_("Nothing meant by {lever} pays target incentive."),
        N_("A cap is set as a multiple of it."),
        N_("Choose another plan or component."),
    ),
    "solve_no_weights": Sentence(
        N_("{lever} is no weight that can be moved."),
        N_("A weight belongs to a component of a plan that divides the target incentive between several."),
        N_("Name the plan and the component, as weights:PLAN/COMPONENT."),
    ),
    "solve_no_attribution": Sentence(
        N_("Nothing meant by {lever} is credited by touches."),
        N_("Another rule could change nothing."),
        N_("Choose another plan or component."),
    ),
    "solve_unknown_rule": Sentence(
        N_("{name} is no rule that shares a deal among touches."), "", N_("Use some of: {known}.")
    ),
    "solve_aim_text": Sentence(
        N_("“{text}” is no aim."),
        "",
        N_('Write it as "cost_share = 8%", "near_quota >= 60%" or "worst_loss <= 5%".'),
    ),
    "solve_lever_text": Sentence(
        N_("“{text}” is no lever."),
        "",
        N_("Write it as rates=0.75..1.25, rates:PLAN/COMPONENT=0.9..1.1 or attribution=linear,w_shape."),
    ),
    "needed_no_deals": Sentence(
        N_("No deal that could grow was won in these periods."),
        N_("What grows are the deals of their owners."),
        N_("Let all deals of the company grow, or choose somebody who owns some."),
    ),
    "needed_nothing": Sentence(
        N_("“{text}” is no pay to aim at."),
        N_("It is no number, not above 0, more than any pay, or a share of no target pay."),
        N_("Write an amount above 0, or a share of target pay such as 120%."),
    ),
    "solve_nothing_asked": Sentence(
        N_("The question names no aim, or no lever."),
        N_("A search needs to know what should hold and what may change."),
        N_("Give at least one of each, with --aim and --lever or in the question's file."),
    ),
}
