"""A payout line told in plain sentences: what counted, what the plan made of it, what is paid and why."""

from revplan.model.results import Unit
from revplan.service.attainment import Line
from revplan.words import _, formats, gettext, names, reasons


def story(line: Line, currency: str, digits: int) -> list[str]:
    """The sentences, in the order in which the figure is worked out. Text as it is, not Markdown."""
    money = _Money(currency, digits)
    told = [_counted(line, money), _quota(line, money)]
    if line.gate_open is not None:
        told.append(_("Every condition was met.") if line.gate_open else _("A condition was not met."))
    told += [_table(line, money), _multiplied(line), _paid(line, money)]
    if line.reason:
        told.append(reasons.reason(line.reason))
    if line.status == "open":
        told.append(_("The period is still running, so this may change."))
    return [text for text in told if text]


class _Money:
    def __init__(self, currency: str, digits: int) -> None:
        self.currency, self.digits = currency, digits

    def __call__(self, minor: int) -> str:
        return formats.money(minor, self.currency, self.digits)

    def of(self, value: int, unit: Unit) -> str:
        return formats.amount(value, unit, self.currency, self.digits)


def _counted(line: Line, money: _Money) -> str:
    said = {
        "period": formats.period(line.measured_period),
        "measure": names.measure(line.measure),
        "credit": money.of(line.credit, line.unit),
        "scope": gettext(names.SCOPES.get(line.scope, line.scope)),
    }
    if line.quota is None:
        return _("{period}, {measure}, {scope}: {credit} counted.").format(**said)
    text = _("{period}, {measure}, {scope}: {credit} counted against {quota}, which is {attained}.")
    return text.format(
        quota=money.of(line.quota, line.unit), attained=formats.percent(line.attainment, 2), **said
    )


def _quota(line: Line, money: _Money) -> str:
    if line.quota is None or line.nominal_quota in (None, line.quota):
        return ""
    said = {
        "whole": money.of(line.nominal_quota or 0, line.unit),
        "quota": money.of(line.quota, line.unit),
        "share": formats.percent(line.ramp_share, 2),
        "active": formats.number(line.active_days or 0),
        "days": formats.number(line.quota_days),
    }
    cut = line.active_days is not None and line.active_days < line.quota_days
    if line.ramp_share is None:
        text = _("The whole quota is {whole}; {quota} applies for {active} of {days} days.")
    elif cut:
        text = _(
            "The whole quota is {whole}; {quota} applies, ramped to {share} of it, "
            "for {active} of {days} days."
        )
    else:
        text = _("The whole quota is {whole}; {quota} applies, ramped to {share} of it.")
    return text.format(**said)


def _table(line: Line, money: _Money) -> str:
    if line.way == "incentive" and line.target_incentive:
        text = _("The plan's table makes {amount} of a target incentive of {incentive}.")
        return text.format(amount=money(line.table_amount), incentive=money(line.target_incentive))
    return _("The plan's table makes {amount} of it.").format(amount=money(line.table_amount))


def _multiplied(line: Line) -> str:
    if line.multiplier is None:
        return ""
    return _("That is multiplied by {multiplier}.").format(multiplier=formats.multiple(line.multiplier))


def _paid(line: Line, money: _Money) -> str:
    if line.earned_to_date != line.payout:
        text = _("Earned to date is {earned}; less what was paid before, this line pays {payout}.")
        return text.format(earned=money(line.earned_to_date), payout=money(line.payout))
    if line.payout != line.table_amount and line.multiplier is None and line.gate_open is not False:
        return _("After its floor and cap, this line pays {payout}.").format(payout=money(line.payout))
    return _("This line pays {payout}.").format(payout=money(line.payout))
