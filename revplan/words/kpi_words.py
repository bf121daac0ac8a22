"""Key figures in words: what each is called, how it is worked out, what it is made of, why there is none."""

from revplan.metrics.health.figures import KPIS_BY_ID
from revplan.money import MILLION
from revplan.words import N_, formats, gettext, ngettext

NAMES = {
    "nrr": N_("Net revenue retention"),
    "grr": N_("Gross revenue retention"),
    "customer_churn": N_("Customers lost a month"),
    "win_rate": N_("Win rate"),
    "sales_cycle": N_("Sales cycle"),
    "average_deal": N_("Average deal"),
    "pipeline_coverage": N_("Pipeline coverage"),
    "pipeline_velocity": N_("Pipeline velocity a day"),
    "revenue_per_customer": N_("Revenue of a customer a month"),
    "cac": N_("Cost to win a customer"),
    "cac_payback": N_("Payback of that cost"),
    "ltv": N_("Lifetime value of a customer"),
    "ltv_to_cac": N_("Lifetime value to cost"),
    "lead_to_mql": N_("Leads that marketing qualifies"),
    "mql_to_sql": N_("Of those, qualified by sales"),
    "sql_to_opportunity": N_("Of those, deals"),
    "opportunity_to_win": N_("Of those decided, won"),
    "expected_wins": N_("Wins to expect of new leads"),
    "days_sales_outstanding": N_("Days sales outstanding"),
    "overdue_share": N_("Overdue share"),
    "adoption": N_("Adoption"),
    "compensation_cost_of_sales": N_("Compensation cost of sales"),
}

MULTIPLES = ("pipeline_coverage", "ltv_to_cac")
"""Ratios that are spoken of as so many times, not as a percentage."""

FORMULAS = {
    "nrr": N_("ARR now of the customers of a year before ÷ their ARR then."),
    "grr": N_("ARR now of the customers of a year before, none above what it was ÷ their ARR then."),
    "customer_churn": N_(
        "Customers that were lost ÷ customers at the beginning of each month, over the last 12 "
        "finished months."
    ),
    "win_rate": N_("Deals won ÷ deals won or lost in the period."),
    "sales_cycle": N_(
        "Days from opening to winning ÷ deals won in the period that say when they were opened."
    ),
    "average_deal": N_("Won revenue ÷ deals won in the period."),
    "pipeline_coverage": N_(
        "Open deals that are expected to close in the period ÷ what is left of the company's target."
    ),
    "pipeline_velocity": N_("Open deals × average deal × win rate ÷ days of the sales cycle."),
    "revenue_per_customer": N_("A month's ARR ÷ 12 ÷ customers, over the last 12 finished months."),
    "cac": N_("What marketing and sales cost ÷ new customers, over the last 12 finished months."),
    "cac_payback": N_("Cost to win a customer ÷ (revenue of a customer a month × gross margin)."),
    "ltv": N_("Revenue of a customer a month × gross margin ÷ customers lost a month."),
    "ltv_to_cac": N_("Lifetime value of a customer ÷ cost to win one."),
    "lead_to_mql": N_("Of the leads of the last 12 months: qualified by marketing, or further ÷ all."),
    "mql_to_sql": N_(
        "Of the leads of the last 12 months: qualified by sales, or further ÷ qualified by marketing."
    ),
    "sql_to_opportunity": N_(
        "Of the leads of the last 12 months: deals that they led to ÷ qualified by sales."
    ),
    "opportunity_to_win": N_("Of the deals that leads of the last 12 months led to: won ÷ won or lost."),
    "expected_wins": N_("Leads of the period × the rates of the four stages."),
    "days_sales_outstanding": N_(
        "What customers owe at the end ÷ what was invoiced in the period × its days."
    ),
    "overdue_share": N_("What is past its due date ÷ what customers owe at the end of the period."),
    "adoption": N_("Active users ÷ seats, by each account's last report in the period."),
    "compensation_cost_of_sales": N_("Payouts of the plan set ÷ won revenue of the period."),
}

PARTS = {
    "arr_at_start": N_("ARR a year before"),
    "arr_at_end": N_("ARR now"),
    "arr_kept": N_("ARR kept"),
    "lost_customers": N_("Customers lost"),
    "customer_months": N_("Customers, added up over the months"),
    "arr_of_months": N_("ARR, added up over the months"),
    "won_deals": N_("Deals won"),
    "closed_deals": N_("Deals won or lost"),
    "timed_deals": N_("Deals won that say when they were opened"),
    "cycle_days": N_("Days from opening to winning"),
    "open_deals": N_("Open deals at the end"),
    "won_revenue": N_("Won revenue"),
    "open_pipeline": N_("Open deals expected to close"),
    "target": N_("Target"),
    "acquisition_cost": N_("Cost of marketing and sales"),
    "new_customers": N_("New customers"),
    "gross_margin": N_("Gross margin"),
    "new_leads": N_("Leads of the period"),
    "leads": N_("Leads of 12 months"),
    "mqls": N_("Qualified by marketing"),
    "sqls": N_("Qualified by sales"),
    "opportunities": N_("Deals that they led to"),
    "decided": N_("Of these won or lost"),
    "won": N_("Of these won"),
    "open_invoices": N_("Open invoices"),
    "receivables": N_("Owed by customers"),
    "invoiced": N_("Invoiced"),
    "overdue": N_("Overdue"),
    "days": N_("Days"),
    "active_users": N_("Active users"),
    "seats": N_("Seats"),
    "payouts": N_("Payouts"),
}

