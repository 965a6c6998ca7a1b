from odoo import api, fields, models


class MciSignoff(models.Model):
    """Two signatures under the same list of commitments (O3).

    The owner declares the list complete, the delivery lead signs that it is feasible.
    Each keeps the list as it was read; a changed list voids both.
    """

    _name = "mci.signoff"
    _description = "Delivery Sign-off"
    _inherit = ["mci.lock.mixin"]
    _order = "date desc, id desc"
    _mci_locked_fields = frozenset(
        {
            "lead_id",
            "company_id",
            "kind",
            "user_id",
            "date",
            "state",
            "conditions",
            "snapshot",
            "void_date",
        }
    )

    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", "Company", index=True)
    kind = fields.Selection(
        [("declaration", "Declared complete"), ("feasibility", "Feasibility")],
        required=True,
    )
    user_id = fields.Many2one(
        "res.users", "Signed By", required=True, index=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    state = fields.Selection(
        [
            ("signed", "Signed"),
            ("conditional", "With conditions"),
            ("refused", "Refused"),
            ("void", "Void"),
        ],
        "Status",
        required=True,
        default="signed",
        help="A change of the list of commitments voids both signatures (O3).",
    )
    conditions = fields.Text("Conditions or Reason")
    snapshot = fields.Text(
        "List as Signed", help="The commitments exactly as they were signed."
    )
    void_date = fields.Datetime("Void Since")

    @api.depends("kind", "user_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for signoff in self:
            signoff.display_name = self.env._(
                "%(kind)s by %(person)s",
                kind=kinds.get(signoff.kind, ""),
                person=signoff.user_id.display_name or "",
            )

    def _do_void(self):
        self._mci_unlock().write({"state": "void", "void_date": fields.Datetime.now()})
