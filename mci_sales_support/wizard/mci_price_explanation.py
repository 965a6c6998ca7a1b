from odoo import api, fields, models


class MciPriceExplanation(models.TransientModel):
    """Shows in a dialog what ``explain_price`` returns."""

    _name = "mci.price.explanation"
    _description = "Explain price"

    body = fields.Html(readonly=True, sanitize=False)

    @api.model
    @api.private
    def _mci_open(self, records):
        body = self.env["ir.qweb"]._render(
            "mci_sales_support.mci_price_explanation_body",
            {"prices": records.explain_price()},
        )
        explanation = self.create({"body": body})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Explain price"),
            "res_model": self._name,
            "res_id": explanation.id,
            "views": [(False, "form")],
            "target": "new",
        }
