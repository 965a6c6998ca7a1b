from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.intervals import Intervals

# Where the hours of an extra working day begin, in the person's zone.
OPENING = 9


class MciExtraWorkday(models.Model):
    """A day that is worked although the calendar says otherwise (M7).

    In China the days around a long holiday are moved: a Saturday is worked instead.
    The day has at least the hours given here; leave of a person still takes them away.
    """

    _name = "mci.extra.workday"
    _inherit = ["mci.lock.mixin"]
    _description = "Extra working day"
    _order = "date desc, id desc"
    _rec_name = "name"
    _check_company_auto = True

    name = fields.Char(
        required=True, help="Shown to planners, e.g. the holiday that was moved."
    )
    date = fields.Date(required=True, index=True)
    hours = fields.Float(
        required=True,
        default=8.0,
        help="Hours worked on this day. More hours in the working schedule stay.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working schedule",
        check_company=True,
        ondelete="cascade",
        help="Empty: everybody of the company.",
    )
    active = fields.Boolean(default=True)

    _hours_of_a_day = models.Constraint(
        "CHECK(hours > 0 AND hours <= 24)",
        "An extra working day has more than 0 and at most 24 hours.",
    )
    _once = models.UniqueIndex(
        "(company_id, COALESCE(calendar_id, 0), date) WHERE active",
        "This day is an extra working day already.",
    )

    @api.depends("name", "date")
    def _compute_display_name(self):
        for day in self:
            date = format_date(self.env, day.date) if day.date else ""
            day.display_name = f"{day.name} ({date})"

    @api.model
    def get_import_templates(self):
        """The file offered on the import screen."""
        return [
            {
                "label": self.env._("Template for extra working days"),
                "template": "/mci_sales_support/static/csv/mci_extra_workday.csv",
            }
        ]

    @api.model_create_multi
    def create(self, vals_list):
        days = super().create(vals_list)
        self.env["mci.booking"]._mci_plan_conflict_check()
        return days

    def write(self, vals):
        result = super().write(vals)
        self.env["mci.booking"]._mci_plan_conflict_check()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["mci.booking"]._mci_plan_conflict_check()
        return result

    # ------------------------------------------------------------------
    # Read by capacity
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _mci_get_hours(self, first, last):
        """Hours of all extra working days, by one query.

        :return: ``{(company id, calendar id or False): {date: hours}}``
        """
        days = self.sudo().search_fetch(
            [("date", ">=", first), ("date", "<=", last)],
            ["date", "hours", "company_id", "calendar_id"],
        )
        result = defaultdict(dict)
        for day in days:
            result[day.company_id.id, day.calendar_id.id][day.date] = day.hours
        return result

    @api.model
    @api.private
    def _mci_add_to(self, work, extra, localize, sum_by_day):
        """Working time with the extra days in place of what the calendar has.

        :param work: Intervals of a calendar
        :param extra: ``{date: hours}``
        :param localize: ``day -> midnight`` in the zone of ``work``
        :param sum_by_day: ``Intervals -> {date: hours}`` in that zone
        """
        normal = sum_by_day(work)
        calendars = self.env["resource.calendar"]
        for day, hours in extra.items():
            if normal.get(day, 0) >= hours:
                continue
            midnight, tomorrow = localize(day), localize(day + timedelta(days=1))
            start = midnight + timedelta(hours=min(OPENING, 24 - hours))
            stop = min(start + timedelta(hours=hours), tomorrow)
            work -= Intervals([(midnight, tomorrow, calendars)])
            work |= Intervals([(start, stop, calendars)])
        return work
