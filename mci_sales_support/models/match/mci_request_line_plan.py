from datetime import time

from odoo import fields, models
from odoo.tools import SQL


class MciRequestLine(models.Model):
    """What a plan has to know about the work that is asked for."""

    _inherit = "mci.request.line"

    weeks = fields.Integer(
        "Weeks in a row",
        help="Over how many weeks the hours lie, in even parts, when all requests are"
        " planned at once; 0: as few as they need.",
    )

    _weeks_positive = models.Constraint(
        "CHECK(weeks IS NULL OR (weeks >= 0 AND weeks <= 53))",
        "Work lies over 0 to 53 weeks.",
    )

    def _mci_new_booking(self, first, last):
        """What a booking of this line would be, unsaved, to ask who can do it."""
        self.ensure_one()
        return self.env["mci.booking"].new(self._prepare_plan_booking_vals(first, last))

    def _prepare_plan_booking_vals(self, first, last):
        return {
            **self._prepare_booking_vals(),
            "date_start": self._mci_to_utc(first, time.min),
            "date_stop": self._mci_to_utc(last, time.max),
        }

    def _mci_fits_exactly(self, resource, facts):
        """Whether neither too little nor too much is sent (M6).

        The resource level asked for counts; where none is, the skill level.
        """
        self.ensure_one()
        if self.level_id:
            return resource.mci_level_id == self.level_id
        if not self.skill_level_id:
            return False
        _valid, progress = (
            facts["skills"].get(resource, {}).get(self.skill_id, (False, 0))
        )
        return progress == self.skill_level_id.level_progress

    def _mci_get_draft(self):
        """The draft a plan fills: the first one of the line, or none."""
        return self.sudo().booking_ids.filtered(
            lambda booking: booking.state == "draft"
        )[:1]

    def _mci_bump(self):
        """Write the row that all plans of this line share.

        Two planners who book the same line at once must not both see it open: a
        written row makes the second one start again.
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE mci_request_line SET write_date = now() AT TIME ZONE 'UTC'"
                " WHERE id = %s",
                self.id,
            )
        )


class MciRequest(models.Model):
    _inherit = "mci.request"

    def _mci_get_plan_approver(self):
        """Who decides on bookings of the request (M3)."""
        self.ensure_one()
        lead = self.lead_id
        if lead.mci_tier == "delivery_center" and lead.mci_delivery_lead_id:
            return lead.mci_delivery_lead_id
        return self.center_id.lead_id or self.center_id.deputy_id

    def _mci_check_may_fill(self):
        """Refuse closed requests, and users who do not decide (M3)."""
        self._mci_check_decider()
        self._mci_check_open()

    def action_plan_all(self):
        """Open a new plan; for the units of the chosen requests, else the own ones."""
        centers = self.center_id
        context = {"default_center_ids": centers.ids} if centers else {}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan all at once"),
            "res_model": "mci.plan",
            "views": [(False, "form")],
            "context": context,
        }
