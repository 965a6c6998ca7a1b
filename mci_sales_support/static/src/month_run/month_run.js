import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/**
 * A step of the month end under way: does one unit of work after the other, each in a
 * transaction of its own, and shows how far it is.
 */
export class MonthRun extends Component {
    static template = "mci_sales_support.MonthRun";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({running: false, total: 0, done: 0, failed: 0});
        this.alive = true;
        onMounted(() => this.drive());
        onWillUnmount(() => {
            this.alive = false;
        });
    }

    get run() {
        return this.props.record.data[this.props.name];
    }

    get percent() {
        const {total, done, failed} = this.state;
        return total ? Math.round((100 * (done + failed)) / total) : 0;
    }

    get label() {
        const {total, done, failed} = this.state;
        return _t("%(done)s of %(total)s done, %(failed)s failed", {
            done,
            total,
            failed,
        });
    }

    async drive() {
        if (!this.run || this.props.record.data.run_state !== "running") {
            return;
        }
        this.state.running = true;
        let answer = {state: "running"};
        while (this.alive && answer.state === "running") {
            answer = await this.orm.call("mci.month.run", "action_step", [
                [this.run.id],
            ]);
            Object.assign(this.state, answer);
        }
        this.state.running = false;
        if (this.alive) {
            await this.props.record.load();
        }
    }

    async stop() {
        this.alive = false;
        await this.orm.call("mci.month.run", "action_stop", [[this.run.id]]);
        this.state.running = false;
        await this.props.record.load();
    }
}

export const monthRun = {
    component: MonthRun,
    displayName: _t("Month-end run"),
    supportedTypes: ["many2one"],
    fieldDependencies: [{name: "run_state", type: "selection"}],
};

registry.category("fields").add("mci_month_run", monthRun);
