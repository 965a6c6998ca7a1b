from odoo import fields, models


class ResPartnerIndustry(models.Model):
    _inherit = "res.partner.industry"

    mci_is_key = fields.Boolean(
        string="Key industry",
        help="Industries the company wants to be known for.",
    )
