from odoo import api, models


class MciCachedMixin(models.AbstractModel):
    """Rules that are read from the cache: every change of them empties it."""

    _name = "mci.cached.mixin"
    _description = "Rules read from the cache"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
