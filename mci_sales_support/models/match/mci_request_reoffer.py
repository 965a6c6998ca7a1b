from odoo import fields, models
from odoo.tools import LazyTranslate

from .mci_request_queue import without_end

_lt = LazyTranslate(__name__)


class MciRequest(models.Model):
    """Who was displaced is helped first: head of the queue, with the reason (M5)."""

    _inherit = "mci.request"

    is_reoffered = fields.Boolean(
        "Re-offered first",
        copy=False,
        index=True,
        help="Its people were pre-empted: it goes before everybody else (M5).",
    )
    reoffer_reason = fields.Char(copy=False, tracking=True)

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"is_reoffered", "reoffer_reason"}

    def _mci_get_queue_parts(self):
        parts = super()._mci_get_queue_parts()
        if not self.is_reoffered:
            return parts
        return [
            _lt("Re-offered first: %s", without_end(self.reoffer_reason)),
            *parts,
        ]

    def _mci_reoffer(self, booking, reason):
        """Put the request of a displaced booking at the head of the queue.

        A booking without an open request gets one, in the name of who asked.

        :return: the request
        """
        request = booking.request_id.filtered(lambda r: r.outcome == "open")
        if not request:
            request = (
                self.sudo()._mci_unlock().create(self._prepare_reoffer_vals(booking))
            )
        request._mci_unlock().write({"is_reoffered": True, "reoffer_reason": reason})
        return request

    def _prepare_reoffer_vals(self, booking):
        first, last = booking._mci_get_window()
        today = fields.Date.context_today(self)
        return {
            "lead_id": booking.lead_id.id,
            "requester_id": booking.requester_id.id,
            "center_id": booking.center_id.id,
            "date_from": min(first, max(last, today)),
            "date_needed": max(last, today),
            "brief": booking.brief,
            "line_ids": [
                fields.Command.create(
                    {
                        "function_id": booking.function_id.id,
                        "skill_id": booking.skill_id.id,
                        "skill_level_id": booking.skill_level_id.id,
                        "extra_skill_ids": booking.extra_skill_ids.ids,
                        "extra_level_ids": booking.extra_level_ids.ids,
                        "preferred_skill_ids": booking.preferred_skill_ids.ids,
                        "level_id": booking.level_id.id,
                        "hours": booking.hours,
                    }
                )
            ],
        }
