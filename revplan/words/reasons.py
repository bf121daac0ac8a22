"""Why a line pays nothing, and why an adjustment was made, in plain words."""

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
    "pays_on_nothing": N_("What counted in this period pays on nothing."),
    "zero_rate": N_("The rate reached is 0."),
    "negative": N_("More was taken back than was earned, and this component does not recover money."),
    "already_paid": N_("What is earned to date was already paid in earlier periods."),
    "multiplier_zero": N_("The multiplier is 0 at the result reached."),
    "below_minimum": N_("Every deal of this period is below the least that counts."),
    "capped": N_("The cap leaves nothing to pay."),
    "no_claim": N_("This person has no claim on the pool in this period."),
    "payee_limit": N_("The most that this person is paid in the period was reached before."),
    "budget": N_("The plan's budget for the period leaves nothing for it."),
    "rounded": N_("The amount earned rounds to 0."),
}

ADJUSTMENTS = {
    "held_until_invoiced": N_("Held until the customer is invoiced."),
    "held_until_collected": N_("Held until the customer's cash comes in."),
    "held_for_instalments": N_("Paid in instalments; the rest is held until they are due."),
    "unpaid_at_deadline": N_("Not settled by the deadline, so it is taken back until it is."),
    "unpaid_so_far": N_("Paid, and at risk until the deal is settled; taken back if it is not in time."),
    "invoiced": N_("The customer was invoiced."),
    "collected": N_("The customer's cash came in."),
    "instalment": N_("An instalment is due."),
    "used_for_clawback": N_("Pay that was still held for the deal goes towards the clawback."),
    "cancelled": N_("The deal was cancelled, and the plan takes this share back at its age."),
    "clawback_too_old": N_("The deal was cancelled, but is old enough that nothing is taken back."),
    "already_cancelled": N_("All of the deal was cancelled before; it is taken back once."),
    "below_draw": N_("The month earned less than the draw; what is paid on top is owed."),
    "below_draw_kept": N_("The month earned less than the draw; what is paid on top is not owed."),
    "below_guarantee": N_("Earned so far is less than the guarantee; what is paid on top is not owed."),
    "above_draw": N_("Earned above the draw, which pays back what is owed."),
    "forgiven": N_("What was still owed for the draw is forgiven."),
    "below_zero": N_("The month came to less than nothing; it is carried to later months."),
    "later_pay": N_("Out of this month's pay, for what was carried."),
    "left": N_("Settled on leaving."),
}

TRUE_UPS = {
    "new": N_("The closed period would have a line that it did not have."),
    "gone": N_("The closed period would no longer have this line."),
    "excluded": N_("Whether the person takes part in the closed period has changed."),
    "credit": N_("What counts in the closed period has changed."),
    "paid_on": N_("What the deals of the closed period pay on has changed."),
    "quota": N_("The quota of the closed period has changed."),
    "incentive": N_("The target incentive of the closed period has changed."),
    "multiplier": N_("The result behind the multiplier of the closed period has changed."),
    "gate": N_("The result behind a condition of the closed period has changed."),
    "deals": N_("What single deals of the closed period pay has changed."),
    "terms": N_("The plan's terms for the closed period have changed."),
    "pool": N_("How the pool of the closed period is shared has changed."),
    "earlier": N_("Other lines of the measured period have another part of it."),
    "limits": N_("A limit takes another part of the closed period."),
    "undone": N_("The closed period would pay what it paid; what was trued up before is undone."),
    "held": N_("What is held back in the closed month has changed."),
    "clawback": N_("A clawback of the closed month has changed."),
    "released": N_("What is released in the closed month has changed."),
    "draw": N_("The draw of the closed month has changed."),
    "draw_recovered": N_("What is recovered for a draw in the closed month has changed."),
    "correction": N_("The corrections of the closed month have changed."),
}
"""Why a closed period is trued up: what moved its line, or the kind of its entries that would be others."""


def adjustment_reason(code: str) -> str:
    """Why an adjustment was made, as a sentence; "" for no reason. Several, as codes joined by "+", are
    several sentences."""
    return " ".join(filter(None, (_said(ADJUSTMENTS | TRUE_UPS, one) for one in code.split("+"))))


def reason(code: str) -> str:
    """Why a payout is 0, as a sentence; "" for no reason; an unknown code with spaces for underscores."""
    return _said(REASONS, code)


def _said(words: dict[str, str], code: str) -> str:
    if not code:
        return ""
    found = words.get(code)
    return gettext(found) if found else code.replace("_", " ").strip().capitalize() + "."
