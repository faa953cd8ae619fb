import type { Live } from "../data/live";
import { trialAddress } from "../data/route";
import { AsCommand } from "../parts/command";
import { Card, number, Rows } from "../parts/pieces";
import { Time } from "../parts/time";

export function NodesView({ live }: { live: Live }) {
    const nodes = live.home?.nodes;
    if (!nodes) return <p class="faint loading">loading …</p>;
    return (
        <>
            <h1 class="visually-hidden">Nodes</h1>
            <Card title="Nodes">
                <Rows
                    label="nodes"
                    rows={nodes}
                    keyOf={(n) => n.id}
                    empty="No node is in contact. `vaesweep worker --join HOST:PORT` brings one."
                    columns={[
                        { title: "node", cell: (n) => n.id },
                        {
                            title: "in contact",
                            cell: (n) => <span class={`state ${n.alive ? "succeeded" : "failed"}`}>{n.words}</span>,
                        },
                        { title: "devices", cell: (n) => n.devices.map((d) => d.name).join(", ") || "none" },
                        { title: "running", number: true, cell: (n) => n.running },
                        {
                            title: "load",
                            number: true,
                            cell: (n) => (n.load === null ? "–" : `${Math.round(100 * n.load)} % of ${n.cores}`),
                        },
                        { title: "link", cell: (n) => n.link ?? "–" },
                        { title: "since", cell: (n) => <Time at={n.startedAt} /> },
                        { title: "seen", cell: (n) => <Time at={n.seenAt} /> },
                        { title: "software", cell: (n) => n.software ?? "–" },
                        { title: "note", cell: (n) => n.note ?? "" },
                    ]}
                />
                <AsCommand line="vaesweep nodes" />
            </Card>
            <Card title="What they train" id="training">
                <Rows
                    label="running trials"
                    empty="Nothing is trained now."
                    keyOf={(t) => `${t.device} ${t.trial}`}
                    rows={nodes.flatMap((n) =>
                        n.devices.flatMap((d) => d.trials.map((t) => ({ ...t, node: n.id, device: d.name }))),
                    )}
                    columns={[
                        { title: "device", cell: (t) => t.device },
                        { title: "node", cell: (t) => t.node },
                        { title: "trial", cell: (t) => <a href={trialAddress(t.sweep, t.trial)}>{t.label || t.trial}</a> },
                        { title: "sweep", cell: (t) => t.name },
                        { title: "epoch", number: true, cell: (t) => `${t.epoch} of ${t.epochs}` },
                        { title: "bound", number: true, cell: (t) => number(t.bound) },
                        { title: "epochs/s", number: true, cell: (t) => number(t.rate, 2) },
                    ]}
                />
            </Card>
        </>
    );
}
