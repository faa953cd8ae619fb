import type { Axis, ChartPanel, Mark, ParallelPanel } from "../../figures/data";
import { bytes } from "../../figures/bytes";
import { show } from "../../figures/dom";

const most = 300;

interface Numbers {
    columns: string[];
    rows: string[][];
    total: number;
    cut: boolean;
}

/** The numbers that a chart draws. */
export function figureTable(panel: ChartPanel | ParallelPanel): Numbers {
    const all =
        panel.type === "parallel" ? parallel(panel) : panel.marks.some((m) => m.type === "heat") ? heat(panel) : marks(panel);
    return { columns: all.columns, rows: all.rows.slice(0, most), total: all.rows.length, cut: all.rows.length > most };
}

const named = (axis: Axis, value: number | null) =>
    value === null ? "" : axis.categories ? (axis.categories[value] ?? "") : show(value);

function parallel(panel: ParallelPanel) {
    return {
        columns: panel.axes.map((a) => a.label),
        rows: panel.lines.map((line) => line.map((v, i) => named(panel.axes[i], v))),
    };
}

function heat(panel: ChartPanel) {
    const mark = panel.marks.find((m): m is Extract<Mark, { type: "heat" }> => m.type === "heat")!;
    const cells = bytes(mark.cells);
    const columns = mark.x.length - 1;
    const middle = (axis: Axis, edges: number[], i: number) => axis.categories?.[i] ?? show((edges[i] + edges[i + 1]) / 2);
    const value = (level: number) =>
        level === 255
            ? ""
            : show(Number((panel.scale!.min + (level / 254) * (panel.scale!.max - panel.scale!.min)).toPrecision(4)));
    return {
        columns: [
            `${panel.y.label} \\ ${panel.x.label}`,
            ...Array.from({ length: columns }, (_, i) => middle(panel.x, mark.x, i)),
        ],
        rows: Array.from({ length: mark.y.length - 1 }, (_, r) => [
            middle(panel.y, mark.y, r),
            ...Array.from({ length: columns }, (_, c) => value(cells[r * columns + c])),
        ]),
    };
}

function marks(panel: ChartPanel) {
    // One row an x, one column a line; a band's ends are two columns.
    const columns: { name: string; at: Map<string, string> }[] = [];
    const order = new Map<string, number>();
    const put = (name: string, xs: (number | null)[], ys: (number | null)[]) => {
        const at = new Map<string, string>();
        xs.forEach((x, i) => {
            const key = named(panel.x, x);
            if (x !== null) order.set(key, x);
            at.set(key, ys[i] === null ? "" : named(panel.y, ys[i]));
        });
        columns.push({ name, at });
    };
    for (const mark of panel.marks) {
        const name = mark.name || panel.y.label;
        if (mark.type === "line" || mark.type === "points") put(name, mark.x, mark.y);
        else if (mark.type === "band" || mark.type === "errors") {
            put(`${name}, low`, mark.x, mark.low);
            put(`${name}, high`, mark.x, mark.high);
        } else if (mark.type === "bars") {
            const axis = mark.horizontal ? panel.y : panel.x;
            return {
                columns: [axis.label || "of", mark.horizontal ? panel.x.label : panel.y.label],
                rows: mark.values.map((v, i) => [axis.categories?.[i] ?? String(i), show(v)]),
            };
        } else if (mark.type === "histogram") put(name, mark.edges.slice(0, -1), mark.heights);
    }
    const keys = [...order].sort((a, b) => a[1] - b[1]).map(([key]) => key);
    return {
        columns: [panel.x.label, ...columns.map((c) => c.name)],
        rows: keys.map((key) => [key, ...columns.map((c) => c.at.get(key) ?? "")]),
    };
}
