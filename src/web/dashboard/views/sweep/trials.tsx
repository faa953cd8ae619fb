import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get, madeAt, query, Refusal, staleFor } from "../../data/api";
import { change, trialAddress, type Place } from "../../data/route";
import type { State, SweepEntry, TrialRow, TrialsAnswer } from "../../data/types";
import { AsCommand } from "../../parts/command";
import { Card, number, StateChips, StateWord, Tags, valueText } from "../../parts/pieces";
import { span, Time } from "../../parts/time";
import { VirtualTable, type VirtualColumn } from "../../parts/virtual";
import type { Wish } from "../sweep";

const block = 200;

/** Every trial; the head sorts and filters, and sends what is looked at. */
export function TrialsTab({ sweep, wish, place }: { sweep: SweepEntry; wish: Wish; place: Place }) {
    const sort = place.at.get("sort") ?? "index";
    const states =
        place.at
            .get("state")
            ?.split(",")
            .filter((s) => s) ?? [];
    const find = place.at.get("find") ?? "";
    const base = { metric: place.at.get("metric"), where: wish.where, sort, state: states.join(","), find };
    const pages = usePages(`/api/sweeps/${sweep.id}/trials`, base, sweep.changed);
    const head = pages.head;
    const columns = useMemo(
        (): VirtualColumn<TrialRow>[] => [
            {
                name: "trial",
                title: "trial",
                width: "8.5rem",
                sort: "trial",
                cell: (t) => <a href={trialAddress(sweep.id, t.trial)}>{t.trial}</a>,
            },
            { name: "state", title: "state", width: "6.5rem", sort: "state", cell: (t) => <StateWord state={t.state} /> },
            { name: "seed", title: "seed", width: "4rem", number: true, sort: "seed", cell: (t) => t.seed },
            ...(head?.columns ?? [])
                .filter((c) => c.path !== "seed")
                .map((c): VirtualColumn<TrialRow> => {
                    const at = head!.columns.findIndex((o) => o.path === c.path);
                    return {
                        name: c.path,
                        title: c.label,
                        width: "minmax(5rem, 1fr)",
                        number: c.number,
                        sort: c.path,
                        cell: (t) => valueText(t.settings[at] ?? null),
                    };
                }),
            {
                name: "value",
                title: head?.metric ?? "value",
                width: "minmax(6rem, 1fr)",
                number: true,
                sort: "value",
                cell: (t) => number(t.value),
            },
            {
                name: "epochs",
                title: "epochs",
                width: "5.5rem",
                number: true,
                sort: "epochs",
                cell: (t) => `${t.epochs} of ${t.of}`,
            },
            { name: "seconds", title: "trained", width: "5rem", number: true, sort: "seconds", cell: (t) => span(t.seconds) },
            { name: "attempts", title: "attempts", width: "4.7rem", number: true, sort: "attempts", cell: (t) => t.attempts },
            { name: "device", title: "device", width: "5rem", sort: "device", cell: (t) => t.device ?? "" },
            {
                name: "finished",
                title: "finished",
                width: "8rem",
                sort: "finished",
                cell: (t) => (t.finishedAt ? <Time at={t.finishedAt} /> : ""),
            },
            {
                name: "why",
                title: "remarks",
                width: "minmax(8rem, 2fr)",
                cell: (t) => (
                    <>
                        {t.class && <span class="tag">{t.class}</span>}
                        {!t.wanted && <span class="tag">no longer wanted</span>}
                        <Tags tags={t.tags} /> {t.reason ?? t.note ?? ""}
                    </>
                ),
            },
        ],
        [head?.columns, head?.metric, sweep.id],
    );
    const toggle = (state: State) => {
        const next = states.includes(state) ? states.filter((s) => s !== state) : [...states, state];
        change({ state: next.join(",") || null });
    };
    return (
        <Card
            title="Trials"
            of={pages}
            side={
                <label class="find">
                    find{" "}
                    <input
                        type="search"
                        placeholder="trial id"
                        value={find}
                        onInput={(e) => change({ find: e.currentTarget.value || null })}
                    />
                </label>
            }>
            {pages.error && (
                <p class="fault" role="alert">
                    {pages.error}
                </p>
            )}
            {!head ? (
                !pages.error && <p class="faint loading tall">loading …</p>
            ) : (
                <>
                    <p class="trial-counts">
                        {head.matching === head.total ? `${head.total} trials` : `${head.matching} of ${head.total} trials`}{" "}
                        <StateChips of={head.states} chosen={states} onChoose={toggle} />
                    </p>
                    <VirtualTable
                        label="trials"
                        columns={columns}
                        total={head.matching}
                        rowAt={pages.rowAt}
                        onRange={pages.want}
                        keyOf={(t) => t.trial}
                        height={560}
                        sorted={{ by: sort.replace(/^-/, ""), down: sort.startsWith("-") }}
                        onSort={(by) =>
                            change({ sort: sort === by ? `-${by}` : sort === `-${by}` && by !== "index" ? null : by })
                        }
                    />
                    <AsCommand line={head.command} />
                </>
            )}
        </Card>
    );
}

