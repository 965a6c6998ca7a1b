from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..integrate.mci_delivery_center import TIERS

# Facts of the deal the grade follows from (M1).
AMOUNT_FIELDS = frozenset(
    {
        "expected_revenue",
        "recurring_revenue",
        "recurring_plan",
        "mci_resold_amount",
        "mci_partner_led",
        "mci_amount_evidence",
    }
)
# What decides the company of the deal, and with it the policy.
POLICY_FIELDS = frozenset({"company_id", "team_id", "user_id", "type"})
# Whatever may change the stage; it is a computed field and moves with the team.
STAGE_FIELDS = frozenset({"stage_id", "team_id", "user_id", "type"})

AMOUNT_EVIDENCES = [
    ("customer_budget", "Customer budget"),
    ("tender", "Tender document"),
    ("quotation", "Quotation"),
    ("estimate", "Own estimate"),
]


class CrmLead(models.Model):
    """The deal as sales support sees it.

    Grade, tier and owner are plain columns written by the methods of
    ``crm_lead_grade`` and ``crm_lead_gate``, never tracked and never recomputed by the
    ORM: a grade depends on dated policies and on decisions, not only on the record.
    """

    _name = "crm.lead"
    _inherit = ["crm.lead", "mci.lock.mixin"]

    # Facts the seller gives
    mci_partner_led = fields.Boolean(
        string="Partner-led",
        help="A partner leads the deal: it is graded E whatever its amount (M1).",
    )
    mci_registered_partner_id = fields.Many2one(
        "res.partner",
        string="Registered Partner",
        index="btree_not_null",
        help="Partner who registered this deal; needed before a partner-led deal can"
        " book support (M1).",
    )
    mci_amount_evidence = fields.Selection(
        AMOUNT_EVIDENCES,
        string="Amount Evidence",
        help="What the expected revenue rests on (M1).",
    )
    mci_resold_amount = fields.Monetary(
        string="Resold Goods",
        currency_field="company_currency",
        help="Part of the expected revenue that is only resold; it does not count in"
        " the grading amount (M1).",
    )
    mci_solution_ids = fields.Many2many(
        "mci.solution",
        "mci_crm_lead_solution_rel",
        "lead_id",
        "solution_id",
        "Solutions",
    )
    mci_signed_amount = fields.Monetary(
        string="Signed Amount",
        currency_field="company_currency",
        copy=False,
        help="Amount of the signed contract without tax. It never changes the grade.",
    )
    mci_signed_date = fields.Date(string="Signed Date", copy=False)
    mci_contract_ref = fields.Char(string="Contract Reference", copy=False)

    # Grade
    mci_grading_amount = fields.Monetary(
        string="Grading Amount",
        currency_field="company_currency",
        readonly=True,
        copy=False,
        help="Expected revenue plus the recurring revenue of the months the policy"
        " names, less resold goods; company currency, without tax (M1).",
    )
    mci_computed_grade_id = fields.Many2one(
        "mci.grade",
        string="Computed Grade",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Grade by the policy in force (M1).",
    )
    # No index: it would have five values, and each deal that is graded anew would have
    # to be entered anew in all indexes of the table.
    mci_grade_id = fields.Many2one(
        "mci.grade",
        string="Grade",
        readonly=True,
        copy=False,
        ondelete="restrict",
        group_expand=True,
        help="Final grade: the computed one, or the one moved by hand and approved;"
        " locked from initiation (M1).",
    )
    mci_grade_color = fields.Integer(
        related="mci_grade_id.color",
        string="Grade Color",
        export_string_translation=False,
    )
    mci_tier = fields.Selection(
        TIERS,
        string="Support Tier",
        readonly=True,
        copy=False,
        help="Which units support the deal; it follows from the grade (M2).",
    )
    mci_grade_manual = fields.Boolean(
        string="Grade Moved by Hand", readonly=True, copy=False
    )
    mci_gate_grade_id = fields.Many2one(
        "mci.grade",
        string="Gate Grade",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Best grade since initiation: gates fall due by it (M1).",
    )
    mci_initiated_date = fields.Datetime(
        string="Initiated On",
        readonly=True,
        copy=False,
        help="When the deal first reached initiation. Moving the stage back does not"
        " undo it (M4).",
    )

    # People and unit
    mci_center_id = fields.Many2one(
        "mci.delivery.center",
        string="Delivery Center",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        domain=[("tier", "=", "delivery_center")],
        help="Center that commands and delivers the deal (M4).",
    )
    mci_delivery_lead_id = fields.Many2one(
        "res.users",
        string="Delivery Lead",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Decides on every booking of an A or B deal and signs feasibility (M3).",
    )
    mci_ledger_owner_id = fields.Many2one(
        "res.users",
        string="Owner by Ledger",
        readonly=True,
        copy=False,
        help="Owner named by the ownership ledger, once it is open (O1).",
    )
    # A mirror of two columns of the same row: computing it costs CRM no query.
    mci_owner_id = fields.Many2one(
        "res.users",
        string="Accountable Owner",
        compute="_compute_mci_owner_id",
        store=True,
        precompute=True,
        index=True,
        copy=False,
        help="The one person in charge: by the ownership ledger, else the salesperson"
        " (O1).",
    )
    mci_budget_seq = fields.Integer(
        string="Budget Sequence",
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Technical: written by whoever takes budget, so that two at once collide.",
    )

    _mci_locked_fields = frozenset(
        {
            "mci_grading_amount",
            "mci_computed_grade_id",
            "mci_grade_id",
            "mci_tier",
            "mci_grade_manual",
            "mci_gate_grade_id",
            "mci_initiated_date",
            "mci_delivery_lead_id",
            "mci_ledger_owner_id",
            "mci_owner_id",
            "mci_budget_seq",
        }
    )

    @api.depends("user_id", "mci_ledger_owner_id")
    def _compute_mci_owner_id(self):
        for lead in self:
            lead.mci_owner_id = lead.mci_ledger_owner_id or lead.user_id

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._mci_mark_initiated()
        leads._mci_regrade()
        leads.filtered("mci_center_id")._mci_on_event("center_set")
        return leads

    def write(self, vals):
        result = super().write(vals)
        if not STAGE_FIELDS.isdisjoint(vals):
            self._mci_mark_initiated()
        if not AMOUNT_FIELDS.isdisjoint(vals):
            self._mci_regrade()
        elif not POLICY_FIELDS.isdisjoint(vals):
            self._mci_regrade("policy")
        if vals.get("mci_center_id"):
            self._mci_on_event("center_set")
        return result

    def _mci_write_plain(self, vals):
        """Write locked columns, which is no user's edit: no message, no automation,
        and who changed the deal last, and when, stays.

        Dependants follow. The values reach the database with the next flush, in one
        statement for many deals and together with what else changed on them.
        """
        leads = self.sudo()
        leads._mci_put(vals)
        leads._mci_after_put(vals)

    def _mci_put(self, vals):
        for name, value in vals.items():
            self._fields[name].write(self, value)

    def _mci_after_put(self, names):
        for name in ("write_uid", "write_date"):
            # The flush would renew them, unless they are written as well.
            field = self._fields[name]
            for lead in self:
                value = field.convert_to_cache(lead[name], lead, validate=False)
                field._update_cache(lead, value, dirty=True)
        self.modified(names)

    # ------------------------------------------------------------
    # Hooks for the other packages
    # ------------------------------------------------------------

    def _mci_on_event(self, event):
        """Something of sales support happened on these deals.

        :param event: ``center_set``, ``request``, ``initiated`` or ``graded``
        """

    def _mci_has_budget(self):
        """Whether the deal has a presales budget, as the gate asks for (M4)."""
        return True

    # ------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------

    def _mci_get_company(self):
        """Company whose policies and currency count for the deal.

        Its own, else the team's, else the salesperson's, else the current one.
        """
        self.ensure_one()
        lead = self.sudo()
        return (
            lead.company_id
            or lead.team_id.company_id
            or lead.user_id.company_id
            or self.env.company
        )

    def _mci_can_manage(self):
        """Whether the user decides about the deal: who may edit it in CRM, its owner,
        its delivery lead, and leader and deputy of its team.
        """
        self.ensure_one()
        if self.env.su:
            return True
        lead, user = self.sudo(), self.env.user
        if user in (lead.mci_owner_id + lead.mci_delivery_lead_id):
            return True
        return lead.team_id._mci_is_leader(user) or self.has_access("write")

    def _mci_check_can_manage(self):
        for lead in self:
            if not lead._mci_can_manage():
                raise AccessError(
                    self.env._(
                        "Only the owner, the delivery lead, the team leader or a"
                        " salesperson of %(deal)s can do this.",
                        deal=lead.sudo().display_name,
                    )
                )

    # ------------------------------------------------------------
    # Merge
    # ------------------------------------------------------------

    def _merge_get_fields(self):
        # EXTENDS crm: locked columns follow from the merged deal and are not merged.
        return super()._merge_get_fields() + [
            "mci_partner_led",
            "mci_registered_partner_id",
            "mci_amount_evidence",
            "mci_resold_amount",
            "mci_signed_amount",
            "mci_signed_date",
            "mci_contract_ref",
            "mci_center_id",
        ]

    def _merge_get_fields_specific(self):
        # EXTENDS crm
        return {
            **super()._merge_get_fields_specific(),
            "mci_solution_ids": lambda fname, leads: leads.mapped(fname),
        }
