from collections import defaultdict
from functools import lru_cache
from itertools import chain

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ...tools.words import is_words, pack, say

_lt = LazyTranslate(__name__)

# What a statement and its charges have in common (C5).
KEY = ("center_id", "team_id", "company_id", "payer_company_id")

# What the story of a charge tells of its deal, and of the team.
TOLD_OF_LEADS = (
    "name",
    "company_id",
    "partner_id",
    "team_id",
    "user_id",
    "stage_id",
    "mci_grade_id",
    "mci_tier",
    "mci_owner_id",
)
TOLD_OF_TEAMS = ("company_id", "user_id", "mci_deputy_id", "mci_office_id")

# Values of these types go into the table as they are; amounts are rounded already.
AS_GIVEN = frozenset({"many2one", "date", "datetime", "selection", "char", "monetary"})


def as_given(value, _charges, _vals):
    return None if value is False else value


@lru_cache(maxsize=32)
def insert_of(names, count):
    """An INSERT of so many charges with these fields and their stamps."""
    columns = [*names, "create_uid", "create_date", "write_uid", "write_date"]
    row = f"({', '.join(['%s'] * len(columns))})"
    return (
        f"INSERT INTO mci_charge ({', '.join(columns)})"
        f" VALUES {', '.join([row] * count)} RETURNING id"
    )


