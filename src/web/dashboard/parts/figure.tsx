import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Chart } from "../../figures/chart";
import type { ChartPanel, Figure, ParallelPanel, TilesPanel } from "../../figures/data";
import { show } from "../../figures/dom";
import { heightOf, nameOf, scaleBar, tiles } from "../../figures/parts";
import { tonesOf, visible } from "../../figures/tones";
import { figureTable } from "./figure-table";
import { onTheme } from "./theme";

export type Zoom = [number, number] | null;

/** What was brushed on an axis: its place among the axes, and from where to where. */
export interface Brushed {
    axis: number;
    intervals: [number, number][];
}

interface Props {
    figure: Figure;
    zoom?: Zoom;
    onZoom?: (zoom: Zoom) => void;
    brushed?: Brushed[];
    onBrush?: (axis: number, intervals: [number, number][]) => void;
    hidden?: Set<string>;
    onHidden?: (hidden: Set<string>) => void;
}

/** A figure as the report has it, that goes on living: other numbers come in, and zoom, brush and hidden lines stay. */
export function FigureView({ figure, zoom = null, onZoom, brushed, onBrush, hidden: given, onHidden }: Props) {
    const [own, setOwn] = useState<Set<string>>(new Set());
    const hidden = given ?? own;
    const setHidden = onHidden ?? setOwn;
    const [asTable, setAsTable] = useState(false);
    const names = new Map<string, string>();
    for (const panel of figure.panels)
        if (panel.type === "chart")
            for (const mark of panel.marks) if (mark.name && !names.has(mark.name)) names.set(mark.name, mark.color);
    const toggle = (name: string) => {
        const next = new Set(hidden);
        if (!next.delete(name)) next.add(name);
        setHidden(next);
    };
    const charts = figure.panels.some((p) => p.type !== "tiles");
    const bearing = figure.panels.some((p) => p.type === "chart" && p.marks.some((m) => m.type === "line" && m.dashed));
    return (
        <div class="figure" data-kind={figure.kind}>
            {names.size > 1 && (
                <div class="legend" role="group" aria-label={figure.legendTitle || "lines"}>
                    {figure.legendTitle && <span class="legend-title">{figure.legendTitle}:</span>}
                    {[...names].map(([name, color], i) => (
                        <button
                            type="button"
                            aria-pressed={!hidden.has(name)}
                            title="show or hide"
                            key={name}
                            onClick={() => toggle(name)}>
                            <Swatch color={color} place={i} bearing={bearing} />
                            {name}
                        </button>
                    ))}
                </div>
            )}
            <div class="panels" data-count={figure.panels.length}>
                {figure.panels.map((panel, i) =>
                    panel.type === "tiles" ? (
                        <Tiles panel={panel} key={i} />
                    ) : (
                        <Panel
                            key={`${i} ${panel.type} ${shapeOf(panel)}`}
                            panel={panel}
                            zoom={zoom}
                            onZoom={onZoom}
                            brushed={brushed}
                            onBrush={onBrush}
                            hidden={hidden}
                        />
                    ),
                )}
            </div>
            {figure.notes.length > 0 && (
                <div class="notes">
                    {figure.notes.map((note, i) => (
                        <p key={i}>{note}</p>
                    ))}
                </div>
            )}
            {charts && (
                <details class="as-table" open={asTable} onToggle={(e) => setAsTable(e.currentTarget.open)}>
                    <summary>show as table</summary>
                    {asTable && figure.panels.map((panel, i) => <PanelTable panel={panel as ChartPanel} key={i} />)}
                </details>
            )}
        </div>
    );
}

/** What a chart cannot change while it lives. */
function shapeOf(panel: ChartPanel | ParallelPanel): string {
    return panel.type === "parallel"
        ? panel.axes.map((a) => a.label).join()
        : `${panel.x.log} ${panel.y.log} ${panel.marks.some((m) => m.type === "heat")} ${panel.x.categories?.length} ${panel.y.categories?.length}`;
}

const strokes = ["", "6 3", "2 2", "7 2 2 2", "2 4", "10 3"];

