from odoo.addons.web.controllers.export import ExcelExport


class MciExcelExport(ExcelExport):
    """Groups of an exported list show ratios of sums, as the list on the screen does.

    Odoo averages the rows of a group, which hides the large ones. A ratio whose two
    columns are not exported with it is left empty in the group's row.
    """

    def from_group_data(self, fields, columns_headers, groups):
        _set_ratios(groups, _get_ratios(groups._model))
        return super().from_group_data(fields, columns_headers, groups)


def _get_ratios(model):
    """Field -> (scale, part, whole) of a model with ratios of sums."""
    return {
        spec.split(":")[0]: (scale, *names)
        for scale, attribute in ((100.0, "_mci_ratios"), (1.0, "_mci_quotients"))
        for spec, names in getattr(model, attribute, {}).items()
    }


def _set_ratios(node, ratios):
    if not ratios:
        return
    values = node.aggregated_values
    for name in ratios.keys() & values.keys():
        scale, part, whole = ratios[name]
        values[name] = None
        if values.get(whole) and part in values:
            values[name] = scale * values[part] / values[whole]
    for child in node.children.values():
        _set_ratios(child, ratios)
