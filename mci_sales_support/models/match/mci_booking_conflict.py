from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .mci_request_line import LONGEST_DAYS


class MciBooking(models.Model):
    """Bookings and calendars that change: conflicts are marked, HR is never blocked."""

    _inherit = "mci.booking"

    conflict_days = fields.Json(
        copy=False,
        help="Technical: days with planned hours and what is left of the working time.",
    )
    conflict_note = fields.Char(
        "What does not fit",
        compute="_compute_conflict_note",
        help="Days on which the plan is longer than the working time (M7).",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"conflict_days"}

    @api.depends("conflict_days")
    @api.depends_context("lang")
    def _compute_conflict_note(self):
        """In the language of the reader: the job that looks has none."""
        for booking in self:
            booking.conflict_note = "; ".join(
                self.env._(
                    "%(date)s: %(planned)s h planned, %(normal)s h left",
                    date=format_date(self.env, day),
                    planned=f"{planned:g}",
                    normal=f"{normal:g}",
                )
                for day, planned, normal in booking.conflict_days or ()
            )

    @api.constrains("date_start", "date_stop")
    def _check_window(self):
        for booking in self:
            if booking.date_stop - booking.date_start > timedelta(days=LONGEST_DAYS):
                raise ValidationError(
                    self.env._(
                        "%(booking)s would last longer than %(days)s days: book shorter"
                        " parts, or a series.",
                        booking=booking.display_name,
                        days=LONGEST_DAYS,
                    )
                )

    # ------------------------------------------------------------------
    # When something changed
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _mci_plan_conflict_check(self):
        """Look for conflicts soon, once for all changes of this transaction.

        Whoever changes leave, contract or calendar does not wait for it, and cannot be
        refused by it: the scheduled action runs afterwards.
        """
        data = self.env.cr.precommit.data
        if data.get("mci_conflict_check"):
            return
        data["mci_conflict_check"] = True
        env = self.env(su=True)

        @self.env.cr.precommit.add
        def trigger():
            cron = env.ref(
                "mci_sales_support.cron_flag_conflicts", raise_if_not_found=False
            )
            if cron:
                cron._trigger()


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        self.env["mci.booking"]._mci_plan_conflict_check()
        return leaves

    def write(self, vals):
        result = super().write(vals)
        self.env["mci.booking"]._mci_plan_conflict_check()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["mci.booking"]._mci_plan_conflict_check()
        return result


class HrVersion(models.Model):
    _inherit = "hr.version"

    def write(self, vals):
        result = super().write(vals)
        if {"contract_date_end", "contract_date_start", "resource_calendar_id"} & set(
            vals
        ):
            self.env["mci.booking"]._mci_plan_conflict_check()
        return result


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    def write(self, vals):
        result = super().write(vals)
        self.env["mci.booking"]._mci_plan_conflict_check()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["mci.booking"]._mci_plan_conflict_check()
        return result
