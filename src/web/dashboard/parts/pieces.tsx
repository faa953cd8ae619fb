import type { ComponentChildren } from "preact";
import { show } from "../../figures/dom";
import type { Resource } from "../data/resource";
import { states, type Metric, type State, type Value } from "../data/types";
import { span, useTick } from "./time";

/** A value as a sweep file has it. */
export function valueText(value: Value): string {
    return value === null ? "null" : typeof value === "string" ? value : JSON.stringify(value);
}

/** A measured number; what is missing or infinite says so. */
export function number(value: number | string | null | undefined, digits = 6): string {
    if (value === null || value === undefined) return "–";
    if (value === "Infinity") return "∞";
    if (value === "-Infinity") return "−∞";
    return typeof value === "number" ? show(Number(value.toPrecision(digits))) : value;
}

/** "109.4 ± 0.5": as many places as the spread has meaning. */
export function meanAndSpread(mean: number | string | null, sd: number | string | null): string {
    if (typeof mean !== "number" || typeof sd !== "number" || sd <= 0) return number(mean, 5);
    const places = Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(sd))));
    return `${mean.toFixed(places)} ± ${sd.toFixed(places)}`;
}

/** A sentence in which `commands` stand out. */
export function Words({ text }: { text: string }) {
    return <>{text.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>;
}

export function StateWord({ state }: { state: State }) {
    return <span class={`state ${state}`}>{state}</span>;
}

/** How many trials stand where; states without any are left out. */
export function StateChips({
    of,
    chosen,
    onChoose,
}: {
    of: Partial<Record<State, number>>;
    chosen?: string[];
    onChoose?: (state: State) => void;
}) {
    return (
        <span class="chips">
            {states
                .filter((s) => (of[s] ?? 0) > 0 || chosen?.includes(s))
                .map((s) =>
                    onChoose ? (
                        <button
                            type="button"
                            class={`chip state ${s}`}
                            aria-pressed={chosen?.includes(s) ?? false}
                            key={s}
                            onClick={() => onChoose(s)}>
                            {of[s] ?? 0} {s}
                        </button>
                    ) : (
                        <span class={`chip state ${s}`} key={s}>
                            {of[s]} {s}
                        </span>
                    ),
                )}
        </span>
    );
}

/** How far it is, in epochs. */
export function Progress({ fraction, label }: { fraction: number; label: string }) {
    const percent = Math.floor(1000 * fraction) / 10;
    return (
        <div class="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
            <div class="progress-done" style={{ width: `${percent}%` }} />
            <span class="progress-text">{percent} %</span>
        </div>
    );
}

/** What is shown while there is nothing yet, when there is none, and when it could not be had. */
export function Loaded<T>({ of, children, tall }: { of: Resource<T>; children: (data: T) => ComponentChildren; tall?: number }) {
    return (
        <>
            {of.error && (
                <p class="fault" role="alert">
                    <Words text={of.error} />
                </p>
            )}
            {of.data !== undefined ? (
                children(of.data)
            ) : of.loading ? (
                <p class="faint loading" style={tall ? { minHeight: `${tall}px` } : undefined}>
                    loading …
                </p>
            ) : null}
        </>
    );
}

/** What may be chosen in a list of metrics. */
export function MetricOptions({ of }: { of: Metric[] }) {
    return (
        <>
            {of.map((m) => (
                <option value={m.name} key={m.name} title={m.description ?? undefined}>
                    {m.label}
                </option>
            ))}
        </>
    );
}

export interface Column<Row> {
    title: string;
    number?: boolean;
    cell: (row: Row) => ComponentChildren;
}

/** A plain table of few rows. */
export function Rows<Row>({
    label,
    rows,
    columns,
    keyOf,
    empty,
    wrap,
}: {
    label: string;
    rows: Row[];
    columns: Column<Row>[];
    keyOf: (row: Row, i: number) => string;
    empty: string;
    wrap?: boolean;
}) {
    if (rows.length === 0) return <p class="faint">{empty}</p>;
    return (
        <div class="scroll" tabIndex={0} role="region" aria-label={`${label}, table`}>
            <table class={wrap ? "" : "nowrap"}>
                <thead>
                    <tr>
                        {columns.map((c) => (
                            <th scope="col" class={c.number ? "number" : ""} key={c.title}>
                                {c.title}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row, i) => (
                        <tr key={keyOf(row, i)}>
                            {columns.map((c) => (
                                <td class={c.number ? "number" : ""} key={c.title}>
                                    {c.cell(row)}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

/** How old it is, where it is not what is: the head makes anew in turn what takes long. */
export function Age({ of }: { of: Aged }) {
    const now = useTick(1000);
    const seconds = of.asOf === null ? 0 : (now - of.asOf) / 1000;
    return seconds < leastAge ? null : <span class="faint age">as of {span(seconds)} ago</span>;
}

type Aged = Pick<Resource<unknown>, "asOf">;

/** Seconds; what is younger is as good as new. */
const leastAge = 3;

/** @param of What the card shows; says how old it is where it is. */
export function Card({
    title,
    id,
    children,
    side,
    of,
}: {
    title: ComponentChildren;
    id?: string;
    children: ComponentChildren;
    side?: ComponentChildren;
    of?: Aged;
}) {
    const name = id ?? String(title).toLowerCase().replaceAll(" ", "-");
    return (
        <section class="card" id={name} aria-labelledby={`${name}-title`}>
            <div class="card-head">
                <h2 id={`${name}-title`}>{title}</h2>
                {of && <Age of={of} />}
                {side}
            </div>
            {children}
        </section>
    );
}

export function Tags({ tags }: { tags: string[] }) {
    return (
        <>
            {tags.map((tag) => (
                <span class="tag" key={tag}>
                    {tag}
                </span>
            ))}
        </>
    );
}

/** Bytes for people. */
export function size(bytes: number | null | undefined): string {
    if (bytes === null || bytes === undefined) return "–";
    const units = ["B", "kB", "MB", "GB", "TB"];
    let [value, unit] = [bytes, 0];
    while (value >= 1000 && unit < units.length - 1) {
        value /= 1000;
        unit++;
    }
    return `${Number(value.toPrecision(3))} ${units[unit]}`;
}
