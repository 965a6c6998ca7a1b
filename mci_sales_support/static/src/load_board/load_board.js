import {Component, onWillStart, useRef, useState} from "@odoo/owl";
import {formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {AXES, groupPeople, matches, sumCells} from "./load_board_model";
import {
    LEGEND,
    barStyle,
    cellHint,
    classOf,
    columnHint,
    formatHours,
    textOf,
} from "./load_board_words";

const {DateTime} = luxon;
const STEPS = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
};

/**
 * People × weeks, coloured by booked ÷ available, with the requests that wait on top.
 *
 * A requested line is dragged onto a cell, or picked (click, Enter) and set down there.
 * The server decides whether the person can be held; what it says is shown.
 */
export class LoadBoard extends Component {
    static template = "mci_sales_support.LoadBoard";
    static components = {ControlPanel};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.root = useRef("root");
        this.controlPanel = {};
        Object.assign(this, {barStyle, cellHint, classOf, columnHint, textOf});
        this.hours = formatHours;
        this.legend = LEGEND;
        this.state = useState({
            board: null,
            refusal: "",
            zoom: "week",
            dateFrom: false,
            text: "",
            filters: {unit: 0, function: 0, level: 0, skill: 0},
            groupBy: "unit",
            folded: {},
            showRequests: true,
            ...this.props.state?.loadBoard,
            picked: 0,
            over: "",
            busy: false,
        });
        useSetupAction({getLocalState: () => ({loadBoard: this.getLocalState()})});
        onWillStart(() => this.load());
    }

    getLocalState() {
        const {zoom, dateFrom, text, filters, groupBy, folded, showRequests} =
            this.state;
        return {
            zoom,
            dateFrom,
            text,
            filters: {...filters},
            groupBy,
            folded: {...folded},
            showRequests,
        };
    }

    // ------------------------------------------------------------------
    // Data
    // ------------------------------------------------------------------

    async load() {
        try {
            this.state.board = await this.keepLast.add(
                this.orm.call("mci.load.board", "get_board", [], {
                    date_from: this.state.dateFrom,
                    zoom: this.state.zoom,
                }),
            );
        } catch (error) {
            if (!error.data) {
                throw error;
            }
            this.state.refusal = error.data.message;
        }
    }

    get board() {
        return this.state.board;
    }

    get people() {
        const {text, filters} = this.state;
        return this.board.people.filter((person) => matches(person, text, filters));
    }

    get groups() {
        return groupPeople(this.board, this.people, this.state.groupBy);
    }

    get totals() {
        return sumCells(this.people, this.board.columns.length);
    }

    get requests() {
        const {unit, function: wanted, skill} = this.state.filters;
        return this.board.requests.filter(
            (request) =>
                (!unit || request.unit_id === unit) &&
                (!wanted ||
                    request.lines.some((line) => line.function_id === wanted)) &&
                (!skill || request.lines.some((line) => line.skill_id === skill)),
        );
    }

    get axes() {
        // apart: the export of terms takes what follows the word `function` for a name
        const functionLabel = _t("Function");
        const labels = {
            unit: _t("Unit"),
            level: _t("Resource level"),
            skill: _t("Skill"),
            function: functionLabel,
        };
        return Object.keys(AXES).map((id) => ({
            id,
            label: labels[id],
            options: this.board[AXES[id].names],
        }));
    }

    get pickedLine() {
        return this.board.requests
            .flatMap((request) => request.lines.map((line) => ({...line, request})))
            .find((line) => line.id === this.state.picked);
    }

    // ------------------------------------------------------------------
    // Words
    // ------------------------------------------------------------------

    columnTitle({date_from}) {
        const date = DateTime.fromISO(date_from);
        if (this.state.zoom === "day") {
            return date.toFormat("ccc d");
        }
        return date.toLocaleString({month: "short", day: "numeric"});
    }

    isToday({date_from, date_to}) {
        return date_from <= this.board.today && this.board.today <= date_to;
    }

    day(text) {
        return formatDate(DateTime.fromISO(text));
    }

    // ------------------------------------------------------------------
    // Control panel
    // ------------------------------------------------------------------

    move(direction) {
        const {board, zoom} = this.state;
        const span = {days: direction * (zoom === "day" ? 7 : 28)};
        this.state.dateFrom = DateTime.fromISO(board.columns[0].date_from)
            .plus(span)
            .toISODate();
        return this.load();
    }

    goToday() {
        this.state.dateFrom = false;
        return this.load();
    }

    setZoom(zoom) {
        this.state.zoom = zoom;
        return this.load();
    }

    /** One week, day by day. */
    zoomInto(column) {
        if (this.state.zoom === "week") {
            this.state.zoom = "day";
            this.state.dateFrom = column.date_from;
        } else {
            this.state.zoom = "week";
        }
        return this.load();
    }

    /** A new plan for the units and the days that are shown. */
    async planAll() {
        const {columns} = this.board;
        const {unit} = this.state.filters;
        const action = await this.orm.call("mci.load.board", "get_plan_action", [], {
            date_from: columns[0].date_from,
            date_to: columns.at(-1).date_to,
            center_ids: unit ? [unit] : null,
        });
        return this.action.doAction(action);
    }

    setFilter(axis, ev) {
        this.state.filters[axis] = Number(ev.target.value);
    }

    toggleGroup(id) {
        this.state.folded[id] = !this.state.folded[id];
    }

    // ------------------------------------------------------------------
    // Cells
    // ------------------------------------------------------------------

    onCellClick(person, column) {
        return this.state.picked
            ? this.plan(this.state.picked, person, column)
            : this.openBookings(person, column);
    }

    openBookings(person, column) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: `${person.name}, ${columnHint(column)}`,
            res_model: "mci.booking",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [
                ["resource_id", "in", person.resource_ids],
                ["state", "in", ["requested", "held", "confirmed", "done"]],
                [
                    "day_ids",
                    "any",
                    [
                        ["date", ">=", column.date_from],
                        ["date", "<=", column.date_to],
                    ],
                ],
            ],
        });
    }

    openRequest(request) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "mci.request",
            res_id: request.id,
            views: [[false, "form"]],
        });
    }

    onGridKeydown(ev) {
        const step = STEPS[ev.key];
        const cell = ev.target.closest(".o_mci_cell");
        if (!cell || !step) {
            return;
        }
        ev.preventDefault();
        const rows = [...this.root.el.querySelectorAll(".o_mci_person")];
        const row = cell.closest(".o_mci_person");
        const cells = [...row.querySelectorAll(".o_mci_cell")];
        const target = rows[rows.indexOf(row) + step[0]];
        const index = cells.indexOf(cell) + step[1];
        target?.querySelectorAll(".o_mci_cell")[index]?.focus();
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && this.state.picked) {
            this.state.picked = 0;
        }
    }

    // ------------------------------------------------------------------
    // Planning: drag, or pick and set down
    // ------------------------------------------------------------------

    pick(request, line) {
        if (!request.can_plan) {
            this.notification.add(
                _t("%s is decided on by somebody else (M3).", request.name),
                {type: "warning"},
            );
            return;
        }
        this.state.picked = this.state.picked === line.id ? 0 : line.id;
    }

    onDragStart(ev, line) {
        ev.dataTransfer.effectAllowed = "copy";
        ev.dataTransfer.setData("text/plain", String(line.id));
        this.state.picked = line.id;
    }

    onDragEnd() {
        this.state.picked = 0;
        this.state.over = "";
    }

    onDragOver(ev, key) {
        if (this.state.picked) {
            ev.preventDefault();
            this.state.over = key;
        }
    }

    onDrop(ev, person, column) {
        ev.preventDefault();
        return this.plan(this.state.picked, person, column);
    }

    async plan(lineId, person, column) {
        this.state.picked = 0;
        this.state.over = "";
        if (!lineId || this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const result = await this.orm.call("mci.load.board", "plan_line", [
                lineId,
                person.id,
                column.date_from,
                column.date_to,
            ]);
            this.notification.add(result.message, {
                type: "success",
                buttons: [
                    {
                        name: _t("Open booking"),
                        onClick: () => this.openBooking(result.booking_id),
                    },
                ],
            });
            await this.load();
        } catch (error) {
            if (!error.data) {
                throw error;
            }
            this.notification.add(error.data.message, {type: "danger"});
        } finally {
            this.state.busy = false;
        }
    }

    openBooking(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "mci.booking",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("mci_load_board", LoadBoard);
