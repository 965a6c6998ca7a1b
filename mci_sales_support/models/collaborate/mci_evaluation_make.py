from odoo import api, models


class MciEvaluation(models.Model):
    """Making forms in batches."""

    _inherit = "mci.evaluation"

    @api.model
    def _mci_make(self, vals_list):
        """Create the forms that do not exist yet, with a line for each criterion.

        :param list vals_list: values of forms, in sudo
        """
        existing = self._mci_get_form_keys({vals["lead_id"] for vals in vals_list})
        vals_list = [v for v in vals_list if self._mci_get_vals_key(v) not in existing]
        forms = self._mci_unlock().create(vals_list)
        self.env["mci.evaluation.line"]._mci_unlock().create(
            [
                {
                    "evaluation_id": form.id,
                    "criterion_id": criterion.id,
                    "sequence": criterion.sequence,
                    "weight": criterion.weight,
                }
                for form in forms
                for criterion in form.template_id.criterion_ids
            ]
        )
        forms._mci_log("created")
        return forms

    def _mci_get_form_keys(self, lead_ids):
        """A person has one form per deal and role whatever template or rater."""
        forms = self.search([("lead_key", "in", list(lead_ids))])
        return {(f.lead_key, f.resource_id.id, f.stage_id.id) for f in forms}

    def _mci_get_vals_key(self, vals):
        return (vals["lead_id"], vals["resource_id"], vals.get("stage_id", False))
