import { useMemo } from "preact/hooks";
import { query } from "../../data/api";
import { useFollowed } from "../../data/resource";
import { change, go, trialAddress, type Place } from "../../data/route";
import type { SweepDetail, SweepEntry, TableAnswer, TableRow, TrialsAnswer } from "../../data/types";
import { AsCommand } from "../../parts/command";
import { Card, Loaded, MetricOptions, number, Rows, StateWord, valueText } from "../../parts/pieces";
import type { Wish } from "../sweep";
import { without } from "./where";

/** "model.latent=20;objective.k=5": a row of the table in an address. */
export function rowKey(row: TableRow): string {
    return Object.entries(row.by)
        .filter(([, v]) => v !== null)
        .map(([path, v]) => `${path}=${valueText(v)}`)
        .join(";");
}

const firstRows = 200;

export function TableCard({ sweep, detail, wish, place }: { sweep: SweepEntry; detail: SweepDetail; wish: Wish; place: Place }) {
    const baseline = place.at.getAll("baseline");
    const top = place.at.get("top");
    const interval = place.at.get("interval");
    const also = place.at.getAll("with");
    const parameters = {
        by: place.at.get("by"),
        metric: place.at.get("metric"),
        where: wish.where,
        baseline,
        top,
        interval,
        also,
    };
    const table = useFollowed<TableAnswer>(`/api/sweeps/${sweep.id}/table${query(parameters)}`, sweep.changed);
    const selected = place.at.getAll("sel");
    const opened = place.at.getAll("open");
    const shown = Number(place.at.get("rows") ?? firstRows);
    const scores = detail.metrics.filter((m) => m.measured || m.name === wish.metric);
    const paths = useMemo(() => {
        const known = detail.varying.filter((v) => v.path !== "seed").map((v) => ({ path: v.path, label: v.label }));
        return [...known, ...wish.by.filter((p) => !known.some((k) => k.path === p)).map((p) => ({ path: p, label: p }))];
    }, [detail.varying, wish.by.join()]);
    const group = (path: string) => {
        const next = wish.by.includes(path) ? wish.by.filter((p) => p !== path) : [...wish.by, path];
        change({ by: next.length > 0 ? next.join(",") : detail.by.join(","), sel: null, open: null, baseline: null });
    };
    const choose = (name: "sel" | "open", list: string[], key: string) =>
        change({ [name]: list.includes(key) ? list.filter((k) => k !== key) : [...list, key] });
    return (
        <Card
            title="Comparison"
            of={table}
            side={
                <span class="card-tools">
                    <label>
                        metric{" "}
                        <select value={wish.metric ?? ""} onChange={(e) => change({ metric: e.currentTarget.value })}>
                            <MetricOptions of={scores} />
                        </select>
                    </label>
                    <label>
                        best{" "}
                        <input
                            type="number"
                            min="1"
                            class="short"
                            placeholder="all"
                            value={top ?? ""}
                            onChange={(e) => change({ top: e.currentTarget.value || null })}
                        />
                    </label>
                    <label>
                        interval{" "}
                        <select
                            value={interval ?? "t"}
                            onChange={(e) => change({ interval: e.currentTarget.value === "t" ? null : e.currentTarget.value })}>
                            <option value="t">Student's t</option>
                            <option value="bootstrap">bootstrap</option>
                        </select>
                    </label>
                </span>
            }>
            <div class="grouping" role="group" aria-label="group by">
                <span>group by</span>
                {paths.map((p) => (
                    <button
                        type="button"
                        class="chip"
                        aria-pressed={wish.by.includes(p.path)}
                        key={p.path}
                        title={p.path}
                        onClick={() => group(p.path)}>
                        {p.label}
                    </button>
                ))}
            </div>
            <Loaded of={table} tall={240}>
                {(answer) => {
                    const keys = answer.table.rows.map(rowKey);
                    const span = answer.header.length + 2;
                    return (
                        <>
                            <div class="scroll" tabIndex={0} role="region" aria-label="comparison table">
                                <table class="comparison nowrap" data-busy={table.busy}>
                                    <thead>
                                        <tr>
                                            <th scope="col">
                                                <span class="visually-hidden">choose</span>
                                            </th>
                                            <th scope="col">
                                                <span class="visually-hidden">seeds</span>
                                            </th>
                                            {answer.header.map((name, i) => (
                                                <th scope="col" class={answer.numeric[i] ? "number" : ""} key={i}>
                                                    {name}
                                                </th>
                                            ))}
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {answer.cells.slice(0, shown).flatMap((cells, r) => {
                                            const row = answer.table.rows[r];
                                            const key = keys[r] ?? String(r);
                                            const name = cells.slice(0, wish.by.length).join(", ") || `row ${r + 1}`;
                                            const isOpen = opened.includes(key);
                                            const rows = [
                                                <tr
                                                    key={key}
                                                    class={`${row?.best ? "best" : ""}${row?.is_baseline ? " baseline" : ""}`}>
                                                    <td>
                                                        <input
                                                            type="checkbox"
                                                            aria-label={`choose ${name} to compare`}
                                                            checked={selected.includes(key)}
                                                            onChange={() => choose("sel", selected, key)}
                                                        />
                                                    </td>
                                                    <td>
                                                        <button
                                                            type="button"
                                                            class="plain unfold"
                                                            aria-expanded={isOpen}
                                                            aria-label={`seeds of ${name}`}
                                                            onClick={() => choose("open", opened, key)}>
                                                            {isOpen ? "▾" : "▸"}
                                                        </button>
                                                    </td>
                                                    {cells.map((text, i) =>
                                                        i < wish.by.length && i === 0 ? (
                                                            <th scope="row" class={answer.numeric[i] ? "number" : ""} key={i}>
                                                                {text}
                                                            </th>
                                                        ) : (
                                                            <td class={answer.numeric[i] ? "number" : ""} key={i}>
                                                                {text}
                                                            </td>
                                                        ),
                                                    )}
                                                </tr>,
                                            ];
                                            if (isOpen && row)
                                                rows.push(
                                                    <tr key={`${key} seeds`} class="seeds">
                                                        <td colSpan={span}>
                                                            <Seeds sweep={sweep} row={row} wish={wish} />
                                                        </td>
                                                    </tr>,
                                                );
                                            return rows;
                                        })}
                                    </tbody>
                                </table>
                            </div>
                            {answer.cells.length > shown && (
                                <p>
                                    {shown} of {answer.cells.length} rows.{" "}
                                    <button type="button" onClick={() => change({ rows: String(shown + 500) })}>
                                        show more
                                    </button>
                                </p>
                            )}
                            <div class="notes">
                                {answer.notes.map((note, i) => (
                                    <p key={i}>{note}</p>
                                ))}
                            </div>
                            <div class="below">
                                <label>
                                    difference to{" "}
                                    <Baseline
                                        rows={answer.table.rows}
                                        by={answer.table.by}
                                        value={baseline}
                                        label={(path) => paths.find((p) => p.path === path)?.label ?? path}
                                    />
                                </label>
                                <button
                                    type="button"
                                    disabled={selected.length < 2}
                                    title={selected.length < 2 ? "choose two rows or more" : ""}
                                    onClick={() => {
                                        const of = selected
                                            .map((key) => `of=${encodeURIComponent(`${sweep.id};${key}`)}`)
                                            .join("&");
                                        go(`/compare?${of}&metric=${encodeURIComponent(answer.table.metric)}`);
                                    }}>
                                    compare {selected.length > 0 ? selected.length : ""} chosen
                                </button>
                                {selected.length === 1 && <span class="faint">choose one more to compare</span>}
                            </div>
                            <AsCommand line={answer.command} />
                        </>
                    );
                }}
            </Loaded>
        </Card>
    );
}

