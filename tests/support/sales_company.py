"""The company of the public data set in Odoo: everything through its own doors.

Administrator, sales manager, HR officer, accountant and Sales Support Administrator
each set up what is theirs over JSON-2; people, customers and opportunities come in
through Odoo's import.
"""

from collections import namedtuple
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from dev.layout import ADDON

from . import shell
from .imports import load
from .sales_data import OPEN, login

Unit = namedtuple("Unit", "name code tier lead zone engineers")

UNITS = [
    Unit(
        "North Center",
        "NORTH",
        "delivery_center",
        "north.lead",
        "Asia/Shanghai",
        ("north.1", "north.2", "north.3"),
    ),
    Unit(
        "South Center",
        "SOUTH",
        "delivery_center",
        "south.lead",
        "UTC",
        ("south.1", "south.2", "south.3"),
    ),
    Unit(
        "Inland Office",
        "INLAND",
        "local_office",
        "inland.lead",
        "America/Chicago",
        ("inland.1", "inland.2", "inland.3"),
    ),
    Unit(
        "Coast Office",
        "COAST",
        "local_office",
        "coast.lead",
        "America/New_York",
        ("coast.1", "coast.2", "coast.3"),
    ),
]
OFFICE_OF_TEAM = {"Central": "INLAND", "East": "COAST", "West": "COAST"}
LEVELS = {1: "level_1", 2: "level_3", 3: "level_4"}
# Grade: lowest amount, support tier.
BANDS = {
    "A": (20000, "delivery_center"),
    "B": (4000, "delivery_center"),
    "C": (1000, "local_office"),
    "D": (0, "local_office"),
    "E": (0, "local_office"),
}
# Price of an hour by level: until the 15th of last month, and from the 16th on.
PRICES = {
    "level_1": (Decimal("61.35"), Decimal("63.15")),
    "level_3": (Decimal("104.85"), Decimal("104.85")),
    "level_4": (Decimal("187.45"), Decimal("191.05")),
}
# South Center's own price of its seniors goes before the company's.
OWN_PRICE = {("SOUTH", "level_4"): Decimal("203.33")}
SELLER = "sales_team.group_sale_salesman"
GROUPS = {
    "sales.admin": "sales_team.group_sale_manager",
    "accountant": "account.group_account_invoice,account.group_account_readonly",
    "hr.officer": "hr.group_hr_user",
    "support.admin": f"{ADDON}.group_manager",
}
COST_CENTERS = """
plan = env["account.analytic.plan"].create({"name": "Departments"})
accounts = env["account.analytic.account"].create(
    [{"name": name, "plan_id": plan.id} for name in values["names"]]
)
env.cr.commit()
# The server's processes learn of the new column as they do of one made on the screen.
env.registry.signal_changes()
answer({"column": plan._column_name(), "accounts": accounts.ids})
"""


def last_month():
    """Return the first and the last day of the last month."""
    last = date.today().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def grade_of(amount):
    """Return the code of the grade of an amount."""
    return next(
        code
        for code, (lowest, _tier) in BANDS.items()
        if code != "E" and amount >= lowest
    )


