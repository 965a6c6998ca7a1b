from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import MO, relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...tools.arguments import arguments, flag, text
from ...tools.arguments import date as day_of

WEEKS_BACK = 8


class MciWeek(models.Model):
    """*Close my week*: every hour is deal, category or unexplained (M10).

    The person confirms the figures of a week; they are kept. Work recorded later is
    never refused (C7): it shows as hours after the confirmation. The head of the unit
    opens a week again.
    """

    _inherit = "mci.week"

    user_id = fields.Many2one(
        related="resource_id.user_id", string="User of the person", store=True
    )
    closed_date = fields.Datetime("Confirmed on", readonly=True)
    closed_by_id = fields.Many2one("res.users", "Confirmed by", readonly=True)
    deal_hours = fields.Float("On deals", readonly=True)
    internal_hours = fields.Float("By category", readonly=True)
    project_hours = fields.Float("On other projects", readonly=True)
    waiting_hours = fields.Float("Waiting for consent", readonly=True)
    unexplained_hours = fields.Float(readonly=True)
    close_note = fields.Char("Remark of the person", readonly=True)
    reopen_reason = fields.Char("Opened again because", readonly=True)
    late_hours = fields.Float(
        "Recorded later",
        compute="_compute_late_hours",
        help="Hours recorded or changed after the week was confirmed.",
    )

    def _compute_late_hours(self):
        closed = self.filtered("closed_date")
        recorded = closed.sudo()._mci_sum_recorded()
        for week in self:
            kept = week.deal_hours + week.internal_hours + week.project_hours
            week.late_hours = (
                round(recorded[week.id] - kept, 2) if week in closed else 0.0
            )

    def _mci_sum_recorded(self):
        """Hours recorded by now in these weeks, by one query: ``{id: hours}``."""
        humans = self.resource_id._mci_humans()
        everyone = self.env["resource.resource"].union(*humans.values())
        first = min(self.mapped("date_from"), default=fields.Date.today())
        last = max(self.mapped("date_from"), default=first) + timedelta(days=6)
        rows = self.env["account.analytic.line"]._read_group(
            [
                ("employee_id.resource_id", "in", everyone.ids),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            ["employee_id", "date:day"],
            ["unit_amount:sum"],
        )
        hours = defaultdict(float)
        for employee, day, amount in rows:
            hours[employee.resource_id, day + relativedelta(weekday=MO(-1))] += amount
        return {
            week.id: sum(
                hours[part, week.date_from]
                for part in humans.get(week.resource_id, week.resource_id)
            )
            for week in self
        }

    def _mci_follows(self):
        # EXTENDS match: until the person confirms it, or a head opened it again
        self.ensure_one()
        return not self.closed_date and not self.reopen_reason

    # ------------------------------------------------------------------
    # The person's week
    # ------------------------------------------------------------------

    @api.model
    @arguments(monday=day_of)
    def get_my_week(self, monday=None):
        """The caller's hours of a week.

        :param monday: any day of the week, ``YYYY-MM-DD``; default the running week
        :return: dict ``date_from``, ``closed``, ``over`` (its last working day has
            come: it can be confirmed), ``capacity_hours``,
            ``deal_hours``, ``internal_hours``, ``project_hours``, ``waiting_hours``
            (favours without consent yet), ``unexplained_hours``, and ``unanswered``:
            list of dicts ``booking_id``, ``name``, ``hours`` of bookings to report
        :raise UserError: no position in a unit
        """
        resource, first = self._mci_get_own_week(monday)
        figures = self._mci_get_figures(resource, first)
        unanswered = self._mci_get_unanswered(resource, first)
        return {
            "date_from": fields.Date.to_string(first),
            "closed": bool(self._mci_get_week(resource, first).closed_date),
            "over": self._mci_is_over(resource, first),
            **figures,
            "unanswered": [
                {
                    "booking_id": booking.id,
                    "name": booking.display_name,
                    "hours": booking.hours,
                }
                for booking in unanswered
            ],
        }

    @api.model
    @arguments(monday=day_of, accept_unexplained=flag, note=text)
    def close_my_week(self, monday=None, accept_unexplained=False, note=None):
        """Confirm the caller's week; its figures are kept.

        :param monday: any day of the week, default the running week
        :param bool accept_unexplained: the hours that nothing explains stay unexplained
        :param str note: a remark, read by the head of the unit
        :return: the figures, as :meth:`get_my_week`
        :raise UserError: the week is not over, is confirmed, bookings wait for an
            answer, or hours are unexplained
        """
        resource, first = self._mci_get_own_week(monday)
        week = self._mci_get_week(resource, first)
        self._mci_check_can_close(resource, first, week)
        figures = self._mci_get_figures(resource, first)
        if figures["unexplained_hours"] and not accept_unexplained:
            raise UserError(
                self.env._(
                    "%s hours of the week are unexplained: log them by category, or"
                    " confirm that they stay unexplained (M10).",
                    f"{figures['unexplained_hours']:g}",
                )
            )
        vals = {
            **figures,
            "closed_date": fields.Datetime.now(),
            "closed_by_id": self.env.uid,
            "close_note": note or False,
            "reopen_reason": False,
        }
        if week:
            week.write(vals)
        else:
            self.sudo().create({"resource_id": resource.id, "date_from": first, **vals})
        return self.get_my_week(first)

    def _mci_check_can_close(self, resource, first, week):
        if week.closed_date:
            raise UserError(
                self.env._(
                    "The week of %s is confirmed already: the head of your unit can"
                    " open it again.",
                    format_date(self.env, first),
                )
            )
        if not self._mci_is_over(resource, first):
            raise UserError(
                self.env._(
                    "The week of %s is not over: confirm it on its last working day.",
                    format_date(self.env, first),
                )
            )
        unanswered = self._mci_get_unanswered(resource, first)
        if unanswered:
            raise UserError(
                self.env._(
                    "These bookings wait for your answer, done or not:\n%s",
                    "\n".join(unanswered.mapped("display_name")),
                )
            )

    @api.model
    def _mci_is_over(self, resource, first):
        """Whether the last working day of the week has come."""
        last = first + timedelta(days=6)
        working = resource._mci_get_capacity(first, last)[resource]
        return resource._mci_today() >= max(working, default=first)

    @arguments(reason=text)
    def action_reopen(self, reason):
        """The head of the unit opens a confirmed week again.

        :param str reason: read by the person
        :raise AccessError: for anybody but head or deputy of a unit of the person
        """
        self.check_access("read")
        reason = self.env["mci.booking"]._mci_need_reason(reason)
        for week in self.sudo():
            centers = week.resource_id.mci_seat_ids.center_id
            if not any(center._mci_is_lead(self.env.user) for center in centers):
                raise AccessError(
                    self.env._("Only head or deputy of the unit open a week again.")
                )
            if not week.closed_date:
                raise UserError(self.env._("The week is open."))
            week.write(
                {
                    "closed_date": False,
                    "closed_by_id": False,
                    "reopen_reason": reason,
                }
            )
            self.env["mail.thread"].message_notify(
                partner_ids=week.user_id.partner_id.ids,
                subject=self.env._(
                    "Your week of %s is open again",
                    format_date(self.env, week.date_from),
                ),
                body=reason,
            )
        return True

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    @api.model
    def _mci_get_own_week(self, monday=None):
        """:return: the caller's resource and the Monday of a week"""
        bookings = self.env["mci.booking"]
        resource, _seat, today = bookings._mci_get_own_seat()
        day = fields.Date.to_date(monday) or today
        first = day + relativedelta(weekday=MO(-1))
        current = today + relativedelta(weekday=MO(-1))
        if not current - timedelta(weeks=WEEKS_BACK) <= first <= current:
            raise UserError(
                self.env._("Choose this week or one of the last %s.", WEEKS_BACK)
            )
        return resource, first

    @api.model
    def _mci_get_week(self, resource, first):
        return self.sudo().search(
            [("resource_id", "=", resource.id), ("date_from", "=", first)], limit=1
        )

    @api.model
    def _mci_get_figures(self, resource, first):
        last = first + timedelta(days=6)
        capacity = resource._mci_get_capacity(first, last)[resource]
        explained = self._mci_get_explained(resource, first)
        total = round(sum(capacity.values()), 2)
        return {
            "capacity_hours": total,
            **explained,
            "unexplained_hours": round(max(total - sum(explained.values()), 0), 2),
        }

    @api.model
    def _mci_get_explained(self, resource, first):
        """Hours recorded in a week, by what explains them."""
        humans = resource._mci_humans()[resource]
        span = [("date", ">=", first), ("date", "<=", first + timedelta(days=6))]
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [("employee_id.resource_id", "in", humans.ids), *span],
                ["mci_lead_id", "project_id"],
                ["unit_amount:sum"],
            )
        )
        [[waiting]] = (
            self.env["mci.favour"]
            .sudo()
            ._read_group(
                [("resource_id", "in", humans.ids), ("state", "=", "asked"), *span],
                aggregates=["hours:sum"],
            )
        )
        result = dict.fromkeys(("deal_hours", "internal_hours", "project_hours"), 0.0)
        for lead, project, hours in rows:
            kind = "project_hours"
            if lead:
                kind = "deal_hours"
            elif project.mci_center_id:
                kind = "internal_hours"
            result[kind] += hours
        return {**result, "waiting_hours": waiting or 0.0}

    @api.model
    def _mci_get_unanswered(self, resource, first):
        """Confirmed bookings of the week, or before, that nobody reported."""
        _start, stop = resource._mci_day_bounds(first + timedelta(days=6))
        humans = resource._mci_humans()[resource]
        return (
            self.env["mci.booking"]
            .sudo()
            .search(
                [
                    ("resource_id", "in", humans.ids),
                    ("state", "=", "confirmed"),
                    ("date_stop", "<=", min(stop, fields.Datetime.now())),
                ],
                order="date_start",
            )
        )