/** What the other rows are held against: every row its twin with one value, or one row for all. */
function Baseline({
    rows,
    by,
    value,
    label,
}: {
    rows: TableRow[];
    by: string[];
    value: string[];
    label: (path: string) => string;
}) {
    const twins = new Map<string, string>();
    for (const path of by)
        for (const row of rows)
            if (row.by[path] !== null && row.by[path] !== undefined)
                twins.set(`${path}=${valueText(row.by[path])}`, `${label(path)} = ${valueText(row.by[path])}`);
    const whole =
        by.length > 1 && rows.length <= 100
            ? rows.map((row) => [rowKey(row), by.map((p) => `${label(p)} = ${valueText(row.by[p])}`).join(", ")])
            : [];
    return (
        <select
            value={value.join(";")}
            onChange={(e) => change({ baseline: e.currentTarget.value ? e.currentTarget.value.split(";") : null })}>
            <option value="">nothing</option>
            {by.length > 0 && (
                <optgroup label="the same row with">
                    {[...twins].slice(0, 200).map(([key, text]) => (
                        <option value={key} key={key}>
                            {text}
                        </option>
                    ))}
                </optgroup>
            )}
            {whole.length > 0 && (
                <optgroup label="one row">
                    {whole.map(([key, text]) => (
                        <option value={key} key={key}>
                            {text}
                        </option>
                    ))}
                </optgroup>
            )}
        </select>
    );
}

/** A row's trials, one a seed and setting. */
function Seeds({ sweep, row, wish }: { sweep: SweepEntry; row: TableRow; wish: Wish }) {
    const own = Object.entries(row.by).filter(([, v]) => v !== null);
    const where = [
        ...own.reduce((rest, [path]) => without(rest, path), wish.where),
        ...own.map(([path, v]) => `${path}=${valueText(v)}`),
    ];
    const trials = useFollowed<TrialsAnswer>(
        `/api/sweeps/${sweep.id}/trials${query({ where, metric: wish.metric, sort: "seed", limit: 200 })}`,
        sweep.changed,
    );
    return (
        <Loaded of={trials}>
            {(answer) => (
                <>
                    <Rows
                        label="seeds"
                        rows={answer.rows}
                        keyOf={(t) => t.trial}
                        empty="no trials"
                        columns={[
                            { title: "seed", number: true, cell: (t) => t.seed },
                            { title: "trial", cell: (t) => <a href={trialAddress(sweep.id, t.trial)}>{t.trial}</a> },
                            { title: "state", cell: (t) => <StateWord state={t.state} /> },
                            { title: "epochs", number: true, cell: (t) => `${t.epochs} of ${t.of}` },
                            { title: answer.metric ?? "value", number: true, cell: (t) => number(t.value) },
                            { title: "why", cell: (t) => t.reason ?? "" },
                        ]}
                    />
                    {answer.matching > answer.rows.length && (
                        <p class="faint">
                            the first {answer.rows.length} of {answer.matching}
                        </p>
                    )}
                </>
            )}
        </Loaded>
    );
}
