from odoo import api, fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    """What day it is, company by company: each has the day of its own calendar."""

    _inherit = "res.company"

    @api.private
    def _mci_today(self):
        """The date it is now where the company works: the time zone of its calendar.

        Policies, levels of rules and registrations are in force by this day, the
        same for its sellers in every time zone and for its scheduled actions.
        """
        self.ensure_one()
        zone = self.sudo().resource_calendar_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    @api.model
    @api.private
    def _mci_domain_by_day(self, make, company_name="company_id"):
        """Domain of the records that are on a day of their company what ``make`` says.

        The same for every reader and for scheduled actions, which have no time zone.

        :param make: gives the domain for the date it is in a company
        :param str company_name: field with the company
        """
        companies = self.sudo().search([("active", "in", (True, False))])
        return Domain.OR(
            Domain(company_name, "in", group.ids) & make(today)
            for today, group in companies.grouped(lambda c: c._mci_today()).items()
        )

    @api.model
    @api.private
    def _mci_domain_over(self, date_name, company_name="company_id"):
        """Domain of the records whose day is over where their company works.

        :param str date_name: field with the last day
        """
        return self._mci_domain_by_day(
            lambda today: Domain(date_name, "<", today), company_name
        )
