import { query } from "../../data/api";
import { useFollowed } from "../../data/resource";
import { change, type Place } from "../../data/route";
import type { FigureAnswer, SweepDetail, SweepEntry } from "../../data/types";
import { AsCommand } from "../../parts/command";
import { FigureView } from "../../parts/figure";
import { Age, Card, Loaded } from "../../parts/pieces";
import type { Wish } from "../sweep";
import { setZoom, zoomOf } from "./curves";

type Parameters = Record<string, string | number | null | undefined | string[]>;

/** The figure as files, for a paper. */
export function Files({ address, parameters }: { address: string; parameters: Parameters }) {
    return (
        <p class="files">
            {["svg", "png", "pdf"].map((kind) => (
                <a key={kind} href={`${address}.${kind}${query(parameters)}`} download="">
                    {kind}
                </a>
            ))}
        </p>
    );
}

export function FiguresTab({ sweep, detail, wish, place }: { sweep: SweepEntry; detail: SweepDetail; wish: Wish; place: Place }) {
    const asked = place.at.get("figure");
    const kind =
        detail.figures.find((f) => f.kind === asked) ??
        detail.figures.find((f) => !f.needsModel && f.kind !== "curves") ??
        detail.figures[0];
    if (!kind) return <p class="faint">No figure can be drawn of this sweep.</p>;
    if (sweep.epochsDone === 0 && !sweep.states.succeeded)
        return (
            <Card title="Figures">
                <p class="faint">No epoch has been trained yet.</p>
            </Card>
        );
    const parameters = {
        by: place.at.get("by"),
        metric: place.at.get("metric"),
        where: wish.where,
        facet: place.at.get("facet"),
        layer: place.at.get("layer"),
        trial: place.at.get("trial"),
    };
    return (
        <Card
            title="Figures"
            side={
                <label>
                    figure{" "}
                    <select
                        value={kind.kind}
                        onChange={(e) => change({ figure: e.currentTarget.value, layer: null, facet: null, trial: null })}>
                        {detail.figures.map((f) => (
                            <option value={f.kind} key={f.kind}>
                                {f.kind}
                                {f.needsModel ? " (of a trained model)" : ""}
                            </option>
                        ))}
                    </select>
                </label>
            }>
            <p class="faint">{kind.description}</p>
            <OneFigure sweep={sweep} kind={kind.kind} still={kind.needsModel} parameters={parameters} place={place} />
        </Card>
    );
}

/** A figure of a trained model is drawn once; the others follow the sweep. */
export function OneFigure({
    sweep,
    kind,
    still,
    parameters,
    place,
}: {
    sweep: { id: string; changed?: number };
    kind: string;
    still: boolean;
    parameters: Parameters;
    place: Place;
}) {
    const address = `/api/sweeps/${sweep.id}/figures/${kind}`;
    const figure = useFollowed<FigureAnswer>(`${address}${query(parameters)}`, still ? 0 : sweep.changed, 3000);
    return (
        <Loaded of={figure} tall={320}>
            {(answer) => (
                <>
                    {answer.title && <h3>{answer.title}</h3>}
                    <FigureView figure={answer} zoom={zoomOf(place)} onZoom={setZoom} />
                    <Files address={address} parameters={parameters} />
                    <Age of={figure} />
                    <AsCommand line={answer.command} />
                </>
            )}
        </Loaded>
    );
}
