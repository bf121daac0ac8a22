"""What the plan check says of what a component pays, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

SENTENCES: dict[str, Sentence] = {
    "plan.jump": Sentence(
        N_("At {at_share} of target pay jumps by {jump_amount}, from {before_amount} to {after_amount}."),
        N_(
            "One more unit is worth that much there, so deals are pushed over the line or held back; and "
            "whether exactly {at_share} is paid the higher amount hangs on one setting."
        ),
        N_("Give each part its own rate or use straight lines between points, or keep the jump knowingly."),
    ),
    "plan.jump_example": Sentence(
        N_(
            "At {at_share} of target pay jumps by {jump_amount}, from {before_amount} to {after_amount}, "
            "on a quota of 100,000."
        ),
        N_("One more unit is worth that much there, so deals are pushed over the line or held back."),
        N_("Give each part its own rate or use straight lines between points, or keep the jump knowingly."),
    ),
    "plan.jump_at_amount": Sentence(
        N_("At {at_amount} pay jumps by {jump_amount}, from {before_amount} to {after_amount}."),
        N_("One more unit is worth that much there, so deals are pushed over the line or held back."),
        N_("Give each part its own rate or use straight lines between points, or keep the jump knowingly."),
    ),
    "plan.jump_at_count": Sentence(
        N_("At {at} pay jumps by {jump_amount}, from {before_amount} to {after_amount}."),
        N_("One more unit is worth that much there, so deals are pushed over the line or held back."),
        N_("Give each part its own rate or use straight lines between points, or keep the jump knowingly."),
    ),
    "plan.jump_in_share": Sentence(
        N_("At a threshold pay jumps by {jump_share} of the incentive."),
        N_("One more unit is worth that much there, so deals are pushed over the line or held back."),
        N_("Give each part its own rate or use straight lines between points, or keep the jump knowingly."),
    ),
    "plan.step": Sentence(N_("At {at_share} of target pay steps up by {jump_amount} to {after_amount}.")),
    "plan.step_example": Sentence(
        N_("At {at_share} of target pay steps up by {jump_amount} to {after_amount} on a quota of 100,000.")
    ),
    "plan.step_at_amount": Sentence(N_("At {at_amount} pay steps up by {jump_amount} to {after_amount}.")),
    "plan.step_at_count": Sentence(N_("At {at} pay steps up by {jump_amount} to {after_amount}.")),
    "plan.step_in_share": Sentence(N_("At a step pay rises by {jump_share} of the incentive.")),
    "plan.not_full_at_target": Sentence(
        N_(
            "At target (100%) it pays {paid_share} of its part of the incentive: {paid_amount} of "
            "{incentive_amount} a {grain}."
        ),
        N_("People who reach their target expect their target incentive."),
        N_("Let the table pay 100% at 100%, or say the lower target pay openly."),
    ),
    "plan.more_than_full_at_target": Sentence(
        N_(
            "At target (100%) it pays {paid_share} of its part of the incentive: {paid_amount} instead of "
            "{incentive_amount} a {grain}."
        ),
        N_("Reaching the target then costs more than was budgeted."),
        N_("Let the table pay 100% at 100%."),
    ),
    "plan.quota_zero": Sentence(
        N_("A quota of 0, first in {period}: {who}."),
        N_("Attainment is not defined there, so the component pays 0."),
        N_("Give them a quota on the Targets page, or take them off the plan until they have one."),
    ),
    "plan.no_cap_on_repeated_credit": Sentence(
        N_("{number} people are each paid a rate on the same deals, and nothing limits it."),
        N_("One large deal is then paid many times over."),
        N_("Set a cap, limit the credit of a deal, or pay a share of target incentive."),
    ),
    "plan.ramp_without_quota": Sentence(
        N_(
            "The ramp asks nothing of a newcomer in the first {months} months, a whole period of this "
            "component."
        ),
        N_("Without a quota there is no attainment, and the component pays 0 whatever is won."),
        N_("Ask a little, such as 10%, or give newcomers a draw."),
    ),
    "plan.joiners_on_full_quota": Sentence(
        N_("Joined within a period and held to its whole quota: {who}."),
        N_("They cannot reach in part of a period what the others reach in all of it."),
        N_("Prorate quota and incentive by days."),
    ),
    "plan.gate_never_reached": Sentence(
        N_("Nobody met the condition in the last year: all {number} lines paid 0."),
        N_("A condition that nobody meets pays nothing and moves nobody."),
        N_("Lower it, or check what it is measured against."),
    ),
    "plan.volume_without_shared_revenue": Sentence(
        N_(
            "{teams} is paid on volume ({measure}) and shares no revenue target: {at_stake_amount} a year "
            "ride on volume alone."
        ),
        N_("Volume is paid even while the company misses revenue."),
        N_("Count won revenue against a target shared with the other teams, for some or all of the weight."),
    ),
    "plan.volume_rate_without_shared_revenue": Sentence(
        N_("Each unit of volume ({measure}) is paid in {teams}, without a shared revenue target."),
        N_("Volume is paid even while the company misses revenue."),
        N_("Count won revenue against a target shared with the other teams."),
    ),
}
