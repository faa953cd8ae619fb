import { CustomChart, LineChart, ParallelChart, ScatterChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, LegendComponent, ParallelComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { bytes } from "./bytes";
import { colorAt, rgb } from "./colors";
import type { Axis, ChartPanel, Mark, ParallelPanel, Scale } from "./data";
import { el, show } from "./dom";
import { tonesOf, visible, type Tones } from "./tones";

echarts.use([
    CustomChart,
    LineChart,
    ParallelChart,
    ScatterChart,
    DataZoomComponent,
    GridComponent,
    LegendComponent,
    ParallelComponent,
    TooltipComponent,
    CanvasRenderer,
]);

export type Chart = echarts.ECharts;
// The tree-shaken builds have no common type for options; these objects follow echarts' documentation.
type Option = Record<string, unknown>;

/** What a page may ask of its charts beyond the figure itself. */
export interface Manner {
    /** Lines differ by dashes as well as by colour; by marks on them, where dashes mean something else. */
    distinct?: boolean;
}

function axis(a: Axis, gap: number, vertical: boolean, { ink, grid, frame }: Tones): Option {
    const places = a.categories ? a.categories.map((_, i) => i) : a.ticks;
    const categories = a.categories;
    return {
        type: a.log ? "log" : "value",
        name: a.label,
        nameLocation: "middle",
        nameGap: gap,
        nameTextStyle: { color: ink, fontSize: 12 },
        scale: true,
        minInterval: a.whole ? 1 : undefined,
        min: categories ? -0.5 : (a.min ?? undefined),
        max: categories ? categories.length - 0.5 : (a.max ?? undefined),
        splitLine: { show: !categories, lineStyle: { color: grid } },
        axisLine: { show: true, onZero: false, lineStyle: { color: frame } },
        axisTick: { show: true, customValues: places ?? undefined },
        axisLabel: {
            color: ink,
            // Where an end of the axis is given it is seldom a round number.
            showMinLabel: a.min === null ? undefined : false,
            showMaxLabel: a.max === null ? undefined : false,
            hideOverlap: true,
            width: vertical ? 110 : undefined,
            overflow: vertical ? "truncate" : undefined,
            rotate: categories && !vertical && categories.some((c) => c.length > 10) ? 35 : 0,
            customValues: places ?? undefined,
            formatter: (value: number) => (categories ? (categories[value] ?? "") : show(value)),
        },
    };
}

interface Api {
    value(dimension: number): number;
    coord(point: [number, number]): [number, number];
}

/** A series that draws something for each of its points. */
function eachOf(
    mark: { name: string; color: string },
    data: unknown[],
    render: (i: number, api: Api) => Option | null,
    dimensions: Option,
): Option {
    return {
        type: "custom",
        name: mark.name,
        itemStyle: { color: mark.color },
        data,
        encode: dimensions,
        clip: true,
        animation: false,
        renderItem: (params: { dataIndex: number }, api: Api) => render(params.dataIndex, api),
    };
}

/** A series that draws one shape through all of its points. */
function shape(
    mark: { name: string; color: string },
    data: unknown[],
    render: (api: Api) => Option | null,
    dimensions: Option,
): Option {
    const first = (i: number, api: Api) => (i === 0 ? render(api) : null);
    return { ...eachOf(mark, data, first, dimensions), silent: true, tooltip: { show: false } };
}

const line = (from: [number, number], to: [number, number], color: string): Option => ({
    type: "line",
    shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
    style: { stroke: color, lineWidth: 1.4 },
});

const dashes = ["solid", "dashed", "dotted", [9, 3, 2, 3], [2, 5], [14, 4]];
const symbols = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];
const marksOnLine = 7;

/** Every name's place among those of the panel: equal names are drawn alike. */
function places(marks: Mark[]): Map<string, number> {
    const found = new Map<string, number>();
    for (const { name } of marks) if (name && !found.has(name)) found.set(name, found.size);
    return found;
}

