import { useMemo } from "preact/hooks";
import type { ChartPanel, Figure } from "../../figures/data";
import { query } from "../data/api";
import type { Live } from "../data/live";
import { useFollowed, useResource } from "../data/resource";
import { change, sweepAddress, type Place } from "../data/route";
import type { TrialCurves, TrialDetail, TrialUnits, Value } from "../data/types";
import { TrialActions } from "../parts/actions";
import { AsCommand } from "../parts/command";
import { FigureView } from "../parts/figure";
import { Card, Loaded, meanAndSpread, number, Rows, StateWord, Tags, valueText } from "../parts/pieces";
import { span, Time } from "../parts/time";
import { setZoom, zoomOf } from "./sweep/curves";
import { OneFigure } from "./sweep/figures";

export function TrialView({ sweep, id, live, place }: { sweep: string; id: string; live: Live; place: Place }) {
    const changed = live.home?.sweeps.find((s) => s.id === sweep)?.changed ?? 0;
    const address = `/api/sweeps/${encodeURIComponent(sweep)}/trials/${encodeURIComponent(id)}`;
    const trial = useFollowed<TrialDetail>(address, changed);
    return (
        <Loaded of={trial} tall={600}>
            {(t) => (
                <>
                    <header class="sweep-head">
                        <h1>
                            trial {t.trial} <StateWord state={t.state} /> <Tags tags={t.tags} />
                        </h1>
                        <div class="sweep-facts">
                            <span>
                                of <a href={sweepAddress(t.sweep)}>{t.name}</a>, seed {t.seed}
                            </span>
                            <span>
                                {t.epochs} of {t.of} epochs
                            </span>
                            {t.device && (
                                <span>
                                    on {t.device}
                                    {t.worker ? ` of ${t.worker}` : ""}
                                </span>
                            )}
                            <span class="faint">
                                began <Time at={t.startedAt} />
                                {t.finishedAt && (
                                    <>
                                        , ended <Time at={t.finishedAt} /> after{" "}
                                        {span((Date.parse(t.finishedAt) - Date.parse(t.startedAt ?? t.finishedAt)) / 1000)}
                                    </>
                                )}
                            </span>
                            {!t.wanted && <span class="tag">no longer wanted</span>}
                            {t.takenFrom && <span class="tag">taken from {t.takenFrom}</span>}
                            {t.imported && <span class="tag">imported from {t.imported}</span>}
                        </div>
                        {t.reason && (
                            <p class="fault">
                                {t.class ? `${t.class}: ` : ""}
                                {t.reason}
                            </p>
                        )}
                        {t.note && <p class="note">{t.note}</p>}
                        <TrialActions trial={t} />
                    </header>
                    <Evaluations trial={t} />
                    <Curves address={address} changed={changed} place={place} />
                    <Configuration trial={t} place={place} />
                    <Units address={address} changed={changed} />
                    {t.images.length > 0 && <Images trial={t} place={place} />}
                    <History trial={t} />
                    <Log address={address} changed={changed} />
                    <AsCommand line={t.command} />
                </>
            )}
        </Loaded>
    );
}

function Evaluations({ trial }: { trial: TrialDetail }) {
    return (
        <Card title="Scores">
            <Rows
                label="scores"
                rows={trial.evaluations}
                keyOf={(e, i) => `${e.metric} ${i}`}
                empty="It has no score yet."
                columns={[
                    { title: "metric", cell: (e) => e.metric },
                    { title: "value", number: true, cell: (e) => number(e.value) },
                    { title: "samples", number: true, cell: (e) => e.samples ?? "" },
                    { title: "images", number: true, cell: (e) => e.images ?? "" },
                ]}
            />
        </Card>
    );
}

const colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

function Curves({ address, changed, place }: { address: string; changed: number; place: Place }) {
    const curves = useFollowed<TrialCurves>(`${address}/curves?points=1000`, changed);
    const names = curves.data?.metrics.map((m) => m.name) ?? [];
    const asked = place.at
        .get("curves")
        ?.split(",")
        .filter((n) => names.includes(n));
    const chosen = asked && asked.length > 0 ? asked : names.filter((n) => /elbo|bound/.test(n)).slice(0, 3);
    const shown = chosen.length > 0 ? chosen : names.slice(0, 1);
    const figure = useMemo(() => (curves.data ? curveFigure(curves.data, shown) : null), [curves.data, shown.join()]);
    return (
        <Card title="Curves">
            <Loaded of={curves} tall={380}>
                {(data) =>
                    data.epochs.length === 0 ? (
                        <p class="faint">No epoch has been trained yet.</p>
                    ) : (
                        <>
                            <div class="grouping" role="group" aria-label="metrics shown">
                                {data.metrics.map((m) => (
                                    <button
                                        type="button"
                                        class="chip"
                                        key={m.name}
                                        aria-pressed={shown.includes(m.name)}
                                        title={m.name}
                                        onClick={() =>
                                            change({
                                                curves:
                                                    (shown.includes(m.name)
                                                        ? shown.filter((n) => n !== m.name)
                                                        : [...shown, m.name]
                                                    ).join(",") || null,
                                            })
                                        }>
                                        {m.label}
                                    </button>
                                ))}
                            </div>
                            {figure && <FigureView figure={figure} zoom={zoomOf(place)} onZoom={setZoom} />}
                        </>
                    )
                }
            </Loaded>
        </Card>
    );
}

