from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _mci_get_superiors(self):
        """Everybody above these users in the line of their employees, any company."""
        employees = (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search([("user_id", "in", self.ids)])
        )
        superiors = employees.parent_id
        level = superiors
        while level := level.parent_id - superiors:
            superiors |= level
        return superiors.user_id.with_env(self.env)
