import math

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, number, text

# Nobody works longer in one go: a timer that was forgotten counts no more.
LONGEST_RUN = 12.0
STARS = 5


class MciBooking(models.Model):
    """A timer that proposes the hours, and one tap on the stars of who asked (M9)."""

    _inherit = "mci.booking"

    timer_start = fields.Datetime("Timer runs since", copy=False)
    timer_hours = fields.Float(
        "Measured hours", copy=False, help="Sum of the runs of the timer."
    )
    rating = fields.Integer(
        copy=False,
        aggregator="avg",
        help="1 to 5 stars of who asked, given once; 0 while nobody has rated.",
    )
    rating_comment = fields.Char(copy=False)
    rated_by_id = fields.Many2one("res.users", copy=False)
    can_rate = fields.Boolean(compute="_compute_can_rate")

    _rating_range = models.Constraint(
        "CHECK(rating IS NULL OR rating BETWEEN 0 AND 5)",
        "A rating has one to five stars.",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "timer_start",
            "timer_hours",
            "rating",
            "rating_comment",
            "rated_by_id",
        }

    # ------------------------------------------------------------------
    # Timer
    # ------------------------------------------------------------------

    def action_timer_start(self):
        """Start the timer of a confirmed booking; another one of the person stops.

        :raise AccessError: for whoever is not the person booked
        :raise UserError: not confirmed, or running already
        """
        self.ensure_one()
        self._mci_check_timer()
        if self.sudo().timer_start:
            raise UserError(self.env._("The timer of %s runs already.", self.name))
        running = self.sudo().search(
            [("resource_user_id", "=", self.env.uid), ("timer_start", "!=", False)]
        )
        running._mci_stop_timers()
        self._mci_act().timer_start = fields.Datetime.now()
        return True

    def action_timer_stop(self):
        """Stop the timer.

        :return: dict ``hours``: what to report, the measured hours rounded up to the
            company's smallest step
        :raise AccessError: for whoever is not the person booked
        :raise UserError: it does not run
        """
        self.ensure_one()
        self._mci_check_timer()
        self._mci_check_timer_runs()
        self.sudo()._mci_stop_timers()
        return {"hours": self.sudo()._mci_get_measured_hours()}

    def action_timer_pause(self):
        """The button for :meth:`action_timer_stop`: started again, it counts on."""
        self.action_timer_stop()
        return True

    def action_timer_done(self):
        """Open the report with the hours measured so far; reporting stops the timer.

        Who closes the report without an answer goes on working: the timer runs.

        :raise AccessError: for whoever is not the person booked
        :raise UserError: it does not run
        """
        self.ensure_one()
        self._mci_check_timer()
        self._mci_check_timer_runs()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_booking_done_action"
        )
        return {**action, "context": {"default_booking_id": self.id}}

    def _mci_check_timer(self):
        self.check_access("read")
        if self.sudo().resource_user_id != self.env.user:
            raise AccessError(
                self.env._(
                    "%s: only the person booked runs the timer.", self.display_name
                )
            )
        self._mci_check_state(("confirmed",))

    def _mci_check_timer_runs(self):
        if not self.sudo().timer_start:
            raise UserError(self.env._("The timer of %s does not run.", self.name))

    def _mci_stop_timers(self):
        for booking in self._mci_act().filtered("timer_start"):
            booking.write(
                {"timer_hours": booking._mci_get_timed(), "timer_start": False}
            )

    def _mci_get_timed(self):
        """Hours of all runs of the timer, the one under way included."""
        self.ensure_one()
        if not self.timer_start:
            return self.timer_hours
        run = (fields.Datetime.now() - self.timer_start).total_seconds() / 3600
        return self.timer_hours + min(run, LONGEST_RUN)

    def _mci_get_measured_hours(self):
        """Measured hours in whole steps, at least one; 0.0 without a measurement."""
        self.ensure_one()
        if not (self.timer_start or self.timer_hours):
            return 0.0
        step = self.company_id.mci_ticket_step or 0.25
        # A minute over the step is no new step: seconds of two taps are not work.
        steps = math.ceil(round(self._mci_get_timed() / step - 1 / 60, 4))
        return round(max(steps, 1) * step, 2)

    def _mci_finish(self, plans, note=None):
        self._mci_stop_timers()
        return super()._mci_finish(plans, note)

    # ------------------------------------------------------------------
    # Rating
    # ------------------------------------------------------------------

    @api.depends_context("uid")
    @api.depends("state", "rating", "requester_id", "resource_user_id")
    def _compute_can_rate(self):
        for booking in self:
            booking_sudo = booking.sudo()
            booking.can_rate = (
                booking.is_ticket
                and booking.state == "done"
                and not booking.rating
                and booking_sudo._mci_get_rater() == self.env.user
            )

    def _mci_get_rater(self):
        """Who asked; the deal's owner where the hotline opened the ticket itself."""
        self.ensure_one()
        if self.requester_id and self.requester_id != self.resource_user_id:
            return self.requester_id
        return self.lead_id.mci_owner_id - self.resource_user_id

    @arguments(stars=number, comment=text)
    def action_rate(self, stars=None, comment=None):
        """Rate a finished hotline ticket with one tap, once (M9).

        :param int stars: 1 (bad) to 5 (very good)
        :param str comment: as wanted
        :raise AccessError: for whoever did not ask
        :raise UserError: not done, rated already, no ticket, or no number of stars
        """
        self.ensure_one()
        self.check_access("read")
        booking = self.sudo()
        if booking._mci_get_rater() != self.env.user:
            raise AccessError(
                self.env._("%s: who asked rates, nobody else.", booking.name)
            )
        if not booking.is_ticket or booking.state != "done" or booking.rating:
            raise UserError(
                self.env._(
                    "%s: a finished hotline ticket is rated, once.", booking.name
                )
            )
        if stars not in range(1, STARS + 1):
            raise UserError(self.env._("A rating has one to five stars."))
        self._mci_act().write(
            {
                "rating": int(stars),
                "rating_comment": comment or False,
                "rated_by_id": self.env.uid,
            }
        )
        return True
