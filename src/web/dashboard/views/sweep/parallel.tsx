import type { ParallelPanel } from "../../../figures/data";
import { query } from "../../data/api";
import { useFollowed } from "../../data/resource";
import { change } from "../../data/route";
import type { FigureAnswer, SweepDetail, SweepEntry } from "../../data/types";
import { announce } from "../../parts/announce";
import { AsCommand } from "../../parts/command";
import { FigureView, type Brushed } from "../../parts/figure";
import { Card, Loaded } from "../../parts/pieces";
import type { Wish } from "../sweep";
import { Files } from "./figures";
import { parse, range, without } from "./where";

/** Every trial a line; a stretch of an axis that is brushed becomes the page's filter. */
export function ParallelCard({ sweep, detail, wish }: { sweep: SweepEntry; detail: SweepDetail; wish: Wish }) {
    // What nothing can be drawn of is empty, and not a fault.
    const varies = detail.varying.length > 0;
    const empty = !varies ? "Nothing but the seed varies." : !sweep.states.succeeded ? "No trial has finished yet." : null;
    const address = `/api/sweeps/${sweep.id}/figures/parallel`;
    const figure = useFollowed<FigureAnswer>(empty ? null : `${address}${query({ metric: wish.metric })}`, sweep.changed, 3000);
    return (
        <Card title="Parallel coordinates" of={figure}>
            <p class="faint" style={empty && varies ? { minHeight: "380px" } : undefined}>
                {empty ??
                    "Drag along an axis to filter table, curves and trials by it; click beside what is marked to take it back."}
            </p>
            {!empty && (
                <Loaded of={figure} tall={380}>
                    {(answer) => {
                        const panel = answer.panels.find((p): p is ParallelPanel => p.type === "parallel");
                        return (
                            <>
                                <FigureView
                                    figure={answer}
                                    brushed={panel ? brushedOf(panel, detail, wish.where) : undefined}
                                    onBrush={(axis, intervals) => panel && brush(panel, detail, wish.where, axis, intervals)}
                                />
                                <Files address={address} parameters={{ metric: wish.metric }} />
                                <AsCommand line={answer.command} />
                            </>
                        );
                    }}
                </Loaded>
            )}
        </Card>
    );
}

const pathOf = (panel: ParallelPanel, detail: SweepDetail, axis: number) => {
    const label = panel.axes[axis].label;
    return detail.varying.find((v) => v.label === label || v.path === label)?.path ?? (label === "seed" ? "seed" : undefined);
};

function brush(panel: ParallelPanel, detail: SweepDetail, where: string[], axis: number, intervals: [number, number][]): void {
    const path = pathOf(panel, detail, axis);
    if (!path) {
        if (intervals.length > 0)
            announce("This axis shows the result: lines are marked, and the table is filtered by parameters alone.");
        return;
    }
    const rest = without(where, path);
    if (intervals.length === 0) {
        change({ where: rest });
        return;
    }
    const categories = panel.axes[axis].categories;
    if (categories) {
        const chosen = categories.filter((_, i) => intervals.some(([low, high]) => i >= low && i <= high));
        change({ where: chosen.length === 0 ? rest : [...rest, `${path}=${chosen.join("|")}`] });
        return;
    }
    // An end at, or nearly at, the last value is left open: neither rounding nor a hand's width must lose what lies on the end.
    const values = panel.lines.map((line) => line[axis]).filter((v): v is number => v !== null);
    const along = (v: number) => (panel.axes[axis].log ? Math.log(v) : v);
    const [low, high] = [Math.min(...intervals.map((i) => i[0])), Math.max(...intervals.map((i) => i[1]))];
    const [least, most] = [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
    const hand = 0.03 * (along(most) - along(least));
    const [open, shut] = [along(low) <= along(least) + hand, along(high) >= along(most) - hand];
    if (!values.some((v) => (open || v >= low) && (shut || v <= high))) {
        announce(
            `No trial lies between ${Number(low.toPrecision(4))} and ${Number(high.toPrecision(4))} ` +
                `of ${panel.axes[axis].label}: nothing was filtered.`,
        );
        return;
    }
    const text = `${open ? "" : Number(low.toPrecision(5))}..${shut ? "" : Number(high.toPrecision(5))}`;
    change({ where: text === ".." ? rest : [...rest, `${path}=${text}`] });
}

/** The filter as stretches of the axes. */
function brushedOf(panel: ParallelPanel, detail: SweepDetail, where: string[]): Brushed[] {
    return parse(where).flatMap(({ path, wanted }) => {
        const axis = panel.axes.findIndex((_, i) => pathOf(panel, detail, i) === path);
        if (axis < 0) return [];
        const categories = panel.axes[axis].categories;
        const values = panel.lines.map((line) => line[axis]).filter((v): v is number => v !== null);
        const ends = range(wanted);
        if (ends && !categories)
            return [
                {
                    axis,
                    intervals: [
                        [
                            ends[0] ?? values.reduce((a, b) => Math.min(a, b), Infinity),
                            ends[1] ?? values.reduce((a, b) => Math.max(a, b), -Infinity),
                        ] as [number, number],
                    ],
                },
            ];
        const places = wanted
            .split("|")
            .map((v) => (categories ? categories.indexOf(v) : Number(v)))
            .filter((v) => Number.isFinite(v) && v >= (categories ? 0 : -Infinity));
        const half = categories ? 0.3 : 1e-9;
        return places.length > 0
            ? [
                  {
                      axis,
                      intervals: places.map(
                          (v) =>
                              [
                                  v - half * Math.max(1, Math.abs(categories ? 1 : v)),
                                  v + half * Math.max(1, Math.abs(categories ? 1 : v)),
                              ] as [number, number],
                      ),
                  },
              ]
            : [];
    });
}
