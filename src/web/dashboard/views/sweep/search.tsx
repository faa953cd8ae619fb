import type { Place } from "../../data/route";
import type { SweepDetail, SweepEntry, Value } from "../../data/types";
import { Card, Rows, valueText } from "../../parts/pieces";
import { OneFigure } from "./figures";

/** What a search has to show: what it found as it went on, how far its rungs let each go, and who went on from whom. */
function kindsOf(scheduler: unknown): string[] {
    return scheduler === "none" || !scheduler ? ["search"] : scheduler === "pbt" ? ["search", "lineage"] : ["search", "rungs"];
}

const titles: Record<string, string> = { search: "What it found", rungs: "Rungs", lineage: "Lineage" };

/** How a search proposes and stops: its parts, and what came of each rung. */
export function SearchTab({ sweep, detail, place }: { sweep: SweepEntry; detail: SweepDetail; place: Place }) {
    const entries = Object.entries(detail.search ?? {});
    const kinds = kindsOf(detail.search?.scheduler);
    const plain = entries.filter(([, v]) => !isTable(v));
    return (
        <>
            <Card title="Search">
                <dl class="facts">
                    {plain
                        .filter(([, v]) => v !== null)
                        .map(([name, v]) => (
                            <div key={name}>
                                <dt>{name}</dt>
                                <dd>{valueText(v as Value)}</dd>
                            </div>
                        ))}
                    <div>
                        <dt>to come</dt>
                        <dd>{sweep.toCome} trials</dd>
                    </div>
                </dl>
            </Card>
            {entries
                .filter(([, v]) => isTable(v))
                .map(([name, v]) => (
                    <RecordTable name={name} records={v as Record<string, Value>[]} key={name} />
                ))}
            {sweep.epochsDone === 0 ? (
                <p class="faint">No epoch has been trained yet.</p>
            ) : (
                detail.figures
                    .filter((f) => kinds.includes(f.kind))
                    .map((f) => (
                        <Card title={titles[f.kind] ?? f.kind} id={`figure-${f.kind}`} key={f.kind}>
                            <p class="faint">{f.description}</p>
                            <OneFigure sweep={sweep} kind={f.kind} still={false} parameters={{}} place={place} />
                        </Card>
                    ))
            )}
        </>
    );
}

function isTable(value: unknown): value is Record<string, Value>[] {
    return (
        Array.isArray(value) && value.length > 0 && typeof value[0] === "object" && value[0] !== null && !Array.isArray(value[0])
    );
}

function RecordTable({ name, records }: { name: string; records: Record<string, Value>[] }) {
    const columns = [...new Set(records.flatMap((r) => Object.keys(r)))];
    return (
        <Card title={name} id={`search-${name}`}>
            <Rows
                label={name}
                rows={records}
                keyOf={(_, i) => String(i)}
                empty=""
                columns={columns.map((c) => ({
                    title: c,
                    number: records.every((r) => typeof r[c] === "number"),
                    cell: (r: Record<string, Value>) => valueText(r[c] ?? null),
                }))}
            />
        </Card>
    );
}
