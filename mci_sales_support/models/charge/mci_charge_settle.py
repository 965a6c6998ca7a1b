from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# Whatever is not posted yet leaves a period that is closed.
UNSETTLED = SQL("state IN ('open', 'sent', 'disputed', 'accepted')")
ONE_DAY = timedelta(days=1)
# The last place on earth where a day begins is this far behind the first one.
EARLIEST_ZONE = timedelta(hours=14)
PERIOD_FIELDS = ("company_id", "date_from", "date_to", "state")


class MciCharge(models.Model):
    """The day a charge counts on in reports by period: frozen with the period (C7).

    ``date`` stays the day worked. ``settle_date`` is that day while its period is open;
    else the first day that is not closed, and never before the first day of the
    statement that takes the charge: hours that come late, corrections and whatever a
    dispute held back count in the month they are settled in. The report of a closed
    period gives the same for ever (invariant 7).
    """

    _inherit = "mci.charge"

    settle_date = fields.Date(
        "Settlement day",
        readonly=True,
        copy=False,
        help="The day worked while its period is open, else the first day of the next"
        " open one. Reports by month go by it: a closed month never changes (C7).",
    )
    reversal_date = fields.Date(
        "Reversal counts on",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Reversed after its period was closed: the charge stays in the month it"
        " was settled in and is taken back on this day (C7).",
    )

    # Few charges are late: reports find them without reading all the others.
    _late_idx = models.Index(
        "(timesheet_id) WHERE settle_date > date AND timesheet_id IS NOT NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        days = self.env["mci.period"]._mci_get_settle_days(vals_list)
        return super().create(
            [
                {"settle_date": day, **vals}
                for day, vals in zip(days, vals_list, strict=True)
            ]
        )

    @api.model
    def _mci_get_stories(self, lines):
        # EXTENDS
        stories = super()._mci_get_stories(lines)
        days = self.env["mci.period"]._mci_get_settle_days(stories.values())
        for day, vals in zip(days, stories.values(), strict=True):
            vals["settle_date"] = day
        return stories

    def _mci_write_story(self, vals, kind, note=False):
        # EXTENDS: on a draft of a later month it counts in that month
        if "settle_date" in vals and self.statement_id:
            first = self.statement_id.date_from
            vals = {**vals, "settle_date": max(vals["settle_date"], first)}
        return super()._mci_write_story(vals, kind, note)

    @api.model
    def _mci_settle_later(self, companies, condition):
        """Charges that meet ``condition`` leave closed periods of ``companies``."""
        for company in companies:
            ranges = self.env["mci.period"]._mci_get_closed_ranges(company.id)
            for first, last in ranges:
                self._mci_write_sql(
                    SQL(
                        "%s AND company_id = %s AND settle_date BETWEEN %s AND %s",
                        condition,
                        company.id,
                        first,
                        last,
                    ),
                    settle_date=last + ONE_DAY,
                )


class MciPeriod(models.Model):
    _inherit = "mci.period"

    def _do_set_state(self, state, **vals):
        # EXTENDS: what is not posted yet counts in the next period
        result = super()._do_set_state(state, **vals)
        if state == "closed":
            charges = self.env["mci.charge"].sudo()
            charges._mci_settle_later(
                self.sudo().company_id,
                SQL(
                    "%s AND NOT EXISTS (SELECT FROM mci_statement s"
                    " WHERE s.id = statement_id AND s.is_showback"
                    " AND s.state <> 'draft')",
                    UNSETTLED,
                ),
            )
        return result

    @api.model
    def _mci_get_over(self, company_id, day=date.min):
        """Periods of a company that end on ``day`` or later and may be closed.

        Past the ORM: whoever logs hours waits for it.

        :return: list of ``(first day, last day, whether closed)`` in their order
        """
        key = (company_id, day, self._mci_get_latest_today())
        known = self._mci_get_known()
        if key not in known:
            known[key] = self._mci_read_over(*key)
        return known[key]

    @api.model
    def _mci_read_over(self, company_id, day, today):
        query = SQL(
            "SELECT date_from, date_to, state = 'closed' FROM mci_period"
            " WHERE company_id = %s AND date_to >= %s AND date_to < %s"
            " ORDER BY date_from",
            company_id,
            day,
            today,
            to_flush=[self._fields[name] for name in PERIOD_FIELDS],
        )
        return self.env.execute_query(query)

    @api.model
    def _mci_get_latest_today(self):
        """The day that it is where days begin first, whatever a company's time zone."""
        return (fields.Datetime.now() + EARLIEST_ZONE).date()

    @api.model
    def _mci_get_closed_ranges(self, company_id):
        """Pairs of the first and last days of closed times, neighbours as one."""
        return self._mci_merge_closed(self._mci_get_over(company_id))

    @api.model
    def _mci_merge_closed(self, periods):
        ranges = []
        for first, last, closed in periods:
            if not closed:
                continue
            if ranges and first <= ranges[-1][1] + ONE_DAY:
                ranges[-1] = (ranges[-1][0], last)
            else:
                ranges.append((first, last))
        return ranges

    @api.model
    def _mci_get_settle_days(self, vals_list):
        """The days on which charges of these values count, in their order.

        It is the ``date``, or the first day behind the closed time it lies in. Who logs
        the hours of today asks for nothing.
        """
        days = [fields.Date.to_date(vals.get("date")) for vals in vals_list]
        over = self._mci_get_over_by_company(vals_list, days)
        ranges = {key: self._mci_merge_closed(rows) for key, rows in over.items()}
        return [
            self._mci_leave_ranges(day, ranges.get(vals.get("company_id"), ()))
            for vals, day in zip(vals_list, days, strict=True)
        ]

    @api.model
    def _mci_get_over_by_company(self, vals_list, days):
        """``{company id: periods}`` behind the first of its days that may be over."""
        firsts, today = {}, self._mci_get_latest_today()
        for vals, day in zip(vals_list, days, strict=True):
            if day and day < today:
                company_id = vals.get("company_id")
                firsts[company_id] = min(day, firsts.get(company_id, day))
        return {key: self._mci_get_over(key, day) for key, day in firsts.items()}

    @api.model
    def _mci_leave_ranges(self, day, ranges):
        for first, last in ranges:
            if first <= day <= last:
                return last + ONE_DAY
        return day


class MciStatement(models.Model):
    _inherit = "mci.statement"

    def _mci_take_open_charges(self):
        # EXTENDS: late ones count in the month of the statement
        result = super()._mci_take_open_charges()
        self._mci_settle_charges()
        return result

    def _mci_settle_charges(self):
        charges = self.env["mci.charge"].sudo()
        charges.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE mci_charge charge
                   SET settle_date = GREATEST(charge.date, statement.date_from)
                  FROM mci_statement statement
                 WHERE statement.id = charge.statement_id AND statement.id = ANY(%s)
                   AND charge.settle_date
                       IS DISTINCT FROM GREATEST(charge.date, statement.date_from)
                """,
                self.ids,
            )
        )
        charges.invalidate_model(["settle_date"], flush=False)
        charges._mci_settle_later(
            self.company_id, SQL("statement_id = ANY(%s)", self.ids)
        )

    def _mci_on_reversed(self, move):
        # EXTENDS
        result = super()._mci_on_reversed(move)
        self._mci_settle_reversed(move.date or fields.Date.context_today(self))
        return result

    def _mci_settle_reversed(self, day):
        """A closed month keeps its charges: they are taken back on an open day (C7)."""
        charges = self.env["mci.charge"].sudo()
        mine = SQL("statement_id = ANY(%s) AND state = 'reversed'", self.ids)
        for company in self.company_id:
            ranges = self.env["mci.period"]._mci_get_closed_ranges(company.id)
            for first, last in ranges:
                charges._mci_write_sql(
                    SQL(
                        "%s AND company_id = %s AND settle_date BETWEEN %s AND %s",
                        mine,
                        company.id,
                        first,
                        last,
                    ),
                    reversal_date=max(day, last + ONE_DAY),
                )
        charges._mci_settle_later(
            self.company_id,
            SQL(
                "state = 'open' AND reversed_charge_id IN ("
                "SELECT r.id FROM mci_charge r WHERE r.statement_id = ANY(%s))",
                self.ids,
            ),
        )
