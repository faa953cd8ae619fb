import { query } from "../../data/api";
import { useFollowed } from "../../data/resource";
import { change, type Place } from "../../data/route";
import type { FigureAnswer, SweepDetail, SweepEntry } from "../../data/types";
import { AsCommand } from "../../parts/command";
import { FigureView, type Zoom } from "../../parts/figure";
import { Card, Loaded, MetricOptions } from "../../parts/pieces";
import type { Wish } from "../sweep";
import { Files } from "./figures";

export function zoomOf(place: Place): Zoom {
    const ends = place.at.get("zoom")?.split("..").map(Number);
    return ends?.length === 2 && ends.every(Number.isFinite) ? [ends[0], ends[1]] : null;
}

export const setZoom = (zoom: Zoom) => change({ zoom: zoom ? `${zoom[0]}..${zoom[1]}` : null });

/** Learning curves that go on while it trains, one line a group with its band over the seeds. */
export function CurvesCard({ sweep, detail, wish, place }: { sweep: SweepEntry; detail: SweepDetail; wish: Wish; place: Place }) {
    const metric = place.at.get("curve");
    const curves = detail.metrics.filter((m) => m.curve);
    const parameters = {
        by: place.at.get("by"),
        metric,
        where: wish.where,
        x: place.at.get("x"),
        band: place.at.get("band"),
        "log-x": place.at.get("log-x"),
        points: 300,
    };
    const address = `/api/sweeps/${sweep.id}/figures/curves`;
    // What has not begun is empty, and not a fault.
    const isEmpty = sweep.epochsDone === 0;
    const figure = useFollowed<FigureAnswer>(isEmpty ? null : `${address}${query(parameters)}`, sweep.changed);
    const zoom = zoomOf(place);
    const end = (i: 0 | 1) => (event: { currentTarget: HTMLInputElement }) => {
        const value = event.currentTarget.value;
        const next: [number, number] = [zoom?.[0] ?? 0, zoom?.[1] ?? detail.epochsTotal / Math.max(1, detail.trials)];
        next[i] = Number(value);
        setZoom(value === "" ? null : next);
    };
    return (
        <Card
            title="Learning curves"
            of={figure}
            side={
                <span class="card-tools">
                    <label>
                        metric{" "}
                        <select value={metric ?? ""} onChange={(e) => change({ curve: e.currentTarget.value || null })}>
                            <option value="">as the sweep says</option>
                            <MetricOptions of={curves} />
                        </select>
                    </label>
                    <label>
                        from <input type="number" class="short" value={zoom?.[0] ?? ""} onChange={end(0)} />
                    </label>
                    <label>
                        to <input type="number" class="short" value={zoom?.[1] ?? ""} onChange={end(1)} />
                    </label>
                    {zoom && (
                        <button type="button" onClick={() => setZoom(null)}>
                            whole
                        </button>
                    )}
                </span>
            }>
            {isEmpty ? (
                <p class="faint" style={{ minHeight: "380px" }}>
                    No epoch has been trained yet.
                </p>
            ) : (
                <Loaded of={figure} tall={380}>
                    {(answer) => (
                        <>
                            <FigureView
                                figure={answer}
                                zoom={zoom}
                                onZoom={setZoom}
                                hidden={new Set(place.at.getAll("hide"))}
                                onHidden={(hidden) => change({ hide: [...hidden] })}
                            />
                            <Files address={address} parameters={parameters} />
                            <AsCommand line={answer.command} />
                        </>
                    )}
                </Loaded>
            )}
        </Card>
    );
}
