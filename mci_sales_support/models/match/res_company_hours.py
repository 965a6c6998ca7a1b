from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    mci_hours_step = fields.Float(
        "Step of reported hours",
        help="Hours of units are rounded to the nearest multiple of it, up and down, so"
        " that no side gains; something done is at least one step. 0: as they come.",
    )

    _mci_hours_step_range = models.Constraint(
        "CHECK (mci_hours_step IS NULL OR mci_hours_step BETWEEN 0 AND 8)",
        "The step of reported hours is between 0 and 8 hours.",
    )

    def _mci_round_hours(self, hours):
        """Hours in whole steps of the company, to 0.01 h; the sign stays."""
        self.ensure_one()
        step = round(self.sudo().mci_hours_step, 2)
        if step <= 0 or not hours:
            return hours
        # The half goes up, as people round; 1e-6 takes the noise of floats away.
        steps = max(int(abs(hours) / step + 0.5 + 1e-6), 1)
        return round(steps * step, 2) * (1 if hours > 0 else -1)
