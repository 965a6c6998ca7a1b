"""What the web client asks of a server when somebody opens an action."""

from ast import literal_eval

from lxml import etree

from odoo.tools.safe_eval import safe_eval


class ActionOpener:
    """Opens a window action as one user: views, default search, groups, one record.

    Names every failure, so that a test can list them all at once.
    """

    MULTI_VIEWS = ("list", "kanban", "calendar", "pivot", "graph")

    def __init__(self, env, action):
        self.env = env
        self.action = self._get_window(action)
        self.is_window = self.action.get("type") in (None, "ir.actions.act_window")
        if not self.is_window:
            return  # a printed page or a message: it opened
        self.model = env[self.action["res_model"]]
        self.context = safe_eval(self.action["context"] or "{}", self._variables())

    def _get_window(self, action):
        """The window action; a server action is run as the web client does."""
        if action._name == "ir.actions.server":
            return self.env[action._name].browse(action.id).run()
        return self.env["ir.actions.act_window"]._for_xml_id(
            action.get_external_id()[action.id]
        )

    def _variables(self):
        return {
            "uid": self.env.uid,
            "active_id": False,
            "active_ids": [],
            "active_model": False,
            "allowed_company_ids": self.env.companies.ids,
            "context": dict(self.env.context),
        }

    def open(self):
        if not self.is_window:
            return
        views = list(self.action["views"])
        search = self.action["search_view_id"]
        views.append([search and search[0], "search"])
        model = self.model.with_context(**self.context)
        found = model.get_views([tuple(view) for view in views])
        self.arches = {
            kind: etree.fromstring(view["arch"])
            for kind, view in found["views"].items()
        }
        self.fields = {
            name: description["fields"] for name, description in found["models"].items()
        }
        domain = safe_eval(self.action["domain"] or "[]", self._variables())
        self._search(model, domain)

    def _search(self, model, domain):
        """The default filters, then each filter and each group of the search view."""
        domain = list(domain)
        for name in self._defaults():
            domain = self._filter_domain(name) + domain
        for kind, arch in self.arches.items():
            if kind in ("list", "kanban", "calendar"):
                records = self._read(model, domain, arch)
                self._read_form(model, records)
        for name in self._filters("domain"):
            model.search_count(self._filter_domain(name))
        for group in self._groups():
            model.web_read_group(domain, [group], ["__count"])
        if "pivot" in self.arches or "graph" in self.arches:
            self._aggregate(model, domain)
        if set(self.arches) == {"form", "search"}:
            model.onchange({}, [], self._specification(self.arches["form"], model))

    def _defaults(self):
        prefix = "search_default_"
        return [
            key.removeprefix(prefix)
            for key, value in self.context.items()
            if key.startswith(prefix) and value
        ]

    def _filters(self, attribute):
        return [
            node.get("name")
            for node in self.arches["search"].iter("filter")
            if node.get(attribute)
        ]

    def _filter_domain(self, name):
        """Domain of a filter; empty where ``name`` groups or is a plain field."""
        nodes = [
            node
            for node in self.arches["search"].iter("filter", "field")
            if node.get("name") == name
        ]
        assert nodes, f"default {name} is not in the search view"
        domain = nodes[0].get("domain") if nodes[0].tag == "filter" else None
        return list(safe_eval(domain, self._variables())) if domain else []

    def _groups(self):
        for node in self.arches["search"].iter("filter"):
            context = safe_eval(node.get("context") or "{}", self._variables())
            if context.get("group_by"):
                groups = context["group_by"]
                yield from [groups] if isinstance(groups, str) else groups

    def _read(self, model, domain, arch):
        specification = self._specification(arch, model)
        found = model.web_search_read(domain, specification, limit=80)
        return model.browse([values["id"] for values in found["records"]])

    def _read_form(self, model, records):
        if "form" in self.arches and records:
            records[:3].web_read(self._specification(self.arches["form"], model))

    def _aggregate(self, model, domain):
        for kind in {"pivot", "graph"} & set(self.arches):
            nodes = [n for n in self.arches[kind] if n.get("name") in model._fields]
            measures = [
                f"{n.get('name')}:{model._fields[n.get('name')].aggregator}"
                for n in nodes
                if n.get("type") == "measure"
            ]
            groups = [
                n.get("name") + (f":{n.get('interval')}" if n.get("interval") else "")
                for n in nodes
                if n.get("type") in ("row", "col")
                or (kind == "graph" and n.get("type") != "measure")
            ]
            model.formatted_read_group(domain, groups, ["__count", *measures])

    def _specification(self, arch, model):
        """Fields of a view with those of the views inside it, as the client reads."""
        specification = {}
        for node in arch.iter("field"):
            parent = next(node.iterancestors("field"), None)
            if parent is not None and parent in list(arch.iter("field")):
                continue
            field = model._fields[node.get("name")]
            inner = {}
            if field.type in ("one2many", "many2many"):
                inner = {"fields": self._inner(node, field)}
            elif field.type == "many2one":
                inner = {"fields": {"display_name": {}}}
            specification.setdefault(field.name, {}).update(inner)
        return specification

    def _inner(self, node, field):
        comodel = self.env[field.comodel_name]
        result = {}
        for arch in node:
            result.update(self._specification(arch, comodel))
        if not len(node):
            result["display_name"] = {}
            color = literal_eval(node.get("options") or "{}").get("color_field")
            if color:
                result[color] = {}
        return result