/** A line's points, of which a few bear its mark; each line's lie elsewhere, so that they do not hide each other. */
function marked(points: unknown[][], place: number): unknown[] {
    const apart = Math.max(1, Math.round(points.length / marksOnLine));
    return points.map((value, i) => (i % apart === place % apart ? value : { value, symbol: "none" }));
}

function series(drawn: Mark, scale: Scale | null, tones: Tones, place: number, told: "dashes" | "marks" | null): Option[] {
    const mark: Mark = { ...drawn, color: visible(drawn.color, tones) };
    const { ink } = tones;
    switch (mark.type) {
        case "line": {
            const points = mark.x.map((x, i) => [x, mark.y[i] ?? "-"]);
            const bears = told === "marks" && !mark.dots && points.length > 1;
            return [
                {
                    type: "line",
                    name: mark.name,
                    data: bears ? marked(points, place) : points,
                    showSymbol: bears || mark.dots || points.length === 1,
                    showAllSymbol: true,
                    symbolSize: bears ? 8 : 7,
                    symbol: bears ? symbols[place % symbols.length] : "circle",
                    lineStyle: {
                        color: mark.color,
                        width: mark.width + 0.2,
                        type: mark.dashed ? "dashed" : told === "dashes" ? dashes[place % dashes.length] : "solid",
                    },
                    itemStyle: { color: mark.color },
                    emphasis: { focus: "series" },
                    animation: false,
                    z: 3,
                },
            ];
        }
        case "band": {
            const parts: number[][] = [[]];
            mark.x.forEach((x, i) => {
                if (x === null || mark.low[i] === null || mark.high[i] === null) parts.push([]);
                else parts[parts.length - 1].push(i);
            });
            return [
                shape(
                    mark,
                    mark.x.map((x, i) => [x, mark.low[i], mark.high[i]]),
                    (api) => ({
                        type: "group",
                        children: parts
                            .filter((p) => p.length > 1)
                            .map((part) => ({
                                type: "polygon",
                                shape: {
                                    points: [
                                        ...part.map((i) => api.coord([mark.x[i]!, mark.high[i]!])),
                                        ...[...part].reverse().map((i) => api.coord([mark.x[i]!, mark.low[i]!])),
                                    ],
                                },
                                style: { fill: mark.color, opacity: mark.opacity },
                            })),
                    }),
                    { x: 0, y: [1, 2] },
                ),
            ];
        }
        case "points":
            return [
                {
                    type: "scatter",
                    name: mark.name,
                    symbolSize: 2 * mark.radius,
                    animation: false,
                    z: 4,
                    data: mark.x.map((x, i) => ({
                        value: [x, mark.y[i]],
                        name: mark.labels?.[i],
                        itemStyle: { color: mark.values && scale ? colorAt(scale, mark.values[i], tones.dark) : mark.color },
                    })),
                    itemStyle: { color: mark.color, opacity: mark.opacity },
                },
            ];
        case "errors":
            return [
                eachOf(
                    mark,
                    mark.x.map((x, i) => [x, mark.low[i], mark.high[i]]),
                    (i, api) => {
                        if (mark.low[i] === null || mark.high[i] === null) return null;
                        const [low, high] = [api.coord([mark.x[i]!, mark.low[i]!]), api.coord([mark.x[i]!, mark.high[i]!])];
                        return {
                            type: "group",
                            children: [
                                line(low, high, mark.color),
                                line([low[0] - 4, low[1]], [low[0] + 4, low[1]], mark.color),
                                line([high[0] - 4, high[1]], [high[0] + 4, high[1]], mark.color),
                            ],
                        };
                    },
                    { x: 0, y: [1, 2] },
                ),
            ];
        case "bars":
            return [
                eachOf(
                    mark,
                    mark.values.map((value, i) =>
                        mark.horizontal ? [value, i, mark.high?.[i] ?? value] : [i, value, mark.high?.[i] ?? value],
                    ),
                    (i, api) => {
                        const value = mark.values[i];
                        if (value === null) return null;
                        const at = (along: number, v: number) => api.coord(mark.horizontal ? [v, along] : [along, v]);
                        const [a, b] = [at(i - 0.36, Math.min(0, value)), at(i + 0.36, Math.max(0, value))];
                        const children: Option[] = [
                            {
                                type: "rect",
                                shape: {
                                    x: Math.min(a[0], b[0]),
                                    y: Math.min(a[1], b[1]),
                                    width: Math.abs(b[0] - a[0]),
                                    height: Math.abs(b[1] - a[1]),
                                },
                                style: { fill: mark.color },
                            },
                        ];
                        if (mark.low && mark.high && mark.low[i] !== null && mark.high[i] !== null)
                            children.push(line(at(i, mark.low[i]!), at(i, mark.high[i]!), ink));
                        return { type: "group", children };
                    },
                    mark.horizontal ? { x: [0, 2], y: 1 } : { x: 0, y: [1, 2] },
                ),
            ];
        case "histogram":
            return [
                shape(
                    mark,
                    mark.heights.flatMap((h, i) => [
                        [mark.edges[i], h],
                        [mark.edges[i + 1], h],
                    ]),
                    (api) => ({
                        type: "polygon",
                        shape: {
                            points: [
                                api.coord([mark.edges[0], 0]),
                                ...mark.heights.flatMap((h, i) => [
                                    api.coord([mark.edges[i], h]),
                                    api.coord([mark.edges[i + 1], h]),
                                ]),
                                api.coord([mark.edges[mark.edges.length - 1], 0]),
                            ],
                        },
                        style: { fill: mark.color, fillOpacity: 0.22, stroke: mark.color, lineWidth: 1.4 },
                    }),
                    { x: 0, y: 1 },
                ),
            ];
        case "heat": {
            const picture = paint(mark, scale!);
            const [left, right, bottom, top] = [mark.x[0], mark.x[mark.x.length - 1], mark.y[0], mark.y[mark.y.length - 1]];
            return [
                shape(
                    mark,
                    [
                        [left, bottom],
                        [right, top],
                    ],
                    (api) => {
                        const [a, b] = [api.coord([left, top]), api.coord([right, bottom])];
                        return {
                            type: "image",
                            style: { image: picture, x: a[0], y: a[1], width: b[0] - a[0], height: b[1] - a[1] },
                        };
                    },
                    { x: 0, y: 1 },
                ),
            ];
        }
    }
}

