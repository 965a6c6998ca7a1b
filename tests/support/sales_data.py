"""The public data set "CRM Sales Opportunities", cleaned as a customer would clean it.

8,800 opportunities as a real export is: dates are DD-MM-YY, a product and a sector are
misspelt, most open deals have no account, and open or lost ones no value: the list
price stands in.
"""

import csv
import os
from collections import namedtuple
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from dev.layout import CHECKOUT

SPELLING = {"GTXPro": "GTX Pro", "technolgy": "technology"}
OPEN = ("Prospecting", "Engaging")

Deal = namedtuple("Deal", "ref product account seller stage amount engaged closed")
Seller = namedtuple("Seller", "name manager office")


def folder():
    """Return the folder of the data, or None where it is absent."""
    places = [
        os.environ.get("MCI_SALES_DATA"),
        CHECKOUT.parent / "shared" / "data" / "crm_sales_opportunities",
    ]
    paths = [Path(place) for place in places if place]
    return next((path for path in paths if path.is_dir()), None)


def login(name):
    """Return the login of a person of the data."""
    return name.lower().replace(" ", ".")


class SalesData:
    """The four files, clean."""

    def __init__(self, path):
        self.path = path

    def _read(self, name):
        with (self.path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return [
                {key: SPELLING.get(value, value) for key, value in row.items()}
                for row in csv.DictReader(file)
            ]

    @cached_property
    def prices(self):
        """List price by product."""
        rows = self._read("products")
        return {row["product"]: Decimal(row["sales_price"]) for row in rows}

    @cached_property
    def accounts(self):
        """Sector by customer."""
        return {row["account"]: row["sector"] for row in self._read("accounts")}

    @cached_property
    def sellers(self):
        """Sellers with their managers and regional offices."""
        return [Seller(*row.values()) for row in self._read("sales_teams")]

    @cached_property
    def offices(self):
        """Managers by regional office, in the order of the file."""
        offices = {}
        for seller in self.sellers:
            managers = offices.setdefault(seller.office, [])
            if seller.manager not in managers:
                managers.append(seller.manager)
        return offices

    @cached_property
    def deals(self):
        """All opportunities."""
        return [self._clean(row) for row in self._read("sales_pipeline")]

    def _clean(self, row):
        return Deal(
            ref=row["opportunity_id"],
            product=row["product"],
            account=row["account"],
            seller=row["sales_agent"],
            stage=row["deal_stage"],
            amount=Decimal(row["close_value"])
            if row["deal_stage"] == "Won"
            else self.prices[row["product"]],
            engaged=_date(row["engage_date"]),
            closed=_date(row["close_date"]),
        )

    def office_of(self, seller):
        """Return the regional office of a seller."""
        return next(one.office for one in self.sellers if one.name == seller)


def _date(text):
    return datetime.strptime(text, "%d-%m-%y").date() if text else None
