from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _mci_tell_unbooked_hours(self):
        """One message about all hours without a booking that wait for the user."""
        charges = self.env["mci.charge"].sudo()
        for user in self:
            waiting = charges.search(
                [
                    ("consent", "=", "asked"),
                    ("consent_told", "=", False),
                    ("consent_user_id", "=", user.id),
                ]
            )
            if not waiting:
                continue
            waiting._mci_unlock().write({"consent_told": True})
            env = self.with_context(lang=user.lang).env
            self.env["mail.thread"].sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=env._("Hours without a booking wait for your answer"),
                body=env._(
                    "%(count)s entries, %(hours)s hours on your deals were not booked."
                    " Accept or refuse them under Sales Support, Charge, Hours without"
                    " a booking (C10).",
                    count=len(waiting),
                    hours=f"{sum(waiting.mapped('hours')):g}",
                ),
            )
