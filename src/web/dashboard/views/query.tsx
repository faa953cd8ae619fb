import { useEffect, useRef, useState } from "preact/hooks";
import type { ChartPanel, Figure } from "../../figures/data";
import { download, Refusal, send } from "../data/api";
import { useResource } from "../data/resource";
import { change, type Place } from "../data/route";
import type { Live } from "../data/live";
import type { QueryAnswer, QueryHelp, Value } from "../data/types";
import { announce } from "../parts/announce";
import { AsCommand } from "../parts/command";
import { FigureView } from "../parts/figure";
import { Card, Loaded, Rows, valueText } from "../parts/pieces";
import { VirtualTable } from "../parts/virtual";

const limit = 10_000;

/** SQL over the views, or a question by name; its answer as table, file or chart. */
export function QueryView({ live, place }: { live: Live; place: Place }) {
    const help = useResource<QueryHelp>("/api/query/help");
    const kept = place.at.get("q") ?? "";
    const [sql, setSql] = useState(kept);
    const [answer, setAnswer] = useState<QueryAnswer | null>(null);
    const [fault, setFault] = useState<string | null>(null);
    const [busy, setBusy] = useState(false);
    const area = useRef<HTMLTextAreaElement>(null);
    const named = place.at.get("name");
    const sweep = place.at.get("sweep");
    const asked = () => (named ? { name: named, sweep, limit } : { sql: place.at.get("q") ?? "", limit });
    const ask = async (body: object) => {
        setBusy(true);
        setFault(null);
        try {
            setAnswer(await send<QueryAnswer>("POST", "/api/query", body));
        } catch (e) {
            setFault(e instanceof Refusal ? e.message : "the head cannot be reached");
            if (e instanceof Refusal && e.position !== undefined && area.current) {
                area.current.focus();
                area.current.setSelectionRange(e.position, e.position + 1);
            }
        } finally {
            setBusy(false);
        }
    };
    // The address is what is asked: sent to a colleague it answers there, too.
    useEffect(() => {
        setSql(kept);
        if (named || kept) void ask(asked());
        else setAnswer(null);
    }, [named, sweep, kept]);
    const run = () => {
        if (sql.trim() === "") return;
        if (sql === kept && !named) void ask({ sql, limit });
        else change({ q: sql, name: null, sweep: null }, false);
    };
    return (
        <>
            <h1>Query</h1>
            <Card title="Question" id="ask">
                <form
                    onSubmit={(e) => {
                        e.preventDefault();
                        run();
                    }}>
                    <label class="field">
                        SQL, read-only, over the views below
                        <textarea
                            ref={area}
                            rows={4}
                            spellcheck={false}
                            value={sql}
                            placeholder="SELECT sweep, state, count(*) AS trials FROM trials GROUP BY sweep, state"
                            onInput={(e) => setSql(e.currentTarget.value)}
                            onKeyDown={(e) => {
                                if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
                                    e.preventDefault();
                                    run();
                                }
                            }}
                        />
                    </label>
                    <div class="buttons left">
                        <button type="submit" class="primary" disabled={busy}>
                            {busy ? "asking …" : "ask"}
                        </button>
                        <span class="faint">Ctrl and Enter ask, too</span>
                        {answer && (
                            <button
                                type="button"
                                onClick={() => {
                                    void download("/api/query.csv", asked(), "query.csv").catch((e: unknown) =>
                                        announce(e instanceof Refusal ? e.message : "the head cannot be reached", { bad: true }),
                                    );
                                }}>
                                all rows as CSV
                            </button>
                        )}
                    </div>
                </form>
                <Loaded of={help}>
                    {(h) => (
                        <div class="grouping" role="group" aria-label="questions by name">
                            <span>or by name</span>
                            {h.queries.map((q) => (
                                <button
                                    type="button"
                                    class="chip"
                                    key={q.name}
                                    title={q.description}
                                    aria-pressed={named === q.name}
                                    onClick={() => change({ name: q.name, q: null }, false)}>
                                    {q.name}
                                </button>
                            ))}
                            {named && (
                                <label>
                                    of{" "}
                                    <select
                                        value={sweep ?? ""}
                                        onChange={(e) => change({ sweep: e.currentTarget.value || null })}>
                                        <option value="">every sweep</option>
                                        {(live.home?.sweeps ?? []).map((s) => (
                                            <option value={s.id} key={s.id}>
                                                {s.name}
                                            </option>
                                        ))}
                                    </select>
                                </label>
                            )}
                            {h.queries.find((q) => q.name === named)?.sql && (
                                <button
                                    type="button"
                                    class="plain"
                                    onClick={() => {
                                        setSql(h.queries.find((q) => q.name === named)!.sql!);
                                        area.current?.focus();
                                    }}>
                                    edit its SQL
                                </button>
                            )}
                        </div>
                    )}
                </Loaded>
                {fault && (
                    <p class="fault" role="alert">
                        {fault}
                    </p>
                )}
            </Card>
            {answer && <Answer answer={answer} place={place} />}
            <Loaded of={help}>
                {(h) => (
                    <Card title="Views">
                        {h.views.map((v) => (
                            <details key={v.name}>
                                <summary>
                                    <code>{v.name}</code> {v.description}
                                </summary>
                                <Rows
                                    label={`columns of ${v.name}`}
                                    rows={v.columns}
                                    keyOf={(c) => c.name}
                                    empty=""
                                    wrap
                                    columns={[
                                        { title: "column", cell: (c) => <code>{c.name}</code> },
                                        { title: "type", cell: (c) => c.type },
                                        { title: "what", cell: (c) => c.description },
                                    ]}
                                />
                            </details>
                        ))}
                    </Card>
                )}
            </Loaded>
        </>
    );
}

