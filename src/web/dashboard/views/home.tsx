import type { Live } from "../data/live";
import { change, sweepAddress, trialAddress, type Place } from "../data/route";
import type { HeadEntry, NodeEntry, SweepEntry } from "../data/types";
import { AsCommand } from "../parts/command";
import { Card, meanAndSpread, number, Progress, size, StateChips, Tags } from "../parts/pieces";
import { span, Time } from "../parts/time";

/** Every sweep, every device, and how the head is. */
export function HomeView({ live, place }: { live: Live; place: Place }) {
    const home = live.home;
    if (!home) return <p class="faint loading">loading …</p>;
    const wish = place.at.get("find") ?? "";
    const words = wish
        .toLowerCase()
        .split(/\s+/)
        .filter((w) => w);
    const shown = home.sweeps.filter((s) =>
        words.every((w) => `${s.name} ${s.stands} ${s.tags.join(" ")} ${s.note ?? ""}`.toLowerCase().includes(w)),
    );
    return (
        <>
            <h1 class="visually-hidden">Sweeps and devices</h1>
            <Card
                title="Sweeps"
                side={
                    <label class="find">
                        find{" "}
                        <input
                            type="search"
                            value={wish}
                            placeholder="name, tag, state"
                            onInput={(e) => change({ find: e.currentTarget.value })}
                        />
                    </label>
                }>
                {home.sweeps.length === 0 ? (
                    <p>
                        No sweeps yet. <code>vaesweep run FILE</code> or <code>vaesweep submit FILE</code> adds one.
                    </p>
                ) : shown.length === 0 ? (
                    <p class="faint">None of {home.sweeps.length} sweeps has that.</p>
                ) : (
                    <ul class="sweeps">
                        {shown.map((s) => (
                            <SweepCard sweep={s} key={s.id} />
                        ))}
                    </ul>
                )}
                <AsCommand line="vaesweep list" />
            </Card>
            <Devices nodes={home.nodes} />
            {home.head && <Head head={home.head} store={home.store} version={home.version} />}
        </>
    );
}

function SweepCard({ sweep }: { sweep: SweepEntry }) {
    return (
        <li class="sweep">
            <div class="sweep-name">
                <a href={sweepAddress(sweep.id)}>{sweep.name}</a> <Stands sweep={sweep} /> <Tags tags={sweep.tags} />
            </div>
            <Progress fraction={sweep.fraction} label={`progress of ${sweep.name}`} />
            <div class="sweep-facts">
                <StateChips of={sweep.states} />
                <TimeLeft sweep={sweep} />
                <BestWords sweep={sweep} />
            </div>
            {sweep.note && <p class="note">{sweep.note}</p>}
            {sweep.reason && <p class="note">{sweep.reason}</p>}
            <p class="faint">
                submitted <Time at={sweep.createdAt} />
            </p>
        </li>
    );
}

export function Stands({ sweep }: { sweep: SweepEntry }) {
    const tone =
        sweep.lost > 0 || sweep.stands.includes("lost")
            ? "failed"
            : sweep.stands.startsWith("done")
              ? sweep.states.failed
                  ? "failed"
                  : "succeeded"
              : sweep.state === "active"
                ? "running"
                : "paused";
    return <span class={`stands state ${tone}`}>{sweep.stands}</span>;
}

/** When a sweep will be done, and how fast it goes. */
export function TimeLeft({ sweep }: { sweep: SweepEntry }) {
    return (
        <span>
            {sweep.open === 0
                ? "ended"
                : sweep.secondsLeft === null
                  ? "time left not known yet"
                  : `about ${span(sweep.secondsLeft)} left`}
            {sweep.rate ? `, ${number(sweep.rate, 2)} epochs/s` : ""}
        </span>
    );
}

export function BestWords({ sweep }: { sweep: SweepEntry }) {
    if (!sweep.best) return <span class="faint">no result yet</span>;
    const { best } = sweep;
    return (
        <span class="best">
            best {best.separated ? "▸ " : ""}
            <strong>{meanAndSpread(best.mean, best.sd)}</strong> {sweep.metric} at {best.label || "its one setting"}{" "}
            <span class="faint">
                ({best.n} {best.n === 1 ? "seed" : "seeds"}
                {best.separated ? ", separated from the second" : ""})
            </span>
        </span>
    );
}

export function Devices({ nodes }: { nodes: NodeEntry[] }) {
    return (
        <Card title="Devices">
            {nodes.length === 0 ? (
                <p class="faint">No node is in contact: nothing is trained now.</p>
            ) : (
                <div class="devices">
                    {nodes.flatMap((node) =>
                        (node.devices.length > 0 ? node.devices : [{ name: "no device", trials: [] }]).map((device) => (
                            <div class={`device${node.alive ? "" : " gone"}`} key={`${node.id} ${device.name}`}>
                                <div>
                                    <strong>{device.name}</strong>{" "}
                                    <span class="faint">
                                        on {node.host}
                                        {node.alive ? "" : `, ${node.words}`}
                                    </span>
                                </div>
                                {device.trials.length === 0 ? (
                                    <div class="faint">idle</div>
                                ) : (
                                    device.trials.map((t) => (
                                        <div class="device-trial" key={t.trial}>
                                            <a href={trialAddress(t.sweep, t.trial)}>{t.label || t.trial}</a>
                                            <span class="faint">
                                                {" "}
                                                of <a href={sweepAddress(t.sweep)}>{t.name}</a>: epoch {t.epoch} of {t.epochs}
                                                {t.bound !== null ? `, bound ${number(t.bound)}` : ""}
                                                {t.rate ? `, ${number(t.rate, 2)} epochs/s` : ""}
                                            </span>
                                        </div>
                                    ))
                                )}
                            </div>
                        )),
                    )}
                </div>
            )}
            <AsCommand line="vaesweep nodes" />
        </Card>
    );
}

function Head({ head, store, version }: { head: HeadEntry; store: string; version: string }) {
    const facts: [string, string][] = [
        ["address", head.address ?? "–"],
        ...(head.load === null ? [] : [["load", `${Math.round(100 * head.load)} % of ${head.cores} cores`] as [string, string]]),
        ...(head.memory === null ? [] : [["memory", size(head.memory)] as [string, string]]),
        ["watching", head.watchers === null ? "–" : String(head.watchers)],
        ["store", store],
        ["version", version],
    ];
    return (
        <Card title="Head">
            <dl class="facts">
                {facts.map(([name, value]) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ))}
            </dl>
        </Card>
    );
}