function finite(value: number | string | null): number | null {
    return typeof value === "number" ? value : null;
}

/** One panel a unit: nats and counts do not share an axis. */
function curveFigure(data: TrialCurves, shown: string[]): Figure {
    const metrics = data.metrics.filter((m) => shown.includes(m.name));
    const units = [...new Set(metrics.map((m) => m.unit ?? ""))];
    const lost = metrics.filter((m) => m.values.some((v) => v === "Infinity" || v === "-Infinity")).map((m) => m.label);
    return {
        kind: "trial-curves",
        title: "",
        legendTitle: "",
        panels: units.map((unit): ChartPanel => ({
            type: "chart",
            title: "",
            scale: null,
            aspect: 1,
            x: { label: "epoch", categories: null, log: false, whole: true, min: null, max: null, ticks: null },
            y: { label: unit || "value", categories: null, log: false, whole: false, min: null, max: null, ticks: null },
            marks: metrics
                .filter((m) => (m.unit ?? "") === unit)
                .map((m) => ({
                    type: "line",
                    name: m.label,
                    color: colors[metrics.indexOf(m) % colors.length],
                    x: data.epochs,
                    y: m.values.map(finite),
                    dashed: false,
                    width: 1.6,
                    dots: false,
                })),
        })),
        notes: [
            ...(data.thinned ? ["thinned out: first, lowest, highest and last of each stretch are shown"] : []),
            ...(lost.length > 0 ? [`infinite somewhere, and not drawn there: ${lost.join(", ")}`] : []),
        ],
    };
}

/** "model.latent" and the like, however deep they are written. */
function flat(config: Record<string, unknown>, before = ""): [string, Value][] {
    return Object.entries(config).flatMap(([name, value]): [string, Value][] =>
        value !== null && typeof value === "object" && !Array.isArray(value)
            ? flat(value as Record<string, unknown>, `${before}${name}.`)
            : [[`${before}${name}`, value as Value]],
    );
}

function Configuration({ trial, place }: { trial: TrialDetail; place: Place }) {
    const only = place.at.get("config") !== "all" && trial.differs.length > 0;
    const differs = new Map(trial.differs.map((d) => [d.path, d]));
    const rows = flat(trial.config).filter(([path]) => !only || differs.has(path));
    const { best } = trial;
    const isBest = trial.differs.length === 0;
    return (
        <Card
            title="Configuration"
            side={
                trial.differs.length > 0 && (
                    <label>
                        <input
                            type="checkbox"
                            checked={only}
                            onChange={(e) => change({ config: e.currentTarget.checked ? null : "all" })}
                        />{" "}
                        only what differs from the best
                    </label>
                )
            }>
            {best && (
                <p class="faint">
                    {isBest ? "It has the best setting of its sweep" : "The best setting of its sweep is "}
                    {!isBest && (
                        <a
                            href={`${sweepAddress(trial.sweep)}${query({ tab: "trials", where: Object.entries(best.by).map(([path, v]) => `${path}=${valueText(v)}`) })}`}>
                            {best.label || "another"}
                        </a>
                    )}
                    : {meanAndSpread(best.mean, best.sd)} over {best.n} {best.n === 1 ? "seed" : "seeds"}.
                </p>
            )}
            <Rows
                label="configuration"
                rows={rows}
                keyOf={([path]) => path}
                empty="Nothing differs."
                wrap
                columns={[
                    { title: "path", cell: ([path]) => <code>{path}</code> },
                    {
                        title: "value",
                        cell: ([path, v]: [string, Value]) =>
                            differs.has(path) ? <strong>{valueText(v)}</strong> : valueText(v),
                    },
                    ...(best && !isBest
                        ? [
                              {
                                  title: "of the best",
                                  cell: ([path]: [string, Value]) =>
                                      differs.has(path) ? valueText(differs.get(path)!.best) : "the same",
                              },
                          ]
                        : []),
                ]}
            />
            <p class="faint">
                fingerprint <code>{trial.fingerprint}</code>
            </p>
        </Card>
    );
}

function Units({ address, changed }: { address: string; changed: number }) {
    const units = useFollowed<TrialUnits>(`${address}/units`, changed, 3000);
    const figures = useMemo(() => (units.data?.layers ?? []).filter((l) => l.epochs.length > 0).map(unitFigure), [units.data]);
    if (units.data && figures.length === 0) return null;
    return (
        <Card title="Units">
            <Loaded of={units} tall={320}>
                {() => (
                    <>
                        {figures.map((figure, i) => (
                            <FigureView figure={figure} key={i} />
                        ))}
                    </>
                )}
            </Loaded>
        </Card>
    );
}