const shapes = [
    "M11 1a4 4 0 1 0 .01 0z",
    "M7 1h8v8h-8z",
    "M11 1l4.5 8h-9z",
    "M11 0l5 5-5 5-5-5z",
    "M11 1a4 4 0 1 0 .01 0z",
    "M7 1h8v8h-8z",
];

/** How a line can be told without its colour: by its dashes, or by the mark it bears. */
function Swatch({ color, place, bearing }: { color: string; place: number; bearing: boolean }) {
    const [, redraw] = useState(0);
    useEffect(() => onTheme(() => redraw((n) => n + 1)), []);
    const tones = tonesOf(document.documentElement);
    const shown = visible(color, tones);
    const empty = place % shapes.length >= 4;
    return (
        <svg class="dash" width="22" height="10" aria-hidden="true">
            <line
                x1="0"
                y1="5"
                x2="22"
                y2="5"
                stroke={shown}
                stroke-width={bearing ? 2 : 3}
                stroke-dasharray={bearing ? "" : strokes[place % strokes.length]}
            />
            {bearing && (
                <path
                    d={shapes[place % shapes.length]}
                    fill={empty ? tones.paper : shown}
                    stroke={shown}
                    stroke-width={empty ? 2 : 0}
                />
            )}
        </svg>
    );
}

function Panel({
    panel,
    zoom,
    onZoom,
    brushed,
    onBrush,
    hidden,
}: {
    panel: ChartPanel | ParallelPanel;
    zoom: Zoom;
    hidden: Set<string>;
} & Pick<Props, "onZoom" | "brushed" | "onBrush">) {
    const host = useRef<HTMLDivElement>(null);
    const chart = useRef<Chart | null>(null);
    const latest = useRef({ panel, zoom, hidden, brushed, onZoom, onBrush });
    latest.current = { panel, zoom, hidden, brushed, onZoom, onBrush };
    const code = useRef<typeof import("../../figures/chart") | null>(null);
    const dragging = useRef(false);
    const applied = useRef<{ zoom: Zoom; hidden: Set<string>; brushed: string }>({ zoom: null, hidden: new Set(), brushed: "" });

    const fill = () => {
        if (!chart.current || dragging.current) return;
        const now = latest.current;
        if (now.panel.type === "parallel") code.current!.refillParallel(chart.current, host.current!, now.panel);
        else code.current!.refillChart(chart.current, host.current!, now.panel, { distinct: true });
        host.current!.dataset.fills = String(Number(host.current!.dataset.fills ?? 0) + 1);
    };
    const arrange = () => {
        const [it, now, was] = [chart.current, latest.current, applied.current];
        if (!it) return;
        for (const name of was.hidden) if (!now.hidden.has(name)) it.dispatchAction({ type: "legendSelect", name });
        for (const name of now.hidden) if (!was.hidden.has(name)) it.dispatchAction({ type: "legendUnSelect", name });
        if (String(now.zoom) !== String(was.zoom))
            it.dispatchAction(
                now.zoom
                    ? { type: "dataZoom", startValue: now.zoom[0], endValue: now.zoom[1] }
                    : { type: "dataZoom", start: 0, end: 100 },
            );
        const brush = JSON.stringify(now.brushed ?? []);
        if (brush !== was.brushed && now.panel.type === "parallel") {
            now.panel.axes.forEach((_, i) =>
                it.dispatchAction({
                    type: "axisAreaSelect",
                    parallelAxisId: `axis-${i}`,
                    intervals: now.brushed?.find((b) => b.axis === i)?.intervals ?? [],
                }),
            );
        }
        applied.current = { zoom: now.zoom, hidden: new Set(now.hidden), brushed: brush };
    };

    useEffect(() => {
        const element = host.current!;
        let gone = false;
        const watchers: (() => void)[] = [];
        // A chart is drawn, and the code for it loaded, when it comes near the window.
        const observer = new IntersectionObserver(
            (entries) => {
                if (!entries.some((e) => e.isIntersecting)) return;
                observer.disconnect();
                void import("../../figures/chart").then((loaded) => {
                    if (gone) return;
                    code.current = loaded;
                    const now = latest.current;
                    const drawn =
                        now.panel.type === "parallel"
                            ? loaded.drawParallel(element, now.panel)
                            : loaded.drawChart(element, now.panel, { distinct: true });
                    chart.current = drawn;
                    arrange();
                    element.dataset.drawn = "true";
                    const sizes = new ResizeObserver(() => drawn.resize());
                    sizes.observe(element);
                    watchers.push(
                        () => sizes.disconnect(),
                        onTheme(fill),
                        followZoom(element, drawn, latest, dragging, fill, applied),
                        () => drawn.dispose(),
                    );
                    if (now.panel.type === "parallel") {
                        drawn.on("axisareaselected", (event) => {
                            const { parallelAxisId, intervals } = event as unknown as {
                                parallelAxisId?: string;
                                intervals?: [number, number][];
                            };
                            const axis = Number(parallelAxisId?.replace("axis-", ""));
                            if (!intervals || !Number.isInteger(axis)) return;
                            const others = (latest.current.brushed ?? []).filter((b) => b.axis !== axis);
                            if (
                                JSON.stringify(latest.current.brushed?.find((b) => b.axis === axis)?.intervals ?? []) ===
                                JSON.stringify(intervals)
                            )
                                return;
                            applied.current.brushed = JSON.stringify(
                                intervals.length > 0 ? [...others, { axis, intervals }] : others,
                            );
                            latest.current.onBrush?.(axis, intervals);
                        });
                    }
                });
            },
            { rootMargin: "300px" },
        );
        observer.observe(element);
        return () => {
            gone = true;
            observer.disconnect();
            for (const stop of watchers) stop();
            chart.current = null;
        };
    }, []);
    useEffect(fill, [panel]);
    useEffect(arrange, [zoom && zoom.join(), hidden, JSON.stringify(brushed)]);

    const label = useMemo(() => summary(panel), [panel]);
    const bar = useRef<HTMLDivElement>(null);
    const scale = JSON.stringify(panel.scale);
    useEffect(() => {
        bar.current?.replaceChildren(...(panel.scale ? [scaleBar(panel.scale)] : []));
    }, [scale]);
    return (
        <figure class={panel.type === "parallel" ? "wide" : ""}>
            {panel.title && <figcaption>{panel.title}</figcaption>}
            <div class="chart" ref={host} role="img" aria-label={label} style={{ height: `${heightOf(panel)}px` }} />
            {panel.scale && <div ref={bar} />}
        </figure>
    );
}

