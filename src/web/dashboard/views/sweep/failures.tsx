import { useFollowed } from "../../data/resource";
import { trialAddress } from "../../data/route";
import type { FailuresAnswer, SweepEntry } from "../../data/types";
import { Card, Loaded, Rows } from "../../parts/pieces";

export function FailuresTab({ sweep }: { sweep: SweepEntry }) {
    const found = useFollowed<FailuresAnswer>(`/api/sweeps/${sweep.id}/failures`, sweep.changed, 2000);
    return (
        <Loaded of={found} tall={240}>
            {(answer) => <Failures sweep={sweep} found={answer} />}
        </Loaded>
    );
}

function Failures({ sweep, found }: { sweep: SweepEntry; found: FailuresAnswer }) {
    const { failures } = found;
    return (
        <>
            <Card title="Failures">
                {failures.total > 0 && (
                    <p>
                        {failures.total} trials failed:{" "}
                        {Object.entries(failures.classes)
                            .map(([name, n]) => `${n} ${name}`)
                            .join(", ")}
                        .
                    </p>
                )}
                <Rows
                    label="failed trials"
                    rows={failures.rows}
                    keyOf={(f) => f.trial}
                    empty="No trial failed."
                    wrap
                    columns={[
                        { title: "trial", cell: (f) => <a href={trialAddress(sweep.id, f.trial)}>{f.trial}</a> },
                        { title: "seed", number: true, cell: (f) => f.seed },
                        { title: "attempts", number: true, cell: (f) => f.attempts },
                        { title: "class", cell: (f) => f.class },
                        { title: "reason", cell: (f) => f.reason },
                    ]}
                />
                {failures.total > failures.rows.length && (
                    <p class="faint">
                        the first {failures.rows.length} of {failures.total}
                    </p>
                )}
            </Card>
            {failures.by.length > 0 && (
                <Card title="Where they sit" id="failures-by">
                    <Rows
                        label="failures by parameter"
                        empty=""
                        keyOf={(r) => `${r.path} ${r.value}`}
                        rows={failures.by.flatMap((p) => p.values.map((v) => ({ ...v, path: p.path, label: p.label })))}
                        columns={[
                            { title: "parameter", cell: (r) => r.label },
                            { title: "value", number: true, cell: (r) => r.value },
                            { title: "failed", number: true, cell: (r) => `${r.failed} of ${r.of}` },
                            {
                                title: "share",
                                cell: (r) => (
                                    <meter
                                        min={0}
                                        max={1}
                                        value={r.of > 0 ? r.failed / r.of : 0}
                                        aria-label={`${r.failed} of ${r.of} failed`}
                                    />
                                ),
                            },
                        ]}
                    />
                </Card>
            )}
            <Card title="Alarms">
                <Rows
                    label="alarms"
                    rows={found.alarms}
                    keyOf={(a, i) => `${a.trial} ${i}`}
                    empty="No alarm was raised."
                    wrap
                    columns={[
                        { title: "trial", cell: (a) => <a href={trialAddress(sweep.id, a.trial)}>{a.trial}</a> },
                        { title: "epoch", number: true, cell: (a) => a.epoch },
                        { title: "alarm", cell: (a) => a.alarm },
                        { title: "detail", cell: (a) => a.detail },
                    ]}
                />
                {found.alarmCount > found.alarms.length && (
                    <p class="faint">
                        the first {found.alarms.length} of {found.alarmCount}
                    </p>
                )}
            </Card>
        </>
    );
}
