"""Plans as sentences: what a text can have wrong, what the plan check refuses and what it flags."""

from revplan.words import N_
from revplan.words.sentences.base import Sentence

_TEXT: dict[str, Sentence] = {
    "text.syntax": Sentence(
        N_("The text cannot be read: {detail}."),
        N_("From here on it is not TOML, so nothing in it can be used."),
        N_("Look for a missing quote, bracket or equals sign on this line or just before it."),
    ),
    "text.other_format": Sentence(
        N_("This is format {value}."),
        N_("This version of revplan reads format 1."),
        N_("Write format = 1, or open it with the version that wrote it."),
    ),
    "text.missing_field": Sentence(
        N_("{field} is missing."),
        N_("It has no default."),
        N_("Add {field} here."),
    ),
    "text.misspelt_field": Sentence(
        N_("There is no field {field} here."),
        N_("A misspelt field would otherwise be passed over in silence."),
        N_("Did you mean {suggestion}?"),
    ),
    "text.unknown_field": Sentence(
        N_("There is no field {field} here."),
        N_("A field that means nothing would otherwise be passed over in silence."),
        N_("Remove it, or use one of: {known}."),
    ),
    "text.no_number": Sentence(
        N_("A number is missing ({field})."), N_("Pay is calculated from it."), N_("Fill it in.")
    ),
    "text.not_number": Sentence(
        N_("“{value}” is not a number."),
        N_("Pay is calculated from it."),
        N_('Write it as 0.08, "8%" or 250000, without marks between the thousands.'),
    ),
    "text.not_one_of": Sentence(
        N_("“{value}” is not a choice here."),
        "",
        N_("Use one of: {choices}."),
    ),
    "text.not_date": Sentence(
        N_("“{value}” is not a date."),
        "",
        N_("Write year, month and day without quotes, as in 2026-01-31."),
    ),
    "text.bad_id": Sentence(
        N_("“{value}” cannot be an id."),
        N_("Ids are used in files and links."),
        N_("Use letters, digits, dots, dashes and underscores, up to 64, the first a letter or digit."),
    ),
    "text.bad_owner": Sentence(
        N_("“{value}” does not say whose it is."),
        "",
        N_("Write company, team: and the team's id, or payee: and the payee's id."),
    ),
    "text.empty_list": Sentence(
        N_("{field} has too few entries."),
        "",
        N_("It needs at least {least}."),
    ),
    "text.out_of_range": Sentence(
        N_("{value} is out of range."),
        "",
        N_("The limit is {bound}."),
    ),
    "text.wrong_type": Sentence(
        N_("“{value}” is not what belongs here."),
        "",
        N_("Expected: {expected}."),
    ),
    "text.amounts_or_total": Sentence(
        N_("A year has either amounts or a total, and this one has both or neither."),
        N_("Two ways of saying one thing could disagree."),
        N_("Give amounts, one for each period, or a total."),
    ),
    "text.weights_need_total": Sentence(
        N_("Weights are given without a total."),
        N_("Weights divide a total among the periods."),
        N_("Give the total, or amounts in place of the weights."),
    ),
    "text.share_or_years": Sentence(
        N_("A part of a target is either a share or amounts by year, and this one is both or neither."),
        N_("Two ways of saying one thing could disagree."),
        N_("Give a share, or amounts by year."),
    ),
    "text.anchors_number": Sentence(
        N_("The anchors do not fit the rule of attribution."),
        N_("Each anchor of the rule has a share of its own: position 2, w_shape 3, full_path 4."),
        N_("Give as many shares, or leave them out for the usual ones."),
    ),
}

_TABLES: dict[str, Sentence] = {
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

_PAY: dict[str, Sentence] = {
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
        N_("{teams} is paid for each unit of volume ({measure}) and shares no revenue target."),
        N_("Volume is paid even while the company misses revenue."),
        N_("Count won revenue against a target shared with the other teams."),
    ),
}

_PLANS: dict[str, Sentence] = {
    "plan.no_name": Sentence(
        N_("The plan has no name."), N_("People know it by its name."), N_("Give it one.")
    ),
    "plan.id_taken": Sentence(
        N_("There is a plan with this id already."),
        N_("Lines and statements are kept by it."),
        N_("Give the new plan another name or id, or open the old one and change it."),
    ),
    "plan.ends_before_start": Sentence(
        N_("The plan ends on {end}, not after its start on {start}."),
        N_("It is in force on no day; the last day is not included."),
        N_("Correct the dates."),
    ),
    "plan.component_twice": Sentence(
        N_("{number} components have the id {component}."),
        N_("Lines and statements are kept by it."),
        N_("Give each its own id."),
    ),
    "plan.unknown_teams": Sentence(
        N_("There is no team {name}."), N_("Nobody would be covered."), N_("Did you mean: {suggestion}?")
    ),
    "plan.unknown_roles": Sentence(
        N_("Nobody has the role {name}."), N_("Nobody would be covered."), N_("Did you mean: {suggestion}?")
    ),
    "plan.unknown_payees": Sentence(
        N_("There is no payee {name}."), N_("Nobody would be covered."), N_("Did you mean: {suggestion}?")
    ),
    "plan.covers_nobody": Sentence(
        N_("The plan covers nobody."),
        N_("It pays nothing."),
        N_("Choose teams, roles or people, and look at its dates."),
    ),
    "plan.weights": Sentence(
        N_("The weights of the components add up to {total_share}."),
        N_("With everything at 100%, people would not be paid their target incentive."),
        N_("Let the weights add up to 100%."),
    ),
    "plan.whole_not_full_at_target": Sentence(
        N_("With everything at 100% the whole plan pays {paid_share} of target incentive."),
        N_("People who reach their targets expect their target incentive."),
        N_("Look at the components flagged above."),
    ),
    "plan.rates_not_incentive_at_target": Sentence(
        N_(
            "Somebody who reaches a typical quota earns {paid_amount} a year by these rates: {paid_share} of "
            "a typical target incentive of {incentive_amount}."
        ),
        N_("Rates, quotas and target incentives then promise different pay."),
        N_("Set the rate to the target incentive divided by the quota, or change one of the two."),
    ),
    "plan.version_twice": Sentence(
        N_("There are two versions {version} of this plan."),
        N_("It is not clear which one pays."),
        N_("Give the newer one the next number."),
    ),
    "plan.version_starts_earlier": Sentence(
        N_("Version {version} starts on {start}, before version {earlier} on {earlier_start}."),
        N_("Version {earlier} is then in force on no day."),
        N_("Keep it if that is meant; otherwise correct the date."),
    ),
    "plan.two_plans_over_full": Sentence(
        N_("Also on {other} at the same time: {who}. The weights of both add up to {total_share}."),
        N_("Together the plans promise more than the target incentive."),
        N_("Take them off one of the plans, or share the weights between the two."),
    ),
    "plan.two_plans_same_component": Sentence(
        N_("Also on {other} at the same time: {who}. Both plans have {components}."),
        N_("The same thing is paid twice."),
        N_("Take them off one of the plans, or remove the component from one."),
    ),
    "plan.two_plans": Sentence(N_("Also on {other} at the same time, and paid by both: {who}.")),
}

_TARGETS: dict[str, Sentence] = {
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

SENTENCES: dict[str, Sentence] = _TEXT | _TABLES | _COMPONENTS | _PAY | _PLANS | _TARGETS
