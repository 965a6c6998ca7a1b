from odoo import Command, api, models

# Bands of a new policy. The amounts are a start: each company has its own.
STANDARD_BANDS = {
    "grade_a": {
        "amount_min": 1000000.0,
        "tier": "delivery_center",
        "budget_percent": 3.0,
        "budget_hours": 400.0,
        "budget_control": "hard",
        "requires_center": True,
    },
    "grade_b": {
        "amount_min": 300000.0,
        "tier": "delivery_center",
        "budget_percent": 3.0,
        "budget_hours": 160.0,
        "budget_control": "hard",
        "requires_center": True,
    },
    "grade_c": {
        "amount_min": 50000.0,
        "tier": "local_office",
        "budget_percent": 2.0,
        "budget_hours": 40.0,
        "budget_control": "soft",
    },
    "grade_d": {
        "tier": "local_office",
        "budget_percent": 1.0,
        "budget_hours": 8.0,
    },
    "grade_e": {
        "tier": "local_office",
        "budget_percent": 1.0,
        "budget_hours": 16.0,
    },
}


class MciGradePolicy(models.Model):
    """A scheme to start from (M1)."""

    _inherit = "mci.grade.policy"

    @api.model
    def default_get(self, fields):
        """A policy that is made on the screen comes with the usual bands (M1)."""
        defaults = super().default_get(fields)
        if "line_ids" in fields and self.env.context.get("mci_propose_bands"):
            defaults["line_ids"] = [
                Command.create({"grade_id": grade.id, **vals})
                for grade, vals in self._mci_get_standard_bands().items()
            ]
        return defaults

    @api.model
    def _mci_get_standard_bands(self):
        """``{grade: values of its line}``, of grades that exist"""
        bands = {
            self.env.ref(f"mci_sales_support.{xmlid}", raise_if_not_found=False): vals
            for xmlid, vals in STANDARD_BANDS.items()
        }
        return {grade: vals for grade, vals in bands.items() if grade}

    @api.model
    def _mci_create_standard(self, companies):
        """A draft for each of ``companies``: to be looked at, then activated."""
        policies = self.create(
            [
                {
                    "name": self.env._("Standard"),
                    "company_id": company.id,
                    "buffer_percent": 5.0,
                }
                for company in companies
            ]
        )
        policies.action_propose_bands()
        return policies

    def action_new_version(self):
        """Button: the next version of a policy that was activated, as a draft."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.copy().id,
            "view_mode": "form",
        }

    def action_propose_bands(self):
        """Add a band for each grade that has none yet, with usual values (M1)."""
        bands = self._mci_get_standard_bands()
        self.env["mci.grade.policy.line"].create(
            [
                {"policy_id": policy.id, "grade_id": grade.id, **vals}
                for policy in self
                for grade, vals in bands.items()
                if grade not in policy.line_ids.grade_id
            ]
        )
