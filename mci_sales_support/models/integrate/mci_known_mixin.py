from odoo import api, models


class MciKnownMixin(models.AbstractModel):
    """Records that a transaction looks up once, however often they are asked for.

    Nobody else's changes are seen before its end, and its own forget what was known; so
    does a savepoint that is taken back.
    """

    _name = "mci.known.mixin"
    _description = "Looked up once in a transaction"

    @api.model
    @api.private
    def _mci_get_known(self):
        """A dictionary that lasts until the transaction ends or changes a record."""
        return self.env.cr.precommit.data.setdefault(f"known {self._name}", {})

    def _mci_forget_known(self):
        self.env.cr.precommit.data.pop(f"known {self._name}", None)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._mci_forget_known()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._mci_forget_known()
        return result

    def unlink(self):
        result = super().unlink()
        self._mci_forget_known()
        return result