class SalesCompany:
    """What was made in Odoo of the data, by its names there."""

    def __init__(self, system, data):
        self.system = system
        self.data = data
        self.users = {}

    def client(self, name):
        """Return the JSON-2 client of a person, named as in the data or by login."""
        return self.system.json2(login(name))

    @cached_property
    def admin(self):
        """The client of Odoo's administrator."""
        return self.system.json2("admin")

    def ref(self, name):
        """Return the database id of a record of the addon's data."""
        [row] = self.admin.call(
            "ir.model.data",
            "search_read",
            domain=[("module", "=", ADDON), ("name", "=", name)],
            fields=["res_id"],
        )
        return row["res_id"]

    def set_up(self):
        """Make everybody and everything but the opportunities."""
        self._make_users()
        self._make_employees()
        self._make_units()
        self._make_teams()
        self._make_customers()
        self._publish_rates()

    # --- People -----------------------------------------------------------------------

    def _make_users(self):
        rows = [(name, login(name), GROUPS[name], "UTC") for name in GROUPS]
        sellers = {seller.name for seller in self.data.sellers}
        managers = {name for names in self.data.offices.values() for name in names}
        rows += [
            (name, login(name), SELLER, "America/Chicago")
            for name in sorted(sellers | managers)
        ]
        for unit in UNITS:
            rows.append((unit.lead, unit.lead, f"{ADDON}.group_center_lead", unit.zone))
            for engineer in unit.engineers:
                group = f"{ADDON}.group_engineer"
                rows.append((engineer, engineer, group, unit.zone))
        ids = load(
            self.admin, "res.users", ("name", "login", "group_ids/id", "tz"), rows
        )
        self.users = dict(zip((row[1] for row in rows), ids, strict=True))

    def _make_employees(self):
        people = [
            (name, unit.zone) for unit in UNITS for name in (unit.lead, *unit.engineers)
        ]
        client = self.client("hr.officer")
        ids = load(
            client,
            "hr.employee",
            ("name", "user_id/.id", "tz"),
            [(name, self.users[name], zone) for name, zone in people],
        )
        rows = client.call("hr.employee", "read", ids=ids, fields=["resource_id"])
        self.resources = {
            name: row["resource_id"][0]
            for (name, _zone), row in zip(people, rows, strict=True)
        }

    # --- Units, teams, customers ------------------------------------------------------

    def _make_units(self):
        client = self.client("support.admin")
        ids = client.call(
            "mci.delivery.center",
            "create",
            vals_list=[
                {
                    "name": unit.name,
                    "code": unit.code,
                    "tier": unit.tier,
                    "lead_id": self.users[unit.lead],
                }
                for unit in UNITS
            ],
        )
        self.units = dict(zip((unit.code for unit in UNITS), ids, strict=True))
        self.presales = self.ref("function_presales")
        client.call(
            "mci.center.seat",
            "create",
            vals_list=[
                {
                    "center_id": self.units[unit.code],
                    "resource_id": self.resources[engineer],
                    "function_id": self.presales,
                    "level_id": self.ref(self.level_of(engineer)),
                    "date_from": "2024-01-01",
                }
                for unit in UNITS
                for engineer in unit.engineers
            ],
        )

    @staticmethod
    def level_of(engineer):
        """Return the name of the level of an engineer."""
        return LEVELS[int(engineer.rpartition(".")[2])]

    def _make_teams(self):
        names = list(self.data.offices)
        made = shell.run(self.system.database, COST_CENTERS, names=names)
        self.cost_center_column = made["column"]
        self.cost_centers = dict(zip(names, made["accounts"], strict=True))
        rows = []
        for name, managers in self.data.offices.items():
            members = [s.name for s in self.data.sellers if s.office == name]
            rows.append(
                (
                    name,
                    self.users[login(managers[0])],
                    self.users[login(managers[1])],
                    self.units[OFFICE_OF_TEAM[name]],
                    self.cost_centers[name],
                    ",".join(str(self.users[login(member)]) for member in members),
                )
            )
        fields = ("name", "user_id/.id", "mci_deputy_id/.id", "mci_office_id/.id")
        fields += ("mci_analytic_account_ids/.id", "member_ids/.id")
        ids = load(self.client("sales.admin"), "crm.team", fields, rows)
        self.teams = dict(zip(names, ids, strict=True))

    def _make_customers(self):
        sectors = sorted(set(self.data.accounts.values()))
        made = load(
            self.client("support.admin"),
            "res.partner.industry",
            ("name",),
            [(sector,) for sector in sectors],
        )
        industries = dict(zip(sectors, made, strict=True))
        rows = [
            (name, "True", industries[sector])
            for name, sector in self.data.accounts.items()
        ]
        fields = ("name", "is_company", "industry_id/.id")
        ids = load(self.client("sales.admin"), "res.partner", fields, rows)
        self.customers = dict(zip(self.data.accounts, ids, strict=True))

    # --- Prices and policy ------------------------------------------------------------

    def price_of(self, engineer, day):
        """Return the price of an hour of a person on a day, by the lists above."""
        unit = next(unit for unit in UNITS if engineer in unit.engineers)
        level = self.level_of(engineer)
        first, second = PRICES[level]
        return OWN_PRICE.get(
            (unit.code, level), second if day >= self.new_prices_from else first
        )

    @property
    def new_prices_from(self):
        """Return the day from which on the second price counts."""
        return last_month()[0].replace(day=16)

    def _publish_rates(self):
        start, change = date(2024, 1, 1), self.new_prices_from
        rows = []
        for level, (first, second) in PRICES.items():
            rows.append((level, None, first, start, change - timedelta(days=1)))
            rows.append((level, None, second, change, None))
        for (code, level), price in OWN_PRICE.items():
            rows.append((level, self.units[code], price, start, None))
        ids = self.client("support.admin").call(
            "mci.rate",
            "create",
            vals_list=[
                {
                    "function_id": self.presales,
                    "level_id": self.ref(level),
                    "center_id": center,
                    "price_unit": float(price),
                    "date_from": str(first),
                    "date_to": str(last) if last else False,
                }
                for level, center, price, first, last in rows
            ],
        )
        accountant = self.client("accountant")
        accountant.call("mci.rate", "action_publish", ids=ids)
        accountant.call("res.company", "action_mci_setup_charging", ids=1)

    def draft_policy(self):
        """Return the id of a draft grading policy with the bands above."""
        [policy] = self.client("support.admin").call(
            "mci.grade.policy",
            "create",
            vals_list=[
                {
                    "name": "Bands of the year",
                    "date_from": str(last_month()[0]),
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "grade_id": self.ref(f"grade_{code.lower()}"),
                                "amount_min": lowest,
                                "tier": tier,
                            },
                        )
                        for code, (lowest, tier) in BANDS.items()
                    ],
                }
            ],
        )
        return policy

    # --- Opportunities ----------------------------------------------------------------

    @cached_property
    def stages(self):
        """Ids of stages by the names the data gives them."""
        rows = self.admin.call(
            "crm.stage", "search_read", domain=[], fields=["is_won"], order="sequence"
        )
        [won] = [row["id"] for row in rows if row["is_won"]]
        first, second = [row["id"] for row in rows if not row["is_won"]][:2]
        return {"Prospecting": first, "Engaging": second, "Lost": second, "Won": won}

    def import_deals(self, deals):
        """Import opportunities as the sales manager; return their ids by reference."""
        fields = ("id", "name", "type", "partner_id/.id", "user_id/.id", "team_id/.id")
        fields += ("stage_id/.id", "expected_revenue", "probability", "active")
        fields += ("date_open", "date_closed")
        rows = [self._deal_row(deal) for deal in deals]
        ids = load(self.client("sales.admin"), "crm.lead", fields, rows)
        return {deal.ref: id_ for deal, id_ in zip(deals, ids, strict=True)}

    def _deal_row(self, deal):
        probability = {"Won": 100, "Lost": 0}.get(deal.stage, 20)
        return (
            f"__import__.deal_{deal.ref}",
            f"{deal.account or 'Unnamed customer'}: {deal.product}",
            "opportunity",
            self.customers.get(deal.account, ""),
            self.users[login(deal.seller)],
            self.teams[self.data.office_of(deal.seller)],
            self.stages[deal.stage],
            deal.amount,
            probability,
            deal.stage != "Lost",
            f"{deal.engaged} 12:00:00" if deal.engaged else "",
            "" if deal.stage in OPEN else f"{deal.closed} 12:00:00",
        )
