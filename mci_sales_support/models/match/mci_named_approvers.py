from odoo import Command, api, fields, models


class MciNamedApprovers(models.AbstractModel):
    """A document that waits for whom the approval rules name, whatever his groups.

    The names are kept on the document, so that access rules can read them: they are
    written with it, and again whenever approval rules change.
    """

    _name = "mci.named.approvers.mixin"
    _description = "Document with named approvers"
    _mci_approval_kind = None

    approver_ids = fields.Many2many(
        "res.users",
        string="May Decide",
        readonly=True,
        copy=False,
        help="Whom the approval rules name; without a rule a sales manager or a Sales"
        " Support Administrator decides.",
    )

    @api.model
    def _mci_get_waiting_domain(self):
        """Documents that somebody may still decide on."""
        raise NotImplementedError

    def _mci_get_approval_cases(self):
        """What the rules are looked up by, for each document.

        :return: list of (company, amount, grade or None, deal)
        """
        raise NotImplementedError

    @api.model
    def _mci_name_all_approvers(self):
        """Bring the names on every document that waits up to date."""
        self.sudo().search(self._mci_get_waiting_domain())._mci_name_approvers()

    def _mci_name_approvers(self):
        """Write whom the rules name, read by one query, where it is not yet written."""
        records = self.sudo()
        approvals = self.env["mci.approval.rule"].sudo()
        cases = records._mci_get_approval_cases()
        rules = approvals._mci_find_batch(
            self._mci_approval_kind, [case[:3] for case in cases]
        )
        for record, rule, case in zip(records, rules, cases, strict=True):
            users = approvals._mci_get_approvers(rule, lead=case[3])
            if users != record.approver_ids:
                record._mci_unlock().write({"approver_ids": [Command.set(users.ids)]})


class MciApprovalRule(models.Model):
    _inherit = "mci.approval.rule"

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._mci_tell_documents(set(rules.mapped("kind")))
        return rules

    def write(self, vals):
        kinds = set(self.mapped("kind"))
        result = super().write(vals)
        self._mci_tell_documents(kinds | set(self.mapped("kind")))
        return result

    def unlink(self):
        kinds = set(self.mapped("kind"))
        result = super().unlink()
        self._mci_tell_documents(kinds)
        return result

    @api.model
    def _mci_tell_documents(self, kinds):
        """Other people decide now: documents that wait get their names."""
        models_by_kind = {
            "grade": "mci.grade.split",
            "registration": "mci.partner.registration",
        }
        for kind, model in models_by_kind.items():
            if kind in kinds:
                self.env[model]._mci_name_all_approvers()
