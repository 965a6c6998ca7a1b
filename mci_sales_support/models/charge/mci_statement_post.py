from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class MciStatement(models.Model):
    """Posting a statement, exactly once, and reversing it (C6, C7)."""

    _inherit = "mci.statement"

    # --- Post -----------------------------------------------------------------

    def action_post(self):
        """Post accepted statements, each as one journal entry on its accounting date.

        One line for each deal and payer key, hours in the quantity, and one line for
        the provider. A statement that is posted already stays as it is, whatever is
        clicked twice (C6).

        :raises AccessError: the user is no accountant
        :raises UserError: a statement is not accepted, is showback, its date lies in a
            closed period or before a lock date, an account or plan is missing
        """
        self._check_accountant()
        for statement in self.sudo():
            if statement.state != "posted":
                statement._check_postable()
                statement._do_post()
        return True

    def _check_accountant(self):
        self.check_access("read")
        if not self._mci_may_post():
            raise AccessError(
                self.env._("Statements are posted and reversed by an accountant (C6).")
            )

    def _check_postable(self):
        self._check_state("accepted")
        if self.is_showback:
            raise UserError(
                self.env._(
                    "%(statement)s is showback and is never posted.",
                    statement=self.display_name,
                )
            )
        self._check_date(self.accounting_date or self.date_to)

    def _check_date(self, date):
        """Closed periods and lock dates refuse by name; nothing is moved (C7)."""
        for company in self._mci_get_companies():
            self._check_open_date(company, date)

    def _mci_get_companies(self):
        """The companies in whose books the statement is posted (C6)."""
        return self.company_id

    def _do_post(self):
        self.ensure_one()
        if not self._mci_claim():
            return
        groups = self._get_posting_groups()
        move = self._create_move(groups)
        self._link_charges(groups, move)
        self._mci_unlock().write(
            {
                "move_id": move.id,
                "posted_date": fields.Datetime.now(),
                "posted_by_id": self.env.uid,
            }
        )

    # --- The entry ------------------------------------------------------------

    def _get_posting_groups(self):
        """One dict for each line of the entry: account and key of the deal, totals."""
        rows = (
            self.env["mci.charge"]
            .with_context(active_test=False)
            ._read_group(
                [("statement_id", "=", self.id)],
                ["lead_id", "analytic_account_id", "payer_distribution_key"],
                ["amount:sum", "hours:sum"],
            )
        )
        leads = self.env["crm.lead"].browse([row[0].id for row in rows if not row[1]])
        accounts = leads._mci_get_analytic_accounts()
        full_keys = self._mci_complete_keys({row[2] or "" for row in rows})
        return [
            {
                "lead": lead,
                "preset": preset,
                "account": preset or accounts[lead],
                "key": key or "",
                "full_key": full_keys[key or ""],
                "amount": self.currency_id.round(amount),
                "hours": round(hours, 2),
            }
            for lead, preset, key, amount, hours in rows
        ]

    @api.model
    def _mci_is_booked(self, group):
        """A deal whose amounts cancel out, or are free of charge, still bears hours."""
        return bool(group["amount"] or group["hours"])

    def _create_move(self, groups):
        """The posted entry; none when there is neither an amount nor an hour."""
        groups = [group for group in groups if self._mci_is_booked(group)]
        if not groups:
            return self.env["account.move"]
        date = self.accounting_date or self.date_to
        return self._post_move(self._prepare_move_vals(date, groups), date)

    def _prepare_move_vals(self, date, groups):
        lines = [self._prepare_deal_line_vals(group) for group in groups]
        lines.append(self._prepare_provider_line_vals(groups))
        return self._prepare_entry_vals(self.company_id, date, lines)

    def _prepare_entry_vals(self, company, date, lines):
        return {
            "move_type": "entry",
            "journal_id": company._mci_get_charge_journal().id,
            "company_id": company.id,
            "date": date,
            "ref": self.name,
            "mci_statement_id": self.id,
            "line_ids": [fields.Command.create(vals) for vals in lines],
        }

    def _prepare_deal_line_vals(self, group):
        accounts = [str(group["account"].id), *filter(None, [group["full_key"]])]
        return {
            **self._prepare_line_vals(group["amount"], group["hours"]),
            "name": self.env._(
                "%(statement)s: %(deal)s",
                statement=self.name,
                deal=group["account"].name,
            ),
            "account_id": self.company_id._mci_get_charge_account().id,
            "analytic_distribution": {",".join(accounts): 100},
        }

    def _prepare_provider_line_vals(self, groups):
        amount = self.currency_id.round(sum(group["amount"] for group in groups))
        hours = sum(group["hours"] for group in groups)
        key = self.center_id.project_id._get_distribution_key()
        return {
            **self._prepare_line_vals(-amount, -hours),
            "name": self.env._(
                "%(statement)s: %(unit)s",
                statement=self.name,
                unit=self.center_id.name,
            ),
            "account_id": self.company_id._mci_get_recovery_account().id,
            "analytic_distribution": {key: 100},
        }

    @api.model
    def _prepare_line_vals(self, balance, hours):
        """Hours take the sign of the balance again when the entry is mirrored."""
        return {
            "balance": balance,
            "quantity": round(hours if balance >= 0 else -hours, 2),
        }

    def _mci_get_link_rows(self, groups, move):
        lines = iter(move.line_ids.sorted("id"))
        rows = []
        for group in groups:
            line = next(lines) if self._mci_is_booked(group) else None
            rows.append(
                SQL(
                    "(%s, %s::int, %s, %s, %s::int)",
                    group["lead"].id,
                    group["preset"].id or None,
                    group["key"],
                    group["account"].id,
                    line.id if line else None,
                )
            )
        return rows

    def _link_charges(self, groups, move):
        """Point the charges at their line; one statement of SQL for all of them."""
        rows = self._mci_get_link_rows(groups, move)
        self.env["mci.charge"].flush_model()
        if rows:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE mci_charge AS charge
                       SET state = 'posted', analytic_account_id = line.account_id,
                           move_line_id = line.id, write_uid = %s,
                           write_date = now() AT TIME ZONE 'UTC'
                      FROM (VALUES %s) AS line(lead_id, preset, key, account_id, id)
                     WHERE charge.statement_id = %s
                       AND charge.lead_id = line.lead_id
                       AND charge.analytic_account_id IS NOT DISTINCT FROM line.preset
                       AND COALESCE(charge.payer_distribution_key, '') = line.key
                    """,
                    self.env.uid,
                    SQL(", ").join(rows),
                    self.id,
                )
            )
        self.env["mci.charge"].invalidate_model(flush=False)
