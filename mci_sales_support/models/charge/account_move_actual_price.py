from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Entries of over- and under-absorption: posted once, only ever reversed (I4)."""

    _inherit = "account.move"

    mci_actual_price_id = fields.Many2one(
        "mci.actual.price",
        string="Actual price",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # Stands behind the claim on the document's row.
    _mci_actual_price_uniq = models.UniqueIndex(
        "(mci_actual_price_id) WHERE mci_actual_price_id IS NOT NULL"
        " AND reversed_entry_id IS NULL AND state <> 'cancel'",
        "The difference of an actual price is posted exactly once.",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"mci_actual_price_id"}

    def _mci_check_no_statement(self):
        # EXTENDS charge: reset, cancel, delete
        result = super()._mci_check_no_statement()
        for move in self.sudo().filtered("mci_actual_price_id"):
            if not move.reversed_entry_id or move.state == "posted":
                move._mci_refuse_actual_price()
        return result

    def _mci_check_entry(self):
        # EXTENDS charge: writes and items added to the posted entry
        result = super()._mci_check_entry()
        for move in self.sudo().filtered("mci_actual_price_id"):
            if move.state == "posted":
                move._mci_refuse_actual_price()
        return result

    def _mci_check_items_stay(self):
        # EXTENDS charge
        for move in self.filtered("mci_actual_price_id")[:1]:
            move._mci_refuse_actual_price()
        return super()._mci_check_items_stay()

    def _mci_is_charging(self):
        # EXTENDS charge
        prices = (self | self.reversed_entry_id).mci_actual_price_id
        return super()._mci_is_charging() or bool(prices)

    def _mci_refuse_actual_price(self):
        raise UserError(
            self.env._(
                "%(move)s is the entry of the actual price %(price)s: it can only be"
                " reversed (I4).",
                move=self.display_name,
                price=self.mci_actual_price_id.name,
            )
        )

    # --- Reversal -------------------------------------------------------------

    def _mci_check_not_modified(self):
        # EXTENDS charge: its copy would move the difference a second time
        if self.mci_actual_price_id:
            self._mci_refuse_actual_price()
        return super()._mci_check_not_modified()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS charge
        for move in self.sudo().filtered("mci_actual_price_id"):
            if move.reversed_entry_id or move.mci_actual_price_id.state != "posted":
                raise UserError(
                    self.env._(
                        "%(move)s was reversed already: the actual price is computed"
                        " again.",
                        move=move.display_name,
                    )
                )
            move.mci_actual_price_id._check_period_open()
        moves = super()._reverse_moves(default_values_list, cancel=cancel)
        for move in moves:
            if price := move.sudo().reversed_entry_id.mci_actual_price_id:
                move.sudo()._mci_unlock().mci_actual_price_id = price
        return moves

    def _mci_check_mirror_dates(self, default_values_list):
        # EXTENDS charge
        result = super()._mci_check_mirror_dates(default_values_list)
        for move, values in zip(self.sudo(), default_values_list, strict=False):
            day = fields.Date.to_date(values.get("date"))
            if day and (price := move.mci_actual_price_id):
                price._check_mirror_date(day)
        return result

    def _post(self, soft=True):
        # EXTENDS charge: whoever posts the mirror entry reverses the document.
        reversals = self.sudo().filtered(
            lambda move: move.reversed_entry_id.mci_actual_price_id
        )
        for move in reversals:
            price = move.reversed_entry_id.mci_actual_price_id
            move._mci_check_actual_mirror()
            price._check_mirror_date(move.date)
            if not move.mci_actual_price_id:
                move._mci_unlock().mci_actual_price_id = price
        posted = super()._post(soft)
        for move in reversals.filtered(lambda move: move.state == "posted"):
            self.env["mci.period"]._mci_check_open(move.company_id, move.date)
            move.reversed_entry_id.mci_actual_price_id._mci_on_reversed(move)
        return posted

    def _mci_check_actual_mirror(self):
        """A reversal that was edited would leave part of the difference posted."""
        if not (self | self.reversed_entry_id).line_ids._mci_cancel_out():
            raise UserError(
                self.env._(
                    "%(move)s does not mirror the entry of the actual price %(price)s:"
                    " it is reversed as a whole (I4).",
                    move=self.display_name,
                    price=self.reversed_entry_id.mci_actual_price_id.name,
                )
            )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _mci_check_statement(self):
        # EXTENDS charge: Odoo lets accounting edit the distribution of a posted item
        result = super()._mci_check_statement()
        for line in self.sudo():
            if line.move_id.mci_actual_price_id and line.parent_state == "posted":
                line.move_id._mci_refuse_actual_price()
        return result
