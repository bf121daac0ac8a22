"""Why a line pays nothing, in plain words."""

from revplan.words import N_, gettext

REASONS = {
    "no_credit": N_("Nothing was credited in this period."),
    "no_result": N_("The measure has no result for this period yet."),
    "gate_closed": N_("A condition of the plan was not met, so this component pays nothing."),
    "no_quota": N_("There is no quota for this period, so attainment cannot be measured."),
    "no_incentive": N_("No target incentive is set for this person, and this component pays a share of it."),
    "not_employed": N_("Not employed in a covered team during this period."),
    "not_shared": N_("The team did not share the target in this period."),
    "period_not_over": N_("The period is not over yet; what is earned shows when it ends."),
    "below_threshold": N_("The result is below the point from which the component pays."),
    "zero_rate": N_("The rate reached is 0."),
    "negative": N_("More was taken back than was earned, and this component does not recover money."),
    "already_paid": N_("What is earned to date was already paid in earlier periods."),
    "multiplier_zero": N_("The multiplier is 0 at the result reached."),
    "below_minimum": N_("Every deal of this period is below the least that counts."),
    "capped": N_("The cap leaves nothing to pay."),
    "payee_limit": N_("The most that this person is paid in the period was reached before."),
    "budget": N_("The plan's budget for the period leaves nothing for it."),
    "rounded": N_("The amount earned rounds to 0."),
}


def reason(code: str) -> str:
    """Why a payout is 0, as a sentence; "" for no reason; an unknown code with spaces for underscores."""
    if not code:
        return ""
    found = REASONS.get(code)
    return gettext(found) if found else code.replace("_", " ").strip().capitalize() + "."
