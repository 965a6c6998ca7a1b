"""The demo story: Meridian Automation before and after it matched people to deals.

*Six months before*: the seniors sit near headquarters and so does their work, mostly on
small deals of `seller`; the big deals of `seller_far` get nobody and are lost.
*Two months with the method*: grades and tiers are enforced, the hours go to A and B.

Look as `seller` at the pipeline and the ledger of "Bottling plant automation", as
`center_lead` at the bookings of this and next week, as `engineer` at My week, as
`sales_manager` at statements and forms to fill, as `accountant` at the month end, as
`hr` at the appraisal periods, as `office_lead` at the queue of the office, as
`mci_manager` at rules, rates and the list of exceptions. Shanghai, a company of its own
that sells in yuan, is seen by `seller_cn`, `manager_cn` and `accountant_cn`, both
companies by `controller`. Password = login.
"""

from odoo import api, models
from odoo.exceptions import UserError

from . import (
    abroad,
    actual_price,
    assess,
    assessments,
    before,
    capacity,
    capture,
    closing,
    commitments,
    grading,
    household,
    month_end,
    past,
    people,
    pipeline,
    plans,
    ranking,
    rate_card,
    reprice,
    requests,
    rules,
    statements,
    units,
    work,
)
from .story import Story

CHAPTERS = (
    people,
    units,
    rules,
    before,
    pipeline,
    grading,
    household,
    work,
    capacity,
    requests,
    commitments,
    closing,
    assess,
    abroad,
    capture,
    actual_price.Before,
    statements,
    month_end,
    actual_price,
    grading.Closing,
    assessments,
    rate_card,
    plans,
    past,
    ranking,
    household.Closing,
    reprice,
)


class MciDemo(models.AbstractModel):
    _name = "mci.demo"
    _description = "Demo story of sales support"

    @api.model
    def _load(self):
        """Tell the story once, through the methods its people would use.

        Only dates of the past are written by SQL. All dates are relative to today.

        :raises UserError: when the story was told before
        """
        if self.env["res.users"].sudo().search_count([("login", "=", "engineer")]):
            raise UserError(self.env._("The demo story is in this database already."))
        story = Story(self.env)
        for chapter in CHAPTERS:
            chapter.tell(story)
        self.env.flush_all()
