"""What the plan check says of one component and its table, as sentences."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

_TABLES: dict[str, Sentence] = {
    "plan.table_never_read": Sentence(
        N_(
            "Table {number} with a condition is never read: whenever its conditions hold, those of table "
            "{earlier} before it do, too."
        ),
        N_("The first table whose conditions hold is the one that pays."),
        N_("Put the table that asks for more first."),
    ),
    "plan.empty_band": Sentence(
        N_("Tier {number} runs from {start} to {end}, so it holds nothing."),
        N_("A tier starts below where it ends."),
        N_("Put the two the right way round, or remove the tier."),
    ),
    "plan.thresholds_order": Sentence(
        N_("Threshold {number} is {start}, which is not above the one before it, {before}."),
        N_("Out of order, it is not clear which rate holds where."),
        N_("Put the thresholds in ascending order."),
    ),
    "plan.band_gap": Sentence(
        N_(
            "Between tier {number}, which ends at {end}, and tier {following}, which starts at {start}, "
            "is a gap."
        ),
        N_("A result in the gap has no rate."),
        N_("End a tier where the next one starts: ends are not included, so 500 follows 500, not 499.99."),
    ),
    "plan.band_overlap": Sentence(
        N_("Tier {number} runs to {end}, past the start of tier {following} at {start}."),
        N_("A result in both has two rates."),
        N_("End a tier where the next one starts."),
    ),
    "plan.overage_start": Sentence(
        N_("Tier {number} starts at {start}, below {above}."),
        N_(
            "In this kind of table one rate holds up to {above}, and the reached tier's rate on all above it."
        ),
        N_("Start further tiers at {above} or higher, or give each part its own rate."),
    ),
}

_COMPONENTS: dict[str, Sentence] = {
    "plan.unknown_measure": Sentence(
        N_("There is no measure {name}."),
        N_("Nothing can be counted."),
        N_("Did you mean: {suggestion}?"),
    ),
    "plan.unknown_target": Sentence(
        N_("There is no target {name}."),
        N_("Attainment has nothing to divide by."),
        N_("Define it on the Targets page. Did you mean: {suggestion}?"),
    ),
    "plan.other_unit": Sentence(
        N_("{measure} is counted against {target}, which is a target of {target_measure}."),
        N_("The two have different units, so their ratio means nothing."),
        N_("Choose a target of {measure}, or count {target_measure}."),
    ),
    "plan.other_measure": Sentence(
        N_("{measure} is counted against {target}, which is a target of {target_measure}."),
        N_("The attainment shown for the target will differ from the one that pays."),
        N_("Keep it if that is meant; otherwise count {target_measure}."),
    ),
    "plan.no_own_portion_at_all": Sentence(
        N_("No credit can reach this target: nobody on the plan has a part of {target} ({who})."),
        N_("Without a quota of their own the component pays everybody 0."),
        N_("Give these people a part of the target on the Targets page, or let them share the whole target."),
    ),
    "plan.no_own_portion": Sentence(
        N_("Without a part of {target}: {who}."),
        N_("Without a quota of their own they are paid 0."),
        N_("Give them a part of the target on the Targets page."),
    ),
    "plan.no_team_portion_at_all": Sentence(
        N_("No credit can reach this target: the teams on the plan have no part of {target}."),
        N_("Without a team quota the component pays everybody 0."),
        N_("Give the team a part of the target on the Targets page, or share the whole target."),
    ),
    "plan.no_team_portion": Sentence(
        N_("Their teams have no part of {target}: {who}."),
        N_("Without a team quota they are paid 0."),
        N_("Give the team a part of the target on the Targets page."),
    ),
    "plan.team_does_not_share": Sentence(
        N_("Not among the teams that share {target}: {teams}."),
        N_("They are paid 0 on it: only a team that shares a target is paid on the whole of it."),
        N_("Let the team share the target on the Targets page."),
    ),
    "plan.credit_does_not_fit": Sentence(
        N_("{measure} cannot be credited by this rule ({rule})."),
        N_("The rule finds nobody on these transactions, so no credit can reach the target."),
        N_("Choose another rule, or count another measure."),
    ),
    "plan.anchors": Sentence(
        N_("The anchors take {total_share} of the credit together."),
        N_("No share may be below 0, and together they cannot take more than 100%."),
        N_("Lower them, or leave them out for the usual ones."),
    ),
    "plan.ratio_has_no_credit": Sentence(
        N_("{measure} is a ratio: it has a value, and no credit rule."),
        N_("It rolls up from the accounts that belong to a person or team."),
        N_("Remove the credit rule."),
    ),
    "plan.attainment_needs_target": Sentence(
        N_("The table is read by attainment, but the component has no target."),
        N_("Attainment is the result divided by a target."),
        N_("Choose a target, or read the table by the amount."),
    ),
    "plan.growth_needs_target": Sentence(
        N_("The table is read by growth over a baseline, but the component has no target."),
        N_("The target is the baseline."),
        N_("Choose a target, or read the table by the amount."),
    ),
    "plan.ratio_per_deal": Sentence(
        N_("The table is read for each deal, but {measure} is a ratio and has no deals."),
        "",
        N_("Read the table once for each period."),
    ),
    "plan.rate_on_ratio": Sentence(
        N_("The component pays money per unit of {measure}, which is a ratio."),
        N_("A ratio has no units to be paid for."),
        N_("Pay a share of target incentive, or fixed amounts."),
    ),
    "plan.rate_in_steps": Sentence(
        N_("The component pays money per unit, but its table holds fixed steps."),
        "",
        N_("Pay fixed amounts, or use a table of rates."),
    ),
    "plan.paid_longer_than_measured": Sentence(
        N_("It is paid by {paid_grain} but measured by {measured_grain}."),
        N_("A payment cannot cover more than is measured."),
        N_("Pay at least as often as it is measured."),
    ),
    "plan.discrete_in_parts": Sentence(
        N_("It is measured by {measured_grain} and paid by {paid_grain}, each period by itself."),
        N_("Parts of a measured period are paid only when the result adds up over it."),
        N_("Let the result add up over the measured period, or pay as often as it is measured."),
    ),
    "plan.limit_says_nothing": Sentence(
        N_("The {limit} says no amount."), "", N_("Give an amount of money or a multiple of the incentive.")
    ),
    "plan.limit_without_incentive": Sentence(
        N_("The {limit} is a multiple of the incentive, but the component does not pay from it."),
        N_("A multiple of nothing is 0."),
        N_("Give the {limit} as an amount of money."),
    ),
    "plan.floor_above_cap": Sentence(
        N_("The floor is above the cap: for {who} {floor_amount} against {cap_amount} a period."),
        N_("The least paid cannot be more than the most paid."),
        N_("Lower the floor or raise the cap."),
    ),
    "plan.floor_above_cap_as_written": Sentence(
        N_("The floor is above the cap."),
        N_("The least paid cannot be more than the most paid."),
        N_("Lower the floor or raise the cap."),
    ),
    "plan.deal_limit_on_ratio": Sentence(
        N_("There is a limit for each deal, but the measure is a ratio and has no deals."),
        "",
        N_("Remove the limit."),
    ),
    "plan.payout_cap_needs_deals": Sentence(
        N_("There is a cap on what a deal pays, but the table is read once for the whole period."),
        N_("Then no deal has a payout of its own."),
        N_("Read the table for each deal, or cap the deal's credit."),
    ),
    "plan.deals_of_no_day": Sentence(
        N_("Deals count from {start} and only before {end}, so none does."),
        N_("The end is not included."),
        N_("Put the end after the start."),
    ),
    "plan.deals_without_amount": Sentence(
        N_("Deals have to be worth something, but what {measure} counts has no amount."),
        "",
        N_("Remove the smallest amount, or count deals instead."),
    ),
    "plan.discount_out_of_range": Sentence(
        N_("The largest discount is {found_share}."),
        N_("A discount is a share between 0 and 1."),
        N_("Write ten percent as 0.1."),
    ),
    "plan.unknown_product": Sentence(
        N_("No deal has the product “{name}”."),
        N_("Then nothing of it counts. Names are compared letter by letter."),
        N_("Did you mean: {suggestion}?"),
    ),
    "plan.unknown_segment": Sentence(
        N_("No account has the segment “{name}”."),
        N_("Then nothing of it counts. Names are compared letter by letter."),
        N_("Did you mean: {suggestion}?"),
    ),
    "plan.minimum_above_cap": Sentence(
        N_("The least credit that counts is above the most that a deal can count."),
        "",
        N_("Lower the minimum or raise the cap."),
    ),
    "plan.weight_not_positive": Sentence(
        N_("The weight is not above 0%."),
        N_("The component pays nothing."),
        N_("Give it a weight, or remove it."),
    ),
    "plan.no_target_incentive": Sentence(
        N_("Without a target incentive: {who}."),
        N_("A share of nothing is 0, so this component pays them nothing."),
        N_("Enter the target incentive in the people data, or take them off the plan."),
    ),
}

SENTENCES: dict[str, Sentence] = _TABLES | _COMPONENTS