/** Dragging with a mouse marks what to zoom into; a double click takes it back; Ctrl and the wheel zoom, too. */
function followZoom(
    host: HTMLElement,
    chart: Chart,
    latest: { current: { panel: ChartPanel | ParallelPanel } & Pick<Props, "onZoom"> },
    dragging: { current: boolean },
    fill: () => void,
    applied: { current: { zoom: Zoom } },
): () => void {
    const zoomable = () =>
        latest.current.onZoom &&
        latest.current.panel.type === "chart" &&
        (chart.getOption() as { dataZoom?: unknown[] }).dataZoom?.length;
    const valueAt = (x: number) => chart.convertFromPixel({ xAxisIndex: 0 }, x) as unknown as number;
    const stop = new AbortController();
    const mark = document.createElement("div");
    mark.className = "zoom-mark";
    mark.hidden = true;
    host.append(mark);
    // Whole epochs, where a stretch has several of them.
    const rounded = (value: number) => {
        const panel = latest.current.panel as ChartPanel;
        const [a, b] = [valueAt(68), valueAt(host.clientWidth - 16)];
        return panel.x.whole && Math.abs(b - a) > 8 ? Math.round(value) : Number(value.toPrecision(4));
    };
    let from: number | null = null;
    const at = (event: PointerEvent) => event.clientX - host.getBoundingClientRect().left;
    host.addEventListener(
        "pointerdown",
        (event) => {
            if (event.pointerType !== "mouse" || event.button !== 0) return;
            dragging.current = true;
            if (zoomable() && chart.containPixel("grid", [at(event), event.clientY - host.getBoundingClientRect().top]))
                from = at(event);
        },
        { signal: stop.signal },
    );
    addEventListener(
        "pointermove",
        (event) => {
            if (from === null) return;
            mark.hidden = Math.abs(at(event) - from) < 5;
            mark.style.left = `${Math.min(from, at(event))}px`;
            mark.style.width = `${Math.abs(at(event) - from)}px`;
        },
        { signal: stop.signal },
    );
    addEventListener(
        "pointerup",
        (event) => {
            const began = from;
            from = null;
            mark.hidden = true;
            // The chart's own hands let go a moment later, with the mouse's event: filled before that it would forget what is
            // being brushed.
            if (dragging.current)
                setTimeout(() => {
                    dragging.current = false;
                    fill();
                });
            if (began === null || Math.abs(at(event) - began) < 5) return;
            const [low, high] = [valueAt(began), valueAt(at(event))].sort((a, b) => a - b);
            latest.current.onZoom?.([rounded(low), rounded(high)]);
        },
        { signal: stop.signal },
    );
    host.addEventListener(
        "dblclick",
        () => {
            if (zoomable()) latest.current.onZoom?.(null);
        },
        { signal: stop.signal },
    );
    let settle: ReturnType<typeof setTimeout>;
    chart.on("datazoom", (event) => {
        // Only what the wheel did: what the page asked for it knows.
        if (!(event as { batch?: unknown[] }).batch) return;
        clearTimeout(settle);
        settle = setTimeout(() => {
            const zoom = (
                chart.getOption() as { dataZoom?: { startValue?: number; endValue?: number; start?: number; end?: number }[] }
            ).dataZoom?.[0];
            if (!zoom || zoom.startValue === undefined || zoom.endValue === undefined) return;
            const next: Zoom = zoom.start! <= 0 && zoom.end! >= 100 ? null : [rounded(zoom.startValue), rounded(zoom.endValue)];
            applied.current.zoom = next;
            latest.current.onZoom?.(next);
        }, 200);
    });
    return () => {
        stop.abort();
        clearTimeout(settle);
        mark.remove();
    };
}

