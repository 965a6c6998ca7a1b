from odoo import api, models
from odoo.fields import Domain


class ResCompany(models.Model):
    """What is over, company by company: each has the day of its own calendar."""

    _inherit = "res.company"

    @api.model
    @api.private
    def _mci_domain_over(self, date_name, company_name="company_id"):
        """Domain of the records whose day is over where their company works.

        The same for every reader and for scheduled actions, which have no time zone.

        :param str date_name: field with the last day
        :param str company_name: field with the company
        """
        companies = self.sudo().search([("active", "in", (True, False))])
        return Domain.OR(
            Domain(company_name, "in", group.ids) & Domain(date_name, "<", today)
            for today, group in companies.grouped(lambda c: c._mci_today()).items()
        )