function Answer({ answer, place }: { answer: QueryAnswer; place: Place }) {
    const numbers = answer.columns.map(
        (_, i) =>
            answer.rows.some((r) => typeof r[i] === "number") &&
            answer.rows.every((r) => r[i] === null || typeof r[i] === "number"),
    );
    const [x, y] = [place.at.get("cx"), place.at.get("cy")];
    const figure = x && y ? chart(answer, x, y) : null;
    const rows = answer.rows.map((row, i) => ({ row, i }));
    return (
        <Card title="Answer">
            <p>
                {answer.rows.length} {answer.rows.length === 1 ? "row" : "rows"} in {answer.seconds} s
                {answer.truncated ? `; there are more: the CSV has all` : ""}
            </p>
            {answer.rows.length > 0 && (
                <VirtualTable
                    label="answer"
                    total={rows.length}
                    rowAt={(i) => rows[i]}
                    onRange={() => {}}
                    keyOf={(r) => String(r.i)}
                    height={420}
                    columns={answer.columns.map((name, i) => ({
                        name: `${i}`,
                        title: name,
                        width: "minmax(7rem, 1fr)",
                        number: numbers[i],
                        cell: (r: { row: Value[] }) =>
                            r.row[i] === null ? <span class="faint">null</span> : valueText(r.row[i]),
                    }))}
                />
            )}
            {numbers.some((n) => n) && (
                <div class="grouping">
                    <span>chart</span>
                    <label>
                        along{" "}
                        <select value={x ?? ""} onChange={(e) => change({ cx: e.currentTarget.value || null })}>
                            <option value="">…</option>
                            {answer.columns.map((c) => (
                                <option key={c} value={c}>
                                    {c}
                                </option>
                            ))}
                        </select>
                    </label>
                    <label>
                        up{" "}
                        <select value={y ?? ""} onChange={(e) => change({ cy: e.currentTarget.value || null })}>
                            <option value="">…</option>
                            {answer.columns
                                .filter((_, i) => numbers[i])
                                .map((c) => (
                                    <option key={c} value={c}>
                                        {c}
                                    </option>
                                ))}
                        </select>
                    </label>
                </div>
            )}
            {figure && <FigureView figure={figure} key={`${x} ${y}`} />}
            <AsCommand line={answer.command} />
        </Card>
    );
}

/** Points over numbers, bars over names. */
function chart(answer: QueryAnswer, x: string, y: string): Figure | null {
    const [xi, yi] = [answer.columns.indexOf(x), answer.columns.indexOf(y)];
    if (xi < 0 || yi < 0) return null;
    const rows = answer.rows.filter((r) => r[xi] !== null && typeof r[yi] === "number");
    const plain = { categories: null, log: false, whole: false, min: null, max: null, ticks: null };
    const numeric = rows.every((r) => typeof r[xi] === "number");
    const named = rows.slice(0, 60);
    const panel: ChartPanel = numeric
        ? {
              type: "chart",
              title: "",
              scale: null,
              aspect: 1,
              x: { ...plain, label: x },
              y: { ...plain, label: y },
              marks: [
                  {
                      type: "points",
                      name: "",
                      color: "#0072B2",
                      x: rows.map((r) => r[xi] as number),
                      y: rows.map((r) => r[yi] as number),
                      values: null,
                      labels: null,
                      radius: 3,
                      opacity: 0.8,
                  },
              ],
          }
        : {
              type: "chart",
              title: "",
              scale: null,
              aspect: 1,
              x: { ...plain, label: y },
              y: { ...plain, label: x, categories: named.map((r) => valueText(r[xi])) },
              marks: [
                  {
                      type: "bars",
                      name: "",
                      color: "#0072B2",
                      values: named.map((r) => r[yi] as number),
                      horizontal: true,
                      low: null,
                      high: null,
                  },
              ],
          };
    return {
        kind: "query",
        title: "",
        legendTitle: "",
        notes: !numeric && rows.length > named.length ? [`the first ${named.length} of ${rows.length} rows`] : [],
        panels: [panel],
    };
}