type Heat = Extract<Mark, { type: "heat" }>;

/** Cells as a picture, each several pixels wide and where its edges are, so that nothing is smoothed away. */
function paint(heat: Heat, scale: Scale): HTMLCanvasElement {
    const cells = bytes(heat.cells);
    const [columns, rows] = [heat.x.length - 1, heat.y.length - 1];
    const canvas = el("canvas", { width: "1200", height: "800" });
    const context = canvas.getContext("2d")!;
    const x = (v: number) => ((v - heat.x[0]) / (heat.x[columns] - heat.x[0])) * canvas.width;
    const y = (v: number) => (1 - (v - heat.y[0]) / (heat.y[rows] - heat.y[0])) * canvas.height;
    for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
            const level = cells[row * columns + column];
            const t = level / 254;
            context.fillStyle = level === 255 ? "#ebebeb" : `rgb(${rgb(scale.reversed ? 1 - t : t).join(",")})`;
            const [left, top] = [Math.floor(x(heat.x[column])), Math.floor(y(heat.y[row + 1]))];
            context.fillRect(left, top, Math.ceil(x(heat.x[column + 1])) - left, Math.ceil(y(heat.y[row])) - top);
        }
    }
    return canvas;
}

/** Everything of a chart but what the reader does with it, the zoom above all: given again with other numbers, that stays. */
function chartOption(panel: ChartPanel, tones: Tones, manner: Manner): Option {
    const heat = panel.marks.find((m): m is Heat => m.type === "heat");
    const bars = panel.marks.some((m) => (m.type === "bars" && !m.horizontal) || m.type === "histogram");
    const yAxis = axis(panel.y, 52, true, tones);
    if (bars) yAxis.scale = false;
    if (heat) {
        // The picture reaches the frame: there is nothing beyond it.
        Object.assign(yAxis, {
            min: yAxis.min ?? heat.y[0],
            max: yAxis.max ?? heat.y[heat.y.length - 1],
            splitLine: { show: false },
        });
        if (!panel.y.categories) Object.assign(yAxis.axisLabel as Option, { showMinLabel: false, showMaxLabel: false });
    }
    const xAxis = axis(panel.x, panel.x.categories?.some((c) => c.length > 10) ? 58 : 28, false, tones);
    if (heat) {
        Object.assign(xAxis, {
            min: xAxis.min ?? heat.x[0],
            max: xAxis.max ?? heat.x[heat.x.length - 1],
            splitLine: { show: false },
        });
        if (!panel.x.categories) Object.assign(xAxis.axisLabel as Option, { showMinLabel: false, showMaxLabel: false });
    }
    const along = panel.marks.some((m) => m.type === "line" && !m.dots) && !heat;
    const named = places(panel.marks);
    const told =
        !manner.distinct || named.size < 2 ? null : panel.marks.some((m) => m.type === "line" && m.dashed) ? "marks" : "dashes";
    return {
        animation: false,
        textStyle: { fontFamily: "inherit" },
        grid: {
            left: panel.y.categories ? 130 : 68,
            right: 16,
            top: 12,
            bottom: panel.x.categories?.some((c) => c.length > 10) ? 84 : 48,
        },
        legend: { show: false },
        tooltip: {
            trigger: along ? "axis" : "item",
            confine: true,
            backgroundColor: tones.paper,
            borderColor: tones.grid,
            textStyle: { color: tones.ink, fontSize: 12 },
            formatter: (hovered: unknown) =>
                along ? alongTip(panel.x.label, hovered as Hovered[]) : pointTip(hovered as Hovered),
        },
        xAxis,
        yAxis,
        series: panel.marks.flatMap((mark, i) =>
            series(mark, panel.scale, tones, named.get(mark.name) ?? 0, told).map((one, k) => ({ id: `${i}.${k}`, ...one })),
        ),
    };
}

