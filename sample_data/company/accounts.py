"""Names, places and segments of Larkfield's customers and prospects."""

from sample_data.company.draw import Draw
from sample_data.company.people import BOOKS
from sample_data.company.records import Account, Books

ENTERPRISE, MIDMARKET = "Enterprise", "Mid-market"

_HERE_NAMES = """Alderbrook
Amberley Ashgrove Barrowdale Beckford Birchmere Blackthorn Braemar Bridgewell Calder
Cedarvale Claremont Coldstream Copperfield Corvane Crestline Dunmore Eastmarch Eldermoor Elmhurst Fairhaven
Fenwick Foxglove Garrowby Glenmoor Greyfriar Hartwell Hazelton Highcross Hollowell Ivywood Keswick Lakeland
Langdale Lockhart Maplewood Marlow Meridon Millbrook Montrose Northgate Oakhurst Orchardson Pemberley Penrose
Quarrington Ravenhill Redmayne Rosewell Saltmarsh Sandiford Silverdale Stonecroft Thornbury Tillingham
Underhill Valemont Westbourne Whitcombe Winterbourne Wolvesey Yarrow"""
_EURO_NAMES = """Lindenau Rheinfeld Nordhafen Göhren Eschwald Altmühl Steinbrück Châtelmont Rivecourt Beaulieu
Montclair Verdane Duinrijk Oosterveld Zandvoorde Waterhuis Castelnovo Valdora"""
_HERE, _EURO = _HERE_NAMES.split(), _EURO_NAMES.split()
_TRADES = {
    "Logistics": ("Freight", "Logistics", "Haulage", "Shipping"),
    "Manufacturing": ("Fabrication", "Tooling", "Components", "Polymers", "Instruments"),
    "Healthcare": ("Clinics", "Diagnostics", "Care", "Dental"),
    "Financial services": ("Credit", "Capital", "Mutual", "Assurance"),
    "Retail": ("Stores", "Outfitters", "Grocers", "Home"),
    "Technology": ("Systems", "Networks", "Labs", "Devices"),
    "Energy": ("Energy", "Solar", "Grid", "Utilities"),
    "Education": ("College", "Academy", "Learning"),
}
_COUNTRIES = {"United States": 74.0, "Canada": 9.0, "United Kingdom": 6.0}
_EURO_COUNTRIES = {"Germany": 5.0, "France": 3.0, "Netherlands": 2.0, "Italy": 1.0}
EURO_SHARE = 0.11


class Directory:
    """Hands out new accounts, each with a name of its own."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._draw = Draw("accounts")
        self._taken: set[str] = set()

    def open(self, segment: str) -> Account:
        """A new account of that segment."""
        draw = self._draw
        euro = draw.chance(EURO_SHARE)
        while True:
            industry = draw.pick(tuple(_TRADES))
            name = f"{draw.pick(_EURO if euro else _HERE)} {draw.pick(_TRADES[industry])}"
            if name not in self._taken:
                break
        self._taken.add(name)
        account = Account(
            account_id=f"A-{len(self._books.accounts) + 1:04d}",
            name=name,
            segment=segment,
            industry=industry,
            country=draw.weighted(_EURO_COUNTRIES if euro else _COUNTRIES),
            currency="EUR" if euro else "USD",
            book=draw.whole(0, len(BOOKS) - 1),
        )
        self._books.accounts.append(account)
        return account
