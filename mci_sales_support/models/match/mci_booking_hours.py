from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.float_utils import float_compare

from ...tools.spread import UNIT, spread


class MciBooking(models.Model):
    """Other hours than booked: why, and in which steps (C10).

    The deal agreed to the hours of the booking. What was really spent is recorded
    whatever it is (C7); who reports something else says why, and the deal reads it.
    """

    _inherit = "mci.booking"

    hours_reason = fields.Selection(
        [
            ("customer", "Customer wanted more or less"),
            ("prepare", "Preparation took other time than planned"),
            ("estimate", "Estimate was wrong"),
            ("travel", "Waiting or travelling"),
            ("colleague", "A colleague did a part"),
            ("timer", "Measured by the timer"),
            ("other", "Other, see the note"),
        ],
        "Why other hours",
        copy=False,
        tracking=True,
        help="Needed where the hours spent are not those booked for a deal (C10).",
    )
    report_kind = fields.Selection(
        [("person", "By a person"), ("cutoff", "As booked, at the cut-off")],
        "How it was reported",
        copy=False,
        index="btree_not_null",
        help="At the cut-off of a settlement period what nobody reported is done as"
        " booked. The person corrects it while its charges are open (C5).",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"hours_reason", "report_kind"}

    def _mci_explain_hours(self, plans, note=None, reason=None):
        """Keep why the hours of ``plans`` are not those booked.

        :raise UserError: no reason, an unknown one, or *other* without a note
        """
        self._mci_check_hours_reason(note, reason)
        for booking in self:
            why = False
            if booking._mci_is_changed(plans[booking]):
                why = booking._mci_get_hours_reason(plans[booking], note, reason)
            booking.write({"hours_reason": why, "report_kind": "person"})

    def _mci_check_hours_reason(self, note, reason):
        reasons = dict(self._fields["hours_reason"].selection)
        if reason and reason not in reasons:
            raise UserError(
                self.env._(
                    "%(value)s is no reason for other hours: use one of %(known)s.",
                    value=reason[:100],
                    known=", ".join(reasons),
                )
            )
        if reason == "other" and not (note or "").strip():
            raise UserError(self.env._("Write a note: nobody knows what Other means."))

    def _mci_is_changed(self, days):
        """Whether hours of ``{date: hours}`` differ from what the deal agreed to."""
        self.ensure_one()
        if not self.lead_id:
            return False
        spent = sum(self._mci_round_days(days).values())
        agreed = self.company_id._mci_round_hours(self.hours)
        return bool(float_compare(spent, agreed, precision_digits=2))

    def _mci_get_hours_reason(self, days, note, reason):
        self.ensure_one()
        spent, measured = sum(days.values()), self._mci_get_measured_hours()
        if reason == "timer":
            self._mci_check_timed(spent, measured)
        if reason:
            return reason
        if (note or "").strip():
            return "other"
        if measured and not float_compare(spent, measured, precision_digits=2):
            return "timer"
        raise UserError(
            self.env._(
                "%(booking)s: %(spent)s hours were spent and %(booked)s are booked."
                " Choose a reason, or add a note (C10).",
                booking=self.display_name,
                spent=f"{spent:g}",
                booked=f"{self.hours:g}",
            )
        )

    def _mci_check_timed(self, spent, measured):
        """The timer may have gone on since the report was opened, never back."""
        if float_compare(spent, measured, precision_digits=2) > 0:
            raise UserError(
                self.env._(
                    "%(booking)s: the timer measured %(measured)s hours, not %(spent)s"
                    " (C10).",
                    booking=self.display_name,
                    measured=f"{measured:g}",
                    spent=f"{spent:g}",
                )
            )

    def _mci_has_word(self, note):
        """Whether somebody said why there are more hours than working time (M7)."""
        self.ensure_one()
        return bool(note) or self.hours_reason not in (False, "timer")

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _mci_round_days(self, days):
        """``{date: hours}`` in steps of the provider's company, whole and by day."""
        self.ensure_one()
        step = round(self.company_id.sudo().mci_hours_step * UNIT)
        if step <= 0 or not days:
            return days
        total = self.company_id._mci_round_hours(sum(days.values()))
        return spread(total, days, step=step)