interface Hovered {
    name?: string;
    seriesName?: string;
    color?: string;
    value?: (number | null)[];
}

const mostInTip = 20;

// Tips are elements: text of sweep files is never markup, and no style is written as text.
function alongTip(label: string, hovered: Hovered[]): HTMLElement {
    const rows = hovered.filter((h) => typeof h.value?.[1] === "number").sort((a, b) => b.value![1]! - a.value![1]!);
    const tip = el("div", { class: "tip" }, el("strong", {}, `${label} ${show(rows[0]?.value?.[0] ?? null)}`));
    for (const row of rows.slice(0, mostInTip)) {
        tip.append(
            el(
                "div",
                {},
                el("span", { class: "swatch", style: `background:${row.color}` }),
                `${row.seriesName || label}  ${show(row.value![1])}`,
            ),
        );
    }
    if (rows.length > mostInTip) tip.append(el("div", {}, `and ${rows.length - mostInTip} more`));
    return tip;
}

function pointTip(hovered: Hovered): HTMLElement {
    return el("div", { class: "tip" }, hovered.name ? hovered.name : (hovered.value ?? []).map((v) => show(v)).join(", "));
}

const zooms = (panel: ChartPanel) =>
    !panel.marks.some((m) => m.type === "heat" || (m.type === "bars" && !m.horizontal) || m.type === "histogram") &&
    !panel.x.categories &&
    !panel.y.categories;

