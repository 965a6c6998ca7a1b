from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmLead(models.Model):
    """Deals of one customer that reach a delivery center only together (M1)."""

    _inherit = "crm.lead"

    mci_possible_split = fields.Boolean(
        string="Possible Split",
        compute="_compute_mci_possible_split",
        search="_search_mci_possible_split",
        help="Open deals of this customer, each too small for a delivery center,"
        " together reach grade A or B (M1).",
    )
    mci_split_state = fields.Selection(
        [("open", "Possible split"), ("one", "Pieces of one deal")],
        string="Split",
        readonly=True,
        copy=False,
        help="Written by the nightly look for possible splits and by the decision on"
        " them (M1).",
    )

    mci_split_ids = fields.Many2many(
        "mci.grade.split",
        "mci_grade_split_lead_rel",
        "lead_id",
        "split_id",
        string="Possible Splits",
        readonly=True,
        copy=False,
        help="Questions whether this deal is a piece of a larger one (M1).",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"mci_split_state", "mci_split_ids"}

    def _compute_mci_possible_split(self):
        customers = self.sudo().partner_id.commercial_partner_id
        splits = self._mci_find_splits(customers) if customers else ()
        split_ids = {lead_id for split in splits for lead_id in split["lead_ids"]}
        for lead in self:
            lead.mci_possible_split = lead._origin.id in split_ids

    @api.model
    def _search_mci_possible_split(self, operator, value):
        if operator != "in":
            return NotImplemented
        splits = self._mci_find_splits()
        return Domain("id", "in", [i for split in splits for i in split["lead_ids"]])

    @api.model
    def _mci_find_splits(self, customers=None):
        """Groups of deals that may be one deal in pieces and are not decided on.

        :param customers: commercial partners to look at, default all
        :return: list of dict with ``partner_id``, ``company_id``, ``lead_ids`` (set)
            and ``amount`` in company currency
        """
        thresholds = self._mci_get_split_thresholds()
        if not thresholds:
            return []
        self.env["crm.lead"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(self._mci_get_split_query(thresholds, customers))
        splits = self._mci_join_windows(rows)
        return self.env["mci.grade.split"]._mci_filter_undecided(splits)

    @api.model
    def _mci_get_split_thresholds(self):
        """(company id, lowest amount of a delivery center, grade id of a lesser deal,
        window in days) for each company with a policy and each grade below its delivery
        centers.
        """
        thresholds = []
        policies = self.env["mci.grade.policy"]
        for company in self.env["res.company"].sudo().search([("id", ">", 0)]):
            scheme = policies._mci_get_scheme(company)
            bands = scheme.bands if scheme else ()
            upper = [
                amount
                for amount, grade in bands
                if scheme.tiers[grade] == "delivery_center"
            ]
            thresholds += [
                (company.id, min(upper), grade, scheme.split_days)
                for amount, grade in bands
                if upper and scheme.tiers[grade] != "delivery_center"
            ]
        return thresholds

    @api.model
    def _mci_get_split_query(self, thresholds, customers):
        """One row per deal with which a window of enough deals begins.

        Time is counted in windows of the company, so that one frame fits them all.
        """
        return SQL(
            """
            SELECT customer_id, company_id, ids, amount
              FROM (
                SELECT partner.commercial_partner_id AS customer_id,
                       lesser.company_id,
                       lesser.threshold,
                       array_agg(lead.id) OVER span AS ids,
                       SUM(lead.mci_grading_amount) OVER span AS amount
                  FROM crm_lead lead
                  JOIN res_partner partner ON partner.id = lead.partner_id
             LEFT JOIN crm_team team ON team.id = lead.team_id
             LEFT JOIN res_users salesman ON salesman.id = lead.user_id
                  JOIN (VALUES %(thresholds)s)
                    AS lesser (company_id, threshold, grade_id, days)
                    ON lesser.grade_id = lead.mci_grade_id
                   AND lesser.company_id = COALESCE(lead.company_id, team.company_id,
                        salesman.company_id, %(company)s)
                 WHERE lead.active
                   AND lead.type = 'opportunity'
                   AND lead.won_status = 'pending'
                   AND lead.mci_grading_amount > 0
                   AND %(customers)s
                WINDOW span AS (
                    PARTITION BY partner.commercial_partner_id, lesser.company_id
                        ORDER BY EXTRACT(EPOCH FROM lead.create_date)
                               / GREATEST(lesser.days * 86400.0, 1.0)
                        RANGE BETWEEN CURRENT ROW AND 1 FOLLOWING)
              ) windows
             WHERE amount >= threshold AND cardinality(ids) > 1
          ORDER BY customer_id, company_id
            """,
            thresholds=SQL(", ").join(thresholds),
            company=self.env.company.id,
            customers=SQL("partner.commercial_partner_id = ANY(%s)", customers.ids)
            if customers is not None
            else SQL("TRUE"),
        )

    @api.model
    def _mci_join_windows(self, rows):
        """Windows of one customer that share deals are one group.

        The amount is that of the greatest window: what was open at the same time.
        """
        groups = defaultdict(list)
        for customer_id, company_id, ids, amount in rows:
            joined = {"lead_ids": set(ids), "amount": float(amount)}
            apart = []
            for group in groups[customer_id, company_id]:
                if group["lead_ids"] & joined["lead_ids"]:
                    joined["lead_ids"] |= group["lead_ids"]
                    joined["amount"] = max(joined["amount"], group["amount"])
                else:
                    apart.append(group)
            groups[customer_id, company_id] = [*apart, joined]
        return [
            {"partner_id": customer_id, "company_id": company_id, **group}
            for (customer_id, company_id), found in groups.items()
            for group in found
        ]

    def action_mci_view_split(self):
        """The possible split of the deal, to decide on it."""
        self.ensure_one()
        self.check_access("read")
        customer = self.sudo().partner_id.commercial_partner_id
        self.env["mci.grade.split"].sudo()._mci_refresh(customer)
        split = self.env["mci.grade.split"].search(
            [("lead_ids", "in", self.ids)], order="id desc", limit=1
        )
        if not split:
            raise UserError(
                self.env._(
                    "%(deal)s is no possible split, or you may not see the other deals:"
                    " a sales manager decides (M1).",
                    deal=self.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mci.grade.split",
            "res_id": split.id,
            "views": [(False, "form")],
        }

    def action_mci_view_customer_deals(self):
        """The open deals of the customer, to look at them side by side."""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deals of %(customer)s", customer=customer.display_name),
            "res_model": "crm.lead",
            "view_mode": "list,form",
            "domain": [
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
                ("partner_id", "child_of", customer.ids),
            ],
        }