REASONS = {
    "no_rate": N_(
        "Something in it is in a currency without a rate. Add the rate to the table of exchange rates under "
        "the name “plan”."
    ),
    "no_customers": N_("No customer had ARR then. Upload contracts with their ARR, start and end."),
    "nobody_lost": N_("No customer was lost in the 12 months, so a lifetime has no end to count to."),
    "no_new_customers": N_("No account became a customer in the 12 months."),
    "no_costs": N_(
        "What marketing and sales cost is not stated for each of the 12 months. State it under Costs on the "
        "Health page, or under [costs] in book.toml."
    ),
    "no_margin": N_(
        "The gross margin is not stated. State it under Costs on the Health page, or under [costs] "
        "in book.toml."
    ),
    "no_closed_deals": N_("No deal was won or lost in the period."),
    "no_won_deals": N_("No deal was won in the period."),
    "no_opening_days": N_(
        "No deal won in the period says when it was opened. Upload deals with the day they were created."
    ),
    "closed_at_once": N_("Every deal was won on the day it was opened, so there is no cycle to divide by."),
    "period_over": N_("The period is over. How much pipeline there was, the data no longer says."),
    "no_target": N_(
        "The company has no target on won revenue with this period. Set one on the Targets page."
    ),
    "target_reached": N_("The target is reached; nothing is left to cover."),
    "no_leads": N_("No lead came in during the 12 months. Upload leads with the days of their stages."),
    "no_mqls": N_(
        "Marketing qualified no lead of the 12 months. Upload leads with the day marketing qualified them."
    ),
    "no_sqls": N_(
        "Sales qualified no lead of the 12 months. Upload leads with the day sales qualified them."
    ),
    "no_decided": N_(
        "No deal that a lead of the 12 months led to is won or lost yet. Upload leads with the deal "
        "that each led to."
    ),
    "no_invoices": N_("Nothing was invoiced in the period. Upload invoices."),
    "nothing_receivable": N_("Customers owe nothing at the end of the period."),
    "no_usage": N_("Nobody reported seats in the period. Upload usage with active users and seats."),
    "no_pay": N_("Nothing was due to be paid in the period under this plan set."),
    "pay_of_longer_period": N_(
        "Some pay is for a longer period than this one. Look at the quarter, or at the year."
    ),
    "no_revenue": N_("Nothing was won in the period, so pay has no revenue to stand beside."),
    "too_large": N_("The figure is too large to show."),
}


def name(kpi: str) -> str:
    """What a key figure is called."""
    return gettext(NAMES[kpi])


def formula(kpi: str) -> str:
    """How it is worked out, in one sentence."""
    return gettext(FORMULAS[kpi])


def part(code: str) -> str:
    """What a part of it is called."""
    return gettext(PARTS[code])


def reason(code: str) -> str:
    """Why there is no figure, and what would give one; "" without a reason."""
    return gettext(REASONS[code]) if code else ""


def value(kpi: str, figure: int | None, currency: str, digits: int, *, compact: bool = False) -> str:
    """A key figure with its unit: minor units of money, millionths of anything else."""
    if figure is None:
        return formats.NOTHING
    if kpi in MULTIPLES:
        return formats.multiple(figure, 2)
    if KPIS_BY_ID[kpi].unit == "ratio":
        return formats.percent(figure, 2 if kpi == "customer_churn" or not compact else 1)
    return amount(figure, KPIS_BY_ID[kpi].unit, currency, digits, compact=compact)


def amount(figure: int | None, unit: str, currency: str, digits: int, *, compact: bool = False) -> str:
    """A figure or a part with its unit."""
    if figure is None:
        return formats.NOTHING
    if unit in ("days", "months"):
        number = formats.count(figure)
        # The plural goes by the whole number: 1.5 are days.
        whole = figure // MILLION if figure % MILLION == 0 else 2
        text = (
            ngettext("{number} day", "{number} days", whole)
            if unit == "days"
            else ngettext("{number} month", "{number} months", whole)
        )
        return text.format(number=number)
    return formats.amount(figure, unit, currency, digits, compact=compact)