export function drawChart(host: HTMLElement, panel: ChartPanel, manner: Manner = {}): Chart {
    const chart = echarts.init(host);
    chart.setOption({
        ...chartOption(panel, tonesOf(host), manner),
        dataZoom: zooms(panel)
            ? [
                  {
                      type: "inside",
                      xAxisIndex: 0,
                      filterMode: "none",
                      zoomOnMouseWheel: "ctrl",
                      moveOnMouseWheel: false,
                      moveOnMouseMove: false,
                  },
              ]
            : [],
    });
    const heat = panel.marks.find((m): m is Heat => m.type === "heat");
    if (heat) readOut(host, chart, panel, heat);
    return chart;
}

/** Other numbers into a chart that is there: zoom and hidden lines stay. */
export function refillChart(chart: Chart, host: HTMLElement, panel: ChartPanel, manner: Manner = {}): void {
    chart.setOption(chartOption(panel, tonesOf(host), manner), { replaceMerge: ["series"] });
}

/** Says which cell the pointer is on. */
function readOut(host: HTMLElement, chart: Chart, panel: ChartPanel, heat: Heat): void {
    const label = el("div", { class: "readout", hidden: "" });
    host.append(label);
    const cells = bytes(heat.cells);
    const scale = panel.scale!;
    const place = (edges: number[], value: number) =>
        edges.findIndex((edge, i) => i + 1 < edges.length && value >= edge && value < edges[i + 1]);
    const name = (a: Axis, edges: number[], i: number) => a.categories?.[i] ?? show((edges[i] + edges[i + 1]) / 2);
    chart.getZr().on("mousemove", (event: { offsetX: number; offsetY: number }) => {
        const [x, y] = chart.convertFromPixel("grid", [event.offsetX, event.offsetY]);
        const [column, row] = [place(heat.x, x), place(heat.y, y)];
        label.hidden = column < 0 || row < 0;
        if (label.hidden) return;
        const level = cells[row * (heat.x.length - 1) + column];
        const value =
            level === 255 ? "not measured" : show(Number((scale.min + (level / 254) * (scale.max - scale.min)).toPrecision(4)));
        label.textContent = `${panel.x.label} ${name(panel.x, heat.x, column)}, ${panel.y.label} ${name(panel.y, heat.y, row)}: ${value}`;
    });
    chart.getZr().on("globalout", () => {
        label.hidden = true;
    });
}

function parallelOption(panel: ParallelPanel, { ink, frame, dark }: Tones): Option {
    return {
        animation: false,
        textStyle: { fontFamily: "inherit" },
        parallel: { left: 60, right: 70, top: 46, bottom: 16 },
        legend: { show: false },
        parallelAxis: panel.axes.map((a, i) => ({
            id: `axis-${i}`,
            dim: i,
            name: a.label,
            nameTextStyle: { fontSize: 11, color: ink },
            type: a.categories ? "category" : a.log ? "log" : "value",
            data: a.categories ?? undefined,
            scale: true,
            realtime: false,
            nameLocation: "end",
            nameGap: i % 2 ? 10 : 24,
            axisLine: { lineStyle: { color: frame } },
            axisLabel: { color: ink, formatter: a.categories ? undefined : (v: number) => show(v) },
        })),
        series: [
            {
                id: "lines",
                type: "parallel",
                smooth: false,
                inactiveOpacity: 0.04,
                activeOpacity: 0.9,
                progressive: 500,
                data: panel.lines.map((values) => ({
                    value: values.map((v, i) => (v === null ? "-" : panel.axes[i].categories ? panel.axes[i].categories![v] : v)),
                    lineStyle: {
                        color: colorAt(panel.scale, values[values.length - 1], dark),
                        width: 1.2,
                        opacity: panel.lines.length > 200 ? 0.4 : 0.8,
                    },
                })),
            },
        ],
    };
}

export function drawParallel(host: HTMLElement, panel: ParallelPanel): Chart {
    const chart = echarts.init(host);
    chart.setOption(parallelOption(panel, tonesOf(host)));
    return chart;
}

export function refillParallel(chart: Chart, host: HTMLElement, panel: ParallelPanel): void {
    chart.setOption(parallelOption(panel, tonesOf(host)));
}
