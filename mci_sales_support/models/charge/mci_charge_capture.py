from odoo import fields, models
from odoo.tools import LazyTranslate

from ...tools.words import Choice, Line

_lt = LazyTranslate(__name__)


class MciCharge(models.Model):
    """How the hours of a charge were reported; kept with it (C3, C10)."""

    _inherit = "mci.charge"

    capture_note = fields.Char(
        "How it was reported",
        readonly=True,
        help="Other hours than booked with the reason, done as booked at the cut-off,"
        " or rounded to the company's step (C10).",
    )

    work_note = fields.Char(
        "What was done", related="timesheet_id.name", related_sudo=True
    )

    def _prepare_work_vals(self, line, day):
        # EXTENDS: the story tells how the hours came
        return {
            **super()._prepare_work_vals(line, day),
            "capture_note": self._mci_get_capture_note(line),
        }

    def _mci_get_capture_note(self, line):
        parts = [
            self._mci_get_report_note(line.mci_booking_id),
            self._mci_get_rounding_note(line),
        ]
        return Line(list(filter(None, parts))) if any(parts) else False

    def _mci_get_report_note(self, booking):
        if booking.report_kind == "cutoff":
            return _lt(
                "Reported by nobody: done as booked at the cut-off (%s h).",
                f"{booking.hours:g}",
            )
        if not booking.hours_reason:
            return ""
        text = _lt(
            "%(booked)s h booked, %(spent)s h spent: %(reason)s.",
            booked=f"{booking.hours:g}",
            spent=f"{booking.hours_done:g}",
            reason=Choice(booking._name, "hours_reason", booking.hours_reason),
        )
        return Line([text, booking.note or ""])

    def _mci_get_rounding_note(self, line):
        if not line.mci_hours_entered:
            return ""
        return _lt(
            "%(entered)s h entered, rounded to %(hours)s h.",
            entered=f"{line.mci_hours_entered:g}",
            hours=f"{line.unit_amount:g}",
        )

    def _mci_note_rounding(self):
        """The line knows what was entered only after its charge was made."""
        for charge in self.filtered(lambda charge: not charge._mci_is_frozen()):
            note = self._mci_get_capture_note(charge.timesheet_id)
            charge._mci_unlock().write({"capture_note": note})

    def _mci_explain_price(self):
        # EXTENDS: and the price explanation shows it
        text = super()._mci_explain_price()
        if not self.capture_note:
            return text
        return self.env._(
            "%(price)s. %(note)s", price=text.rstrip(".。"), note=self.capture_words
        )
