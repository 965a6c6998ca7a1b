from odoo import api, fields, models


class MciBookingTicket(models.TransientModel):
    """Hotline ticket in three fields (M9)."""

    _name = "mci.booking.ticket"
    _description = "Hotline ticket"

    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        domain="[('type', '=', 'opportunity')]",
    )
    what = fields.Text("What is needed", required=True)
    hours = fields.Float(default=1.0, required=True)
    allowance_hint = fields.Char(compute="_compute_allowance_hint")

    @api.depends("lead_id", "hours")
    def _compute_allowance_hint(self):
        for wizard in self:
            if not wizard.lead_id:
                wizard.allowance_hint = False
                continue
            use = self.env["mci.booking"].ticket_allowance(wizard.lead_id.id)
            values = {
                "used": f"{use['used']:g}",
                "allowance": f"{use['allowance']:g}",
            }
            if wizard.hours <= use["remaining"]:
                wizard.allowance_hint = self.env._(
                    "%(used)s of %(allowance)s hours of this month are used: the ticket"
                    " confirms itself.",
                    **values,
                )
            else:
                wizard.allowance_hint = self.env._(
                    "%(used)s of %(allowance)s hours of this month are used: the head"
                    " of the hotline decides on this ticket.",
                    **values,
                )

    def action_apply(self):
        """Open the ticket and show it."""
        self.ensure_one()
        ticket = self.env["mci.booking"].open_ticket(
            self.lead_id.id, self.what, self.hours
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mci.booking",
            "res_id": ticket["booking_id"],
            "views": [(False, "form")],
        }


class MciBookingLog(models.TransientModel):
    """Work for no deal, reported by who did it (M10)."""

    _name = "mci.booking.log"
    _description = "Log other work"

    category_id = fields.Many2one(
        "mci.work.category", string="Work category", required=True
    )
    hours = fields.Float(default=1.0, required=True)
    date = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self)
    )
    note = fields.Text(help="Needed for more hours than the working time of the day.")

    def action_apply(self):
        """Report the hours as done."""
        self.ensure_one()
        self.env["mci.booking"].log_work(
            self.category_id.id, self.hours, self.date, self.note
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Reported."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
