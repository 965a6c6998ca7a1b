from datetime import timedelta

from dateutil.relativedelta import MO, relativedelta

from odoo import api, fields, models


class MciWeek(models.Model):
    """Working time of a person in a week, as his calendar had it then (M10).

    Leave and calendars change; what a week offered is remembered when it is over, so
    that the report of an old week stays as it was. The week still running follows.
    """

    _name = "mci.week"
    _description = "Working time of a week"
    _order = "date_from desc, resource_id"
    _rec_name = "date_from"

    resource_id = fields.Many2one(
        "resource.resource",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    date_from = fields.Date("Monday", required=True, index=True, readonly=True)
    capacity_hours = fields.Float("Working hours", readonly=True)

    _resource_week_uniq = models.UniqueIndex(
        "(resource_id, date_from)", "A person has one line a week."
    )

    @api.model
    def _cron_refresh(self):
        """Remember the last eight weeks; those that are known and over stay."""
        self._mci_refresh(8)
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _mci_refresh(self, weeks):
        """Write what is missing of the last ``weeks`` weeks, and the running week."""
        current = fields.Date.today() + relativedelta(weekday=MO(-1))
        first = current - timedelta(weeks=weeks - 1)
        known = self.sudo().search([("date_from", ">=", first)])
        known.filtered(
            lambda week: week.date_from == current and week._mci_follows()
        ).unlink()
        done = {(w.resource_id.id, w.date_from) for w in known.exists()}
        vals_list = [
            vals
            for vals in self._prepare_week_vals(first, weeks)
            if (vals["resource_id"], vals["date_from"]) not in done
        ]
        return self.sudo().create(vals_list)

    def _mci_follows(self):
        """Whether the running week still follows the calendar."""
        return True

    @api.model
    def _prepare_week_vals(self, first, weeks):
        last = first + timedelta(weeks=weeks, days=-1)
        seats = self.env["mci.center.seat"].sudo()
        held = seats.search(
            [
                ("date_from", "<=", last),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", first),
            ]
        )
        capacity = held.resource_id._mci_get_capacity(first, last)
        return [
            {
                "resource_id": resource.id,
                "date_from": monday,
                "capacity_hours": round(
                    sum(days.get(monday + timedelta(days=day), 0) for day in range(7)),
                    2,
                ),
            }
            for resource, days in capacity.items()
            for monday in (first + timedelta(weeks=week) for week in range(weeks))
        ]
