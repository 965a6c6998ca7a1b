from odoo import models


class AccountMove(models.Model):
    """Entries of statements between two companies: both sides or none (C6)."""

    _inherit = "account.move"

    def _mci_get_mirrors(self):
        """The posted reversals of an entry: one, unless somebody tries twice."""
        return self.reversal_move_ids.filtered(lambda move: move.state == "posted")

    def _mci_mirror_like(self, mirror):
        """Reverse this entry as the other company's was: same day, same reference."""
        self._mci_reverse_on(mirror.date, {"ref": mirror.ref})

    def _mci_is_replacement(self):
        """Whether it only moves the accrual of one company, and reverses nothing."""
        return False

    def _post(self, soft=True):
        # EXTENDS charge: who reverses one side needs the right to the other.
        for move in self:
            statement = move.sudo().reversed_entry_id.mci_statement_id
            if statement.is_crossing and not move.sudo()._mci_is_replacement():
                statement.with_env(self.env)._check_accountant()
                move._mci_check_author(statement)
        return super()._post(soft)

    def _mci_check_author(self, statement):
        """The scheduler posts drafts of a later day with every right there is.

        Whoever made one, and had the last word, needs those of the statement.
        """
        if self.env.su and self.auto_post != "no":
            for user in self.create_uid | self.write_uid:
                companies = {"allowed_company_ids": user.company_ids.ids}
                statement.with_user(user).with_context(**companies)._check_accountant()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _mci_is_debt_between_companies(self):
        self.ensure_one()
        move = self.move_id.sudo()
        statement = move.mci_statement_id or move.reversed_entry_id.mci_statement_id
        return (
            statement.is_crossing
            and not self.analytic_distribution
            and self.account_id.internal_group in ("asset", "liability", "off")
        )

    def _validate_analytic_distribution(self):
        # EXTENDS account: what companies owe each other is on no analytic account, not
        # even where a plan is mandatory for every line of an entry.
        debts = self.filtered(lambda line: line._mci_is_debt_between_companies())
        return super(AccountMoveLine, self - debts)._validate_analytic_distribution()
