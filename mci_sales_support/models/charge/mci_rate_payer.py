from odoo import api, fields, models


class MciRate(models.Model):
    """Internal rates for one payer company (C2): a transfer price between two entities.

    A line agreed with the company charged goes before all others, whichever unit does
    the work: what two legal entities agreed is what is invoiced.
    """

    _inherit = "mci.rate"

    payer_company_id = fields.Many2one(
        "res.company",
        string="Company charged",
        index="btree_not_null",
        ondelete="restrict",
        help="Only for deals of this company, and before every other line. Empty: the"
        " price for all of them (C2).",
    )

    @api.depends("payer_company_id")
    def _compute_display_name(self):
        # EXTENDS
        result = super()._compute_display_name()
        for rate in self.filtered("payer_company_id"):
            rate.display_name = self.env._(
                "%(rate)s, for %(company)s",
                rate=rate.display_name,
                company=rate.sudo().payer_company_id.name,
            )
        return result

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        # EXTENDS
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._mci_is_in_a_group())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        # EXTENDS: who sees one company reads too for whom a price is; with one company
        # alone there is nothing to read.
        arch, view = super()._get_view(view_id, view_type, **options)
        if not self._mci_is_in_a_group():
            name = "column_invisible" if view_type == "list" else "invisible"
            for node in arch.xpath("//field[@name='payer_company_id']"):
                node.set(name, "1")
        return arch, view

    def _mci_is_in_a_group(self):
        return self.env["res.company"].sudo().search_count([], limit=2) > 1

    def _mci_get_key(self):
        # EXTENDS
        return (*super()._mci_get_key(), self.payer_company_id)

    @api.model
    def _mci_rank_rates(self, rates, key):
        # EXTENDS: a price key without a payer is a price for everybody
        payer = key[5] if len(key) > 5 else False
        mine = rates.filtered(lambda rate: rate.payer_company_id.id in (False, payer))
        return super()._mci_rank_rates(mine, key)

    def _mci_rate_rank(self, rate):
        # EXTENDS
        return (not rate.payer_company_id, *super()._mci_rate_rank(rate))

    def _mci_explain_place(self, winner):
        # EXTENDS
        if self == winner and self.payer_company_id:
            return self.env._("The line agreed with the company charged goes first.")
        if winner.payer_company_id and not self.payer_company_id:
            return self.env._("Only where no line is agreed with the company charged.")
        return super()._mci_explain_place(winner)


class MciRateCard(models.Model):
    _inherit = "mci.rate.card"

    def _prepare_indexed_vals(self, rate, percent, step):
        # EXTENDS
        return {
            **super()._prepare_indexed_vals(rate, percent, step),
            "payer_company_id": rate.payer_company_id.id,
        }
