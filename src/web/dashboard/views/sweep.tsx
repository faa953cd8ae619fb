import { useFollowed } from "../data/resource";
import type { Live } from "../data/live";
import { change, type Place } from "../data/route";
import type { SweepDetail, SweepEntry } from "../data/types";
import { SweepActions } from "../parts/actions";
import { AsCommand } from "../parts/command";
import { Progress, StateChips, Tags } from "../parts/pieces";
import { Time } from "../parts/time";
import { BestWords, Stands, TimeLeft } from "./home";
import { FilterBar } from "./sweep/filter";
import { CurvesCard } from "./sweep/curves";
import { DefinitionTab } from "./sweep/definition";
import { FailuresTab } from "./sweep/failures";
import { FiguresTab } from "./sweep/figures";
import { ParallelCard } from "./sweep/parallel";
import { SearchTab } from "./sweep/search";
import { TableCard } from "./sweep/table";
import { TrialsTab } from "./sweep/trials";

/** What every part of the page shows: one filter, one grouping, one metric. */
export interface Wish {
    by: string[];
    metric: string | null;
    where: string[];
}

const tabs = ["overview", "trials", "figures", "search", "failures", "definition"] as const;
type Tab = (typeof tabs)[number];

// A table with more columns before its results would hide them beside the curves.
const widest = 3;

export function SweepView({ id, live, place }: { id: string; live: Live; place: Place }) {
    const entry = live.home?.sweeps.find((s) => s.id === id);
    const detail = useFollowed<SweepDetail>(`/api/sweeps/${encodeURIComponent(id)}`, entry?.changed ?? 0, 2000);
    const sweep: SweepEntry | undefined = entry ?? detail.data;
    if (live.home && !entry && !detail.data)
        return (
            <p class="fault" role="alert">
                {detail.error ?? "loading …"} <a href="/">All sweeps</a>
            </p>
        );
    if (live.home && !entry && detail.data)
        return (
            <p class="fault" role="alert">
                The sweep {detail.data.name} is gone: it was deleted. <a href="/">All sweeps</a>
            </p>
        );
    if (!sweep)
        return detail.error ? (
            <p class="fault" role="alert">
                {detail.error}
            </p>
        ) : (
            <p class="faint loading">loading …</p>
        );
    const tab: Tab = tabs.find((t) => t === place.at.get("tab")) ?? "overview";
    const whole = detail.data;
    const wish: Wish = {
        by:
            place.at
                .get("by")
                ?.split(",")
                .filter((p) => p) ??
            whole?.by ??
            [],
        metric: place.at.get("metric") ?? sweep.metric,
        where: place.at.getAll("where"),
    };
    return (
        <>
            <SweepHead sweep={sweep} />
            <nav class="tabs" aria-label={`parts of ${sweep.name}`}>
                {tabs
                    .filter((t) => t !== "search" || whole?.search)
                    .map((t) => (
                        <a
                            key={t}
                            href={tabAddress(t)}
                            aria-current={t === tab ? "page" : undefined}
                            onClick={(e) => {
                                if (!e.ctrlKey && !e.metaKey) {
                                    e.preventDefault();
                                    change({ tab: t === "overview" ? null : t }, false);
                                }
                            }}>
                            {t}
                            {t === "failures" && sweep.states.failed
                                ? ` (${sweep.states.failed})`
                                : t === "trials"
                                  ? ` (${sweep.trials})`
                                  : ""}
                        </a>
                    ))}
            </nav>
            {detail.error && (
                <p class="fault" role="alert">
                    {detail.error}
                </p>
            )}
            {!whole ? (
                <div class="card waiting">
                    <p class="faint loading">loading …</p>
                </div>
            ) : (
                <>
                    {(tab === "overview" || tab === "trials" || tab === "figures") && <FilterBar detail={whole} wish={wish} />}
                    {tab === "overview" && (
                        <div class={wish.by.length > widest ? "overview wide" : "overview"}>
                            <TableCard sweep={sweep} detail={whole} wish={wish} place={place} />
                            <CurvesCard sweep={sweep} detail={whole} wish={wish} place={place} />
                            <ParallelCard sweep={sweep} detail={whole} wish={wish} />
                        </div>
                    )}
                    {tab === "trials" && <TrialsTab sweep={sweep} wish={wish} place={place} />}
                    {tab === "figures" && <FiguresTab sweep={sweep} detail={whole} wish={wish} place={place} />}
                    {tab === "search" && <SearchTab sweep={sweep} detail={whole} place={place} />}
                    {tab === "failures" && <FailuresTab sweep={sweep} />}
                    {tab === "definition" && <DefinitionTab detail={whole} />}
                    <AsCommand line={whole.command} />
                </>
            )}
        </>
    );
}

function tabAddress(tab: Tab): string {
    const at = new URLSearchParams(location.search);
    if (tab === "overview") at.delete("tab");
    else at.set("tab", tab);
    return `${location.pathname}${at.size > 0 ? `?${at}` : ""}`;
}

function SweepHead({ sweep }: { sweep: SweepEntry }) {
    return (
        <header class="sweep-head">
            <h1>
                {sweep.name} <Stands sweep={sweep} /> <Tags tags={sweep.tags} />
            </h1>
            <Progress fraction={sweep.fraction} label={`progress of ${sweep.name}`} />
            <div class="sweep-facts">
                <StateChips of={sweep.states} />
                <span>
                    {sweep.epochsDone} of {sweep.epochsTotal} epochs{sweep.toCome > 0 ? `, ${sweep.toCome} trials to come` : ""}
                </span>
                <TimeLeft sweep={sweep} />
                <BestWords sweep={sweep} />
                <span class="faint">
                    submitted <Time at={sweep.createdAt} />
                </span>
            </div>
            {sweep.note && <p class="note">{sweep.note}</p>}
            {sweep.reason && <p class="note">{sweep.reason}</p>}
            <SweepActions sweep={sweep} />
        </header>
    );
}