function Tiles({ panel }: { panel: TilesPanel }) {
    const host = useRef<HTMLDivElement>(null);
    useEffect(() => {
        host.current!.replaceChildren(tiles(panel));
    }, [panel]);
    return <div ref={host} />;
}

/** One sentence for those who do not see the chart; the numbers are in its table. */
function summary(panel: ChartPanel | ParallelPanel): string {
    if (panel.type === "parallel")
        return `${nameOf(panel)}: ${panel.lines.length} trials over ${panel.axes.map((a) => a.label).join(", ")}. Filters above the chart do what brushing does.`;
    const lines = panel.marks.filter((m) => m.type === "line" && m.name);
    const told = lines.slice(0, 8).map((m) => {
        const y = m.type === "line" ? m.y.filter((v): v is number => typeof v === "number") : [];
        return y.length > 0 ? `${m.name} ends at ${show(y[y.length - 1])}` : `${m.name} without values`;
    });
    return `${nameOf(panel)}. ${told.length > 0 ? `${lines.length} lines: ${told.join("; ")}${lines.length > told.length ? "; and more" : ""}.` : ""} The table below has the numbers.`;
}

function PanelTable({ panel }: { panel: ChartPanel | ParallelPanel }) {
    const table = figureTable(panel);
    return (
        <div class="scroll" tabIndex={0} role="region" aria-label={`numbers of ${nameOf(panel)}`}>
            <table>
                <caption>
                    {nameOf(panel)}
                    {table.cut ? `: the first ${table.rows.length} of ${table.total} rows` : ""}
                </caption>
                <thead>
                    <tr>
                        {table.columns.map((c, i) => (
                            <th scope="col" key={i}>
                                {c}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {table.rows.map((row, i) => (
                        <tr key={i}>
                            {row.map((v, k) => (
                                <td class="number" key={k}>
                                    {v}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
