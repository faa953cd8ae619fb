import { useState } from "preact/hooks";
import { query } from "../data/api";
import type { Live } from "../data/live";
import { useFollowed } from "../data/resource";
import { change, sweepAddress, type Place } from "../data/route";
import type { Comparison } from "../data/types";
import { AsCommand } from "../parts/command";
import { FigureView } from "../parts/figure";
import { Card, Loaded, number, Rows, StateChips, valueText } from "../parts/pieces";
import { setZoom, zoomOf } from "./sweep/curves";

/** Rows, sweeps and trials side by side. */
export function CompareView({ live, place }: { live: Live; place: Place }) {
    const of = place.at.getAll("of");
    const sweeps = live.home?.sweeps ?? [];
    const version = of.map((o) => sweeps.find((s) => s.id === o.split(/[;/]/)[0])?.changed ?? 0).join();
    const comparison = useFollowed<Comparison>(
        of.length >= 2 ? `/api/compare${query({ of, metric: place.at.get("metric") })}` : null,
        version,
    );
    return (
        <>
            <h1>Compare</h1>
            <Chooser of={of} sweeps={sweeps} />
            {of.length < 2 ? (
                <p class="card">Choose two or more sweeps here, or rows in a sweep's table.</p>
            ) : (
                <Loaded of={comparison} tall={500}>
                    {(c) => (
                        <>
                            <Card title="Side by side" id="items" of={comparison}>
                                <Rows
                                    label="what is compared"
                                    rows={c.items}
                                    keyOf={(i) => i.of}
                                    empty=""
                                    columns={[
                                        { title: "#", number: true, cell: (i) => c.items.indexOf(i) + 1 },
                                        { title: "what", cell: (i) => i.label },
                                        { title: "sweep", cell: (i) => <a href={sweepAddress(i.sweep)}>{i.name}</a> },
                                        { title: "trials", cell: (i) => <StateChips of={i.states} /> },
                                        { title: "n", number: true, cell: (i) => i.summary.n },
                                        { title: `mean ${c.metric.name}`, number: true, cell: (i) => number(i.summary.mean) },
                                        { title: "sd", number: true, cell: (i) => number(i.summary.sd, 3) },
                                        {
                                            title: "95 % interval",
                                            number: true,
                                            cell: (i) =>
                                                i.summary.ci95
                                                    ? `[${number(i.summary.ci95[0])}, ${number(i.summary.ci95[1])}]`
                                                    : "–",
                                        },
                                        {
                                            title: "leave out",
                                            cell: (i) => (
                                                <button
                                                    type="button"
                                                    class="plain"
                                                    aria-label={`leave ${i.label} out`}
                                                    onClick={() => change({ of: of.filter((o) => o !== i.of) })}>
                                                    ×
                                                </button>
                                            ),
                                        },
                                    ]}
                                />
                            </Card>
                            <Card title="What differs" id="differs">
                                <Rows
                                    label="what differs"
                                    rows={c.differs}
                                    keyOf={(d) => d.path}
                                    empty="The configurations are the same."
                                    columns={[
                                        { title: "path", cell: (d) => <code>{d.path}</code> },
                                        ...c.items.map((item, i) => ({
                                            title: `${i + 1}: ${item.label}`,
                                            cell: (d: Comparison["differs"][number]) => d.values[i],
                                        })),
                                    ]}
                                />
                                <details>
                                    <summary>{Object.keys(c.same).length} paths are the same</summary>
                                    <dl class="facts">
                                        {Object.entries(c.same).map(([path, v]) => (
                                            <div key={path}>
                                                <dt>
                                                    <code>{path}</code>
                                                </dt>
                                                <dd>{valueText(v)}</dd>
                                            </div>
                                        ))}
                                    </dl>
                                </details>
                            </Card>
                            <Card title="Tests">
                                <Rows
                                    label="tests"
                                    rows={c.tests}
                                    keyOf={(t) => `${t.first} ${t.second}`}
                                    empty="There is nothing to test yet."
                                    wrap
                                    columns={[
                                        { title: "pair", cell: (t) => `${t.first + 1} − ${t.second + 1}` },
                                        { title: "difference", number: true, cell: (t) => number(t.difference) },
                                        {
                                            title: "95 % interval",
                                            number: true,
                                            cell: (t) => (t.ci95 ? `[${number(t.ci95[0])}, ${number(t.ci95[1])}]` : "–"),
                                        },
                                        {
                                            title: "test",
                                            cell: (t) => (t.test === "paired" ? `paired over ${t.pairs} seeds` : t.test),
                                        },
                                        { title: "p", number: true, cell: (t) => number(t.p_holm ?? t.p, 3) },
                                        {
                                            title: "in words",
                                            cell: (t) =>
                                                t.test === "none"
                                                    ? "two seeds or more are needed on both sides"
                                                    : t.separated
                                                      ? "the difference is supported"
                                                      : "not separated by these seeds",
                                        },
                                    ]}
                                />
                            </Card>
                            {c.curves && (
                                <Card title="Learning curves" id="curves">
                                    <FigureView figure={c.curves} zoom={zoomOf(place)} onZoom={setZoom} />
                                </Card>
                            )}
                            {c.commands.map((line) => (
                                <AsCommand line={line} key={line} />
                            ))}
                        </>
                    )}
                </Loaded>
            )}
        </>
    );
}

function Chooser({ of, sweeps }: { of: string[]; sweeps: { id: string; name: string }[] }) {
    const [chosen, setChosen] = useState("");
    const left = sweeps.filter((s) => !of.includes(s.id));
    return (
        <form
            class="filters"
            aria-label="what to compare"
            onSubmit={(e) => {
                e.preventDefault();
                if (chosen) change({ of: [...of, chosen] }, false);
                setChosen("");
            }}>
            <span class="filters-title">compare</span>
            {of.map((o) => (
                <span class="chip" key={o}>
                    {words(o, sweeps)}
                    <button
                        type="button"
                        class="plain"
                        aria-label={`leave ${words(o, sweeps)} out`}
                        onClick={() => change({ of: of.filter((x) => x !== o) })}>
                        ×
                    </button>
                </span>
            ))}
            <select aria-label="sweep to add" value={chosen} onChange={(e) => setChosen(e.currentTarget.value)}>
                <option value="">a sweep …</option>
                {left.map((s) => (
                    <option value={s.id} key={s.id}>
                        {s.name}
                    </option>
                ))}
            </select>
            <button type="submit" disabled={!chosen || of.length >= 12}>
                add
            </button>
        </form>
    );
}

function words(of: string, sweeps: { id: string; name: string }[]): string {
    const [id] = of.split(/[;/]/);
    return (sweeps.find((s) => s.id === id)?.name ?? id) + of.slice(id.length).replaceAll(";", ", ").replace(/^\//, " ");
}