/** Pages of an endless list, read as they come into sight, and again when something has changed. */
function usePages(address: string, base: Record<string, string | string[] | null>, version: number) {
    const key = query(base);
    const [, redraw] = useState(0);
    const state = useRef({
        key: "",
        blocks: new Map<number, TrialsAnswer>(),
        head: undefined as TrialsAnswer | undefined,
        error: null as string | null,
        asOf: null as number | null,
        range: [0, 50] as [number, number],
        took: 0,
    });
    const now = state.current;
    // What the head did not have newer yet is asked for again, though nothing else changes.
    const [turns, turn] = useState(0);
    const again = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
    const gone = useRef(false);
    useEffect(
        () => () => {
            gone.current = true;
            clearTimeout(again.current);
        },
        [],
    );
    // Another order or filter: the rows of before would be wrong, how many there were is kept until it is known.
    if (now.key !== key) {
        now.key = key;
        now.blocks = new Map();
    }
    const read = (index: number, signal?: AbortSignal) => {
        const of = key;
        const began = performance.now();
        const url = `${address}${query({ ...base, offset: index * block, limit: block })}`;
        return get<TrialsAnswer>(url, signal).then(
            (answer) => {
                if (state.current.key !== of) return;
                state.current.took = performance.now() - began;
                state.current.blocks.set(index, answer);
                state.current.head = answer;
                state.current.error = null;
                state.current.asOf = madeAt(url);
                const stale = staleFor(url);
                if (stale && !gone.current) {
                    clearTimeout(again.current);
                    again.current = setTimeout(() => turn((n) => n + 1), Math.max(0.3, stale) * 1000);
                }
                redraw((n) => n + 1);
            },
            (fault: unknown) => {
                if (signal?.aborted || state.current.key !== of) return;
                state.current.error = fault instanceof Refusal ? fault.message : "the head cannot be reached";
                redraw((n) => n + 1);
            },
        );
    };
    const asked = useRef(new Set<string>());
    const visible = () => {
        const [from, to] = state.current.range;
        const found = [];
        for (let i = Math.floor(from / block); i <= Math.floor(Math.max(from, to - 1) / block); i++) found.push(i);
        return found;
    };
    const want = (from: number, to: number) => {
        state.current.range = [from, to];
        for (const index of visible()) {
            const once = `${key} ${index}`;
            if (state.current.blocks.has(index) || asked.current.has(once)) continue;
            asked.current.add(once);
            void read(index).finally(() => asked.current.delete(once));
        }
    };
    const last = useRef(0);
    useEffect(() => {
        const stop = new AbortController();
        const wait = Math.max(0, last.current + Math.max(1000, 6 * state.current.took) - performance.now());
        const timer = setTimeout(
            () => {
                last.current = performance.now();
                // What is out of sight is read again when it comes into sight.
                const seen = visible();
                for (const index of state.current.blocks.keys()) if (!seen.includes(index)) state.current.blocks.delete(index);
                for (const index of seen) void read(index, stop.signal);
            },
            now.blocks.size === 0 ? 0 : wait,
        );
        return () => {
            clearTimeout(timer);
            stop.abort();
        };
    }, [key, version, address, turns]);
    return {
        head: now.head,
        error: now.error,
        asOf: now.asOf,
        want,
        rowAt: (i: number) => now.blocks.get(Math.floor(i / block))?.rows[i % block],
    };
}
