import type { SweepDetail } from "../../data/types";
import { Card } from "../../parts/pieces";

export function DefinitionTab({ detail }: { detail: SweepDetail }) {
    return (
        <>
            {detail.description && <Card title="What it asks" id="description"><p>{detail.description}</p></Card>}
            <Card title="Difference to the file" id="plan">
                {detail.plan ? <pre tabIndex={0}>{detail.plan.lines.join("\n")}</pre>
                    : <p class="faint">The file that it was submitted from is not where the head could read it. <code>vaesweep plan FILE</code> tells the difference to a file.</p>}
                {detail.checkpoints && <p>Checkpoints take {detail.checkpoints}.</p>}
            </Card>
            <Card title="Definition">
                <p class="faint">The sweep file as it was submitted.</p>
                <pre tabIndex={0}>{detail.definition}</pre>
            </Card>
        </>);
}