/** How active each unit of a layer was at each epoch, as a map. */
function unitFigure(layer: TrialUnits["layers"][number]): Figure {
    const all = layer.activity.flat().filter((v): v is number => typeof v === "number");
    const most = all.reduce((a, b) => Math.max(a, b), 0);
    const cells = new Uint8Array(layer.units * layer.epochs.length).fill(255);
    for (let u = 0; u < layer.units; u++) {
        layer.epochs.forEach((_, e) => {
            const value = layer.activity[e]?.[u];
            if (typeof value === "number" && most > 0)
                cells[u * layer.epochs.length + e] = Math.round((254 * Math.max(0, value)) / most);
        });
    }
    const edges = layer.epochs.map((e, i) => (i === 0 ? e - 0.5 : (layer.epochs[i - 1] + e) / 2));
    let text = "";
    for (const cell of cells) text += String.fromCharCode(cell);
    return {
        kind: `units-${layer.layer}`,
        title: "",
        legendTitle: "",
        notes: [],
        panels: [
            {
                type: "chart",
                title: `layer ${layer.layer}: ${layer.units} units`,
                aspect: 1,
                scale: { label: "activity: variance of the unit's mean", min: 0, max: most, reversed: false },
                x: { label: "epoch", categories: null, log: false, whole: true, min: null, max: null, ticks: null },
                y: { label: "unit", categories: null, log: false, whole: true, min: null, max: null, ticks: null },
                marks: [
                    {
                        type: "heat",
                        name: "",
                        color: "#000000",
                        x: [...edges, layer.epochs[layer.epochs.length - 1] + 0.5],
                        y: Array.from({ length: layer.units + 1 }, (_, i) => i + 0.5),
                        cells: btoa(text),
                    },
                ],
            },
        ],
    };
}

function Images({ trial, place }: { trial: TrialDetail; place: Place }) {
    const asked = place.at.get("images");
    const kind = asked && trial.images.includes(asked) ? asked : null;
    return (
        <Card title="Images">
            <div class="grouping" role="group" aria-label="images to draw">
                {trial.images.map((k) => (
                    <button
                        type="button"
                        class="chip"
                        key={k}
                        aria-pressed={k === kind}
                        onClick={() => change({ images: k === kind ? null : k })}>
                        {k}
                    </button>
                ))}
            </div>
            {kind ? (
                <OneFigure
                    sweep={{ id: trial.sweep }}
                    kind={kind}
                    still
                    parameters={{ trial: trial.trial }}
                    place={place}
                    key={kind}
                />
            ) : (
                <p class="faint">Choose what the trained model shall draw; it takes some seconds.</p>
            )}
        </Card>
    );
}

function History({ trial }: { trial: TrialDetail }) {
    const text = (value: unknown) => (value === null || value === undefined ? "" : valueText(value as Value));
    return (
        <>
            <Card title="Attempts">
                <Rows
                    label="attempts"
                    rows={trial.attempts}
                    keyOf={(a, i) => String(a.attempt ?? i)}
                    empty="It has not been given out yet."
                    columns={[
                        { title: "attempt", number: true, cell: (a) => text(a.attempt) },
                        { title: "device", cell: (a) => text(a.device) },
                        { title: "worker", cell: (a) => text(a.worker) },
                        { title: "began", cell: (a) => <Time at={a.started_at as string | null} /> },
                        { title: "ended", cell: (a) => (a.ended_at ? <Time at={a.ended_at as string} /> : "") },
                        { title: "epochs", number: true, cell: (a) => `${text(a.from_epoch)} to ${text(a.to_epoch)}` },
                        { title: "outcome", cell: (a) => text(a.outcome) },
                        { title: "why", cell: (a) => `${a.failure_class ? `${text(a.failure_class)}: ` : ""}${text(a.reason)}` },
                    ]}
                />
            </Card>
            <Card title="Events">
                <Rows
                    label="events"
                    rows={trial.events}
                    keyOf={(_, i) => String(i)}
                    empty="Nothing out of the ordinary happened."
                    wrap
                    columns={[
                        { title: "epoch", number: true, cell: (e) => e.epoch },
                        { title: "event", cell: (e) => e.event },
                        { title: "detail", cell: (e) => e.detail },
                    ]}
                />
            </Card>
        </>
    );
}

function Log({ address, changed }: { address: string; changed: number }) {
    const log = useResource<{ lines: string[]; command: string }>(`${address}/log`, Math.floor(changed / 5));
    return (
        <Card title="Log">
            <Loaded of={log} tall={120}>
                {(l) => (
                    <>
                        {l.lines.length === 0 ? (
                            <p class="faint">Nothing was logged.</p>
                        ) : (
                            <pre class="log" tabIndex={0} aria-label="log">
                                {l.lines.slice(-5000).join("\n")}
                            </pre>
                        )}
                        {l.lines.length > 5000 && (
                            <p class="faint">the last 5,000 of {l.lines.length} lines; the command prints all</p>
                        )}
                        <AsCommand line={l.command} />
                    </>
                )}
            </Loaded>
        </Card>
    );
}