class MciCharge(models.Model):
    """How a timesheet line becomes a charge and how an open charge follows it."""

    _inherit = "mci.charge"

    @api.model
    def _mci_make(self, timesheets):
        """One open charge for each presales timesheet line on a deal (C1, C3).

        Lines without deal are the unit's own time and cost nobody anything. A line
        without a published rate is charged unpriced: recording work is never refused
        (C7). Constant number of queries.
        """
        lines = timesheets.sudo().filtered(
            lambda line: line.mci_lead_id and line.project_id.mci_center_id
        )
        stories = self._mci_get_stories(lines)
        self._mci_ask_owners(stories)
        return self.sudo()._mci_insert([stories[line] for line in lines])

    @api.model
    def _mci_insert(self, stories):
        """Charges of these values, by one INSERT.

        Whoever logs an hour waits for it. The ORM's own way costs more than Odoo spends
        on the hour line itself, and has nothing to add: a charge has no constraint in
        Python, and all that is stored is given.
        """
        if not stories:
            return self
        stories = [
            self._mci_pack_words({"state": "open", **vals})
            for vals in self._mci_add_payer_values(stories)
        ]
        names = tuple(dict.fromkeys(chain.from_iterable(stories)))
        # Flat values: tuples of them are put together in Python, much slower.
        cr = self.env.cr
        cr.execute(insert_of(names, len(stories)), self._mci_get_params(stories, names))
        charges = self.browse(charge_id for (charge_id,) in cr.fetchall())
        for name in ("lead_id", "timesheet_id", "booking_id"):
            field = self._fields[name]
            for charge, vals in zip(charges, stories, strict=True):
                field._update_cache(charge, vals[name] or None)
        for owners in (charges.lead_id, charges.timesheet_id):
            owners.invalidate_recordset(["mci_charge_ids"], flush=False)
        # Sums of deals and bookings know their new charges by these two.
        charges.modified(["lead_id", "booking_id"], create=True)
        return charges

    def _mci_get_params(self, stories, names):
        converters = [(name, self._mci_get_converter(name)) for name in names]
        uid, now = self.env.uid, self.env.cr.now()
        params = []
        for vals in stories:
            params += [
                convert(vals.get(name), self, vals) for name, convert in converters
            ]
            params += uid, now, uid, now
        return params

    @api.model
    def _mci_get_converter(self, name):
        field = self._fields[name]
        return as_given if field.type in AS_GIVEN else field.convert_to_column_insert

    def _mci_follow(self):
        """Bring open charges up to their corrected timesheets, with history (C3)."""
        charges = self.sudo().filtered(lambda charge: not charge._mci_is_frozen())
        stories = self._mci_get_stories(charges.timesheet_id)
        events = []
        for charge in charges:
            vals = charge._mci_keep_zero_rate(stories[charge.timesheet_id])
            events += charge._mci_write_story(vals, "follow")
        charges._mci_leave_statement()
        self._mci_log(events)

    def _mci_leave_statement(self):
        """Corrected charges leave a draft of another unit, payer or period (C5)."""
        moved = self.filtered(
            lambda charge: charge.statement_id
            and (
                charge.date > charge.statement_id.date_to
                or any(charge[name] != charge.statement_id[name] for name in KEY)
            )
        )
        moved._mci_unlock().write({"statement_id": False, "is_late": False})

    def _mci_write_story(self, vals, kind, note=False):
        """Write what changed of the story; the event to log, if anything did."""
        self.ensure_one()
        changed = {
            name: value
            for name, value in vals.items()
            if self._mci_differs(name, value)
        }
        if not changed:
            return []
        event = {
            "charge_id": self.id,
            "kind": kind,
            "note": note,
            "hours_before": self.hours,
            "amount_before": self.amount,
        }
        self._mci_unlock().write(changed)
        return [{**event, "hours_after": self.hours, "amount_after": self.amount}]

    def _mci_differs(self, name, value):
        if is_words(value):
            stored = self._mci_get_words(name)
            if isinstance(stored, str):
                return stored != say(self.env, value)
            return pack(stored) != pack(value)
        return self._fields[name].convert_to_write(self[name], self) != value

    @api.model
    def _mci_log(self, events):
        """Write history rows in one batch."""
        self.env["mci.charge.event"].sudo()._mci_unlock().create(
            [{"user_id": self.env.uid, **event} for event in events]
        )

    def _mci_keep_zero_rate(self, vals):
        if not self.zero_rate_reason:
            return vals
        return {**vals, "price_unit": 0.0, "amount": 0.0, "is_unpriced": False}

    # --- The story of a line --------------------------------------------------

    @api.model
    def _mci_get_stories(self, lines):
        """Values of the charge of each timesheet line, in a fixed number of queries."""
        lines = lines.sudo()
        self._mci_fetch_told(lines.mci_lead_id)
        days = self._mci_get_days(lines)
        works = {line: line._mci_get_work() for line in lines}
        priced = lines._mci_get_priced(works.values())
        stories = {}
        for line, work in works.items():
            day = days.get((line.mci_booking_id.id, line.date))
            stories[line] = {
                **self._prepare_work_vals(line, day),
                **priced[work],
                **self._prepare_payer_vals(line.mci_lead_id, line.mci_booking_id),
            }
        self._mci_mark_overruns(stories, days)
        prices = self._mci_get_line_prices(stories, days)
        for line, vals in stories.items():
            vals.update(self._prepare_price_vals(vals, prices.get(line)))
        return stories

    @api.model
    def _mci_fetch_told(self, leads):
        """Read what the charges tell of their deals, and no more of these long rows."""
        told = self.env.cr.precommit.data.setdefault("mci_told", set())
        if leads := leads.browse(set(leads.ids).difference(told)):
            told.update(leads.ids)
            self._mci_fetch_leads(leads)

    @api.model
    def _mci_fetch_leads(self, leads):
        leads.fetch(TOLD_OF_LEADS)
        leads.team_id.fetch(TOLD_OF_TEAMS)
        leads.stage_id.fetch(["name"])

    def _mci_get_days(self, lines):
        days = (
            self.env["mci.booking.day"]
            .sudo()
            .search([("booking_id", "in", lines.mci_booking_id.ids)])
            if lines.mci_booking_id
            else ()
        )
        return {(day.booking_id.id, day.date): day for day in days}

    def _prepare_work_vals(self, line, day):
        """What was worked, and what was agreed for that day."""
        booking = line.mci_booking_id
        company = line.project_id.mci_center_id.company_id
        return {
            "timesheet_id": line.id,
            "booking_id": booking.id,
            "origin": "booking" if booking else "timesheet",
            "hours": line.unit_amount,
            "hours_agreed": day.hours if day else 0.0,
            "resource_id": line.employee_id.resource_id.id,
            "company_currency_id": company.currency_id.id,
        }

    def _prepare_payer_vals(self, lead, booking):
        """Who pays and who it was then: the booking's snapshot, else the deal's."""
        source = booking or lead._mci_get_payer_snapshot()
        team = source.team_id
        return {
            "lead_id": lead.id,
            "lead_name": lead.name,
            "partner_id": lead.partner_id.id,
            "team_id": team.id,
            "office_id": team.mci_office_id.id,
            "payer_company_id": source.payer_company_id.id,
            "payer_distribution_key": team._mci_get_payer_key(source.payer_company_id),
            "grade_id": source.grade_id.id,
            "tier": source.tier,
            "stage_id": lead.stage_id.id,
            "stage_name": lead.stage_id.name,
            "owner_id": lead.mci_owner_id.id,
            "user_id": lead.user_id.id,
        }

    def _mci_mark_overruns(self, stories, days):
        """Flag the hours beyond what the payer agreed to, booking by booking (C10)."""
        agreed = defaultdict(float)
        for (booking_id, _date), day in days.items():
            agreed[booking_id] += day.hours
        done = self._mci_get_hours_elsewhere(stories)
        for line, vals in sorted(stories.items(), key=lambda item: item[1]["date"]):
            vals["is_overrun"] = False
            booking = line.mci_booking_id
            if not booking:
                continue
            done[booking] += vals["hours"]
            tolerated = 1 + booking.company_id.mci_overrun_percent / 100
            limit = agreed[booking.id] * tolerated + 0.005
            vals["is_overrun"] = done[booking] > limit

    @api.model
    def _mci_get_hours_elsewhere(self, stories):
        """Hours of the same bookings on lines that are not asked about here."""
        lines = self.env["account.analytic.line"].sudo()
        booking_ids = [v["booking_id"] for v in stories.values() if v["booking_id"]]
        if not booking_ids:
            return defaultdict(float)
        rows = lines._read_group(
            [
                ("mci_booking_id", "in", booking_ids),
                ("id", "not in", [line.id for line in stories]),
            ],
            ["mci_booking_id"],
            ["unit_amount:sum"],
        )
        return defaultdict(float, dict(rows))

    # --- The price ------------------------------------------------------------

    def _mci_get_line_prices(self, stories, days):
        """The price fixed with the booking's day, else the rate of the day (C2, C3)."""
        prices, keys = {}, {}
        for line, vals in stories.items():
            day = days.get((line.mci_booking_id.id, line.date))
            if day and day.rate_id:
                prices[line] = self._mci_price_of_rate(day.rate_id, day.price_unit)
            else:
                keys[line] = self._mci_price_key(vals)
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        for line, key in keys.items():
            if rate := rates.get(key):
                prices[line] = self._mci_price_of_rate(rate, rate.price_unit)
        return prices

    @api.model
    def _mci_price_key(self, vals):
        """See :meth:`mci.rate._mci_find_rates`; work without payer has a price too."""
        names = ("function_id", "level_id", "center_id", "company_id", "date")
        payer = vals.get("payer_company_id", False)
        return (*(vals[name] for name in names), payer)

    @api.model
    def _mci_price_of_rate(self, rate, price_unit):
        # The currency goes first: for an amount before it the ORM reads the row again.
        return {
            "currency_id": rate.currency_id.id,
            "price_unit": price_unit,
            "rate_id": rate.id,
            "explanation": rate._mci_explain(price_unit),
        }

    @api.model
    def _prepare_price_vals(self, vals, price):
        """Price, exchange and amount of ``vals``; unpriced without ``price``."""
        company = self.env["res.company"].browse(vals["company_id"]).sudo()
        price = price or self._prepare_unpriced_vals(company)
        currency = self.env["res.currency"].browse(price["currency_id"])
        exchange = self._mci_get_exchange(currency, company, vals["date"])
        if not exchange:
            refusal = currency._mci_tell_rate_refusal(company, vals["date"])
            price, exchange = self._prepare_unpriced_vals(company, refusal), 1.0
        amount = vals["hours"] * price["price_unit"] * exchange
        return {
            **price,
            "exchange_rate": exchange,
            "rate_date": vals["date"],
            "amount": company.currency_id.round(amount),
            "is_unpriced": not price["rate_id"],
        }

    @api.model
    def _prepare_unpriced_vals(self, company, why=None):
        return {
            "currency_id": company.currency_id.id,
            "price_unit": 0.0,
            "rate_id": False,
            "explanation": why or _lt("No published internal rate"),
        }

    def _mci_get_exchange(self, currency, company, date):
        """Company currency for one unit; 0.0 where no rate of exchange is known."""
        if currency == company.currency_id:
            return 1.0
        date = date or fields.Date.today()
        if not currency._mci_has_rate(company, date):
            return 0.0
        return currency._get_conversion_rate(
            currency, company.currency_id, company, date
        )
