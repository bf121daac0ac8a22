"""Money columns: amounts with the currency written beside, before or above them → minor units."""

from typing import TYPE_CHECKING

from revplan.data.recognise import header_currency
from revplan.data.values import DOLLARS, Amount, Unreadable, scale_up
from revplan.money import currency_digits

if TYPE_CHECKING:
    from revplan.data.clean import Work


def settle_money(work: "Work") -> None:
    """Turn amounts into minor units of their row's currency.

    The currency is the currency column's; else the one written with the amount (or in the header),
    which then goes into the currency column; else the company's. Two different ones reject the row. "$" is
    the company's dollar, else the US one.
    """
    money = [column.name for column in work.spec.columns if column.kind == "money"]
    has_currency = any(column.name == "currency" for column in work.spec.columns)
    currencies: list[str | None] = work.values.get("currency", [None] * work.size)
    currencies = [_dollar(code, "", work.setting.currency) if code else None for code in currencies]
    memo: dict[tuple[Amount, int], tuple[int, bool] | str] = {}
    for name in money:
        above = header_currency(work.columns.get(name, ""))
        for position, amount in enumerate(work.values[name]):
            if amount is None:
                continue
            stated = currencies[position]
            if written := _dollar(amount.currency or above, stated or "", work.setting.currency):
                if stated and written != stated:
                    work.fault(position, "data.two_currencies", name, f"{amount.number} {written} / {stated}")
                elif has_currency:
                    currencies[position] = stated = written
                elif written != work.setting.currency:
                    work.fault(position, "data.foreign_currency", name, f"{amount.number} {written}")
            digits = _digits(stated, work)
            key = (amount, digits)
            if key not in memo:
                memo[key] = _scale(amount, digits)
            scaled = memo[key]
            if isinstance(scaled, str):
                work.fault(position, scaled, name, amount.number)
                continue
            if scaled[1]:
                work.tell("data.rounded", name, value=str(amount.number.normalize()))
            work.values[name][position] = scaled[0]
    if has_currency:
        work.values["currency"] = currencies


def _scale(amount: Amount, digits: int) -> tuple[int, bool] | str:
    try:
        return scale_up(amount.number, 10**digits)
    except Unreadable as problem:
        return problem.code


def _digits(currency: str | None, work: "Work") -> int:
    if not currency or currency == work.setting.currency:
        return work.setting.digits
    return currency_digits(currency)


def _dollar(code: str, stated: str, company: str) -> str:
    """Which dollar "$" is: the row's own, else the company's, else the US one."""
    if code != "$":
        return code
    return next((dollar for dollar in (stated, company) if dollar in DOLLARS), "USD")
