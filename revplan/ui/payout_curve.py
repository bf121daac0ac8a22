"""A payout curve on a page: of a plan's component, or of a line with its place on it."""

from revplan.service.plan_curves import CurvePoints
from revplan.ui import charts
from revplan.words import _


def show(points: CurvePoints, name: str, key: str) -> None:
    """Draw what the component of that name pays over what is reached; `key` names the chart on its page."""
    figure = charts.payout_curve(
        points.points,
        [charts.Jump(jump.x, jump.before, jump.after) for jump in points.jumps],
        x_unit=points.x_unit,
        currency=points.currency,
        digits=points.digits,
        here=points.here,
    )
    charts.show(figure, key, _("What {name} pays over what is reached").format(name=name))
