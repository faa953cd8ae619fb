import { useState } from "preact/hooks";
import { change } from "../../data/route";
import type { SweepDetail } from "../../data/types";
import type { Wish } from "../sweep";
import { parse, without } from "./where";

/** The one filter of the page: table, curves, trials and figures show what it leaves. */
export function FilterBar({ detail, wish }: { detail: SweepDetail; wish: Wish }) {
    const [path, setPath] = useState("");
    const [wanted, setWanted] = useState("");
    const chosen = detail.varying.find((v) => v.path === path);
    const label = (of: string) => detail.varying.find((v) => v.path === of)?.label ?? of;
    const add = (event: Event) => {
        event.preventDefault();
        if (!path || wanted.trim() === "") return;
        change({ where: [...without(wish.where, path), `${path}=${wanted.trim()}`] });
        setWanted("");
    };
    return (
        <form class="filters" aria-label="filter" onSubmit={add}>
            <span class="filters-title">filter</span>
            {parse(wish.where).map((f) => (
                <span class="chip" key={f.path}>
                    {label(f.path)} = {f.wanted}
                    <button
                        type="button"
                        class="plain"
                        aria-label={`take the filter on ${label(f.path)} away`}
                        onClick={() => change({ where: without(wish.where, f.path) })}>
                        ×
                    </button>
                </span>
            ))}
            <select
                aria-label="parameter to filter by"
                value={path}
                onChange={(e) => {
                    setPath(e.currentTarget.value);
                    setWanted("");
                }}>
                <option value="">{wish.where.length > 0 ? "and by …" : "by …"}</option>
                {[...detail.varying.map((v) => ({ path: v.path, label: v.label })), { path: "seed", label: "seed" }]
                    .filter((v, i, all) => all.findIndex((o) => o.path === v.path) === i)
                    .map((v) => (
                        <option value={v.path} key={v.path}>
                            {v.label}
                        </option>
                    ))}
            </select>
            {path && (
                <>
                    <input
                        aria-label="value, or several with | between, or a range low..high"
                        list="filter-values"
                        placeholder="5  or  1|5  or  0.1..1"
                        value={wanted}
                        onInput={(e) => setWanted(e.currentTarget.value)}
                    />
                    <datalist id="filter-values">
                        {(chosen?.values ?? []).map((v) => (
                            <option value={v} key={v} />
                        ))}
                    </datalist>
                    <button type="submit">filter</button>
                </>
            )}
            {wish.where.length > 0 && (
                <button type="button" onClick={() => change({ where: [] })}>
                    show all
                </button>
            )}
        </form>
    );
}
