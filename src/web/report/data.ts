import type { Figure } from "../figures/data";

/** What `vaesweep report` writes into the page; made by src/VaeSweep.Results/Report/ReportJson.cs. */
export interface Report {
    sweep: string;
    description: string;
    generated: string;
    version: string;
    states: Record<string, number>;
    epochs: { done: number; total: number };
    table: string;
    figures: Figure[];
    skipped: { kind: string; reason: string }[];
    columns: string[];
    trials: (string | number | null)[][];
    trialsTotal: number;
    failures: { trial: string; seed: number; attempts: number; class: string; reason: string }[];
    provenance: { worker: string; device: string; trials: number; versions: Record<string, unknown> | null }[];
    definition: string;
}
