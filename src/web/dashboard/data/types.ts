import type { Figure } from "../../figures/data";

/** What the head's interface answers (src/VaeSweep.Cli/Dashboard). Not measured is null; infinite is "Infinity" or "-Infinity". */
export type Value = string | number | boolean | null | Value[];

export type State = "queued" | "running" | "paused" | "succeeded" | "failed" | "stopped";
export const states: State[] = ["succeeded", "running", "queued", "paused", "failed", "stopped"];

export interface Best {
    label: string;
    by: Record<string, Value>;
    mean: number | string | null;
    sd: number | string | null;
    n: number;
    separated: boolean;
}

export interface SweepEntry {
    id: string;
    name: string;
    state: "active" | "paused" | "stopped";
    stands: string;
    reason: string | null;
    createdAt: string;
    tags: string[];
    note: string | null;
    priority: number;
    maxConcurrent: number | null;
    stack: string | null;
    trials: number;
    open: number;
    lost: number;
    toCome: number;
    retired: number;
    states: Partial<Record<State, number>>;
    epochsDone: number;
    epochsTotal: number;
    fraction: number;
    secondsLeft: number | null;
    rate: number | null;
    changed: number;
    metric: string | null;
    unit: string | null;
    direction: "lower" | "higher" | "none" | null;
    best: Best | null;
}

export interface DeviceTrial {
    sweep: string;
    name: string;
    trial: string;
    label: string;
    epoch: number;
    epochs: number;
    bound: number | string | null;
    rate: number | null;
}

export interface NodeEntry {
    id: string;
    host: string;
    alive: boolean;
    words: string;
    link: string | null;
    load: number | null;
    cores: number | null;
    startedAt: string;
    seenAt: string;
    software: string | null;
    note: string | null;
    running: number;
    devices: { name: string; trials: DeviceTrial[] }[];
}

export interface HeadEntry {
    address: string | null;
    load: number | null;
    cores: number | null;
    memory: number | null;
    watchers: number | null;
}

export interface Home {
    mode: "live" | "reading" | "away";
    says: string | null;
    role: Role;
    store: string;
    version: string;
    epoch: string;
    seq: number;
    at: string;
    sweeps: SweepEntry[];
    nodes: NodeEntry[];
    head: HeadEntry | null;
}

export type Role = "owner" | "visitor";

export interface Metric {
    name: string;
    label: string;
    unit: string | null;
    direction: string;
    /** It has a value at every epoch. */
    curve: boolean;
    measured: boolean;
    description: string | null;
}

export interface Varying {
    path: string;
    label: string;
    values: string[] | null;
    log: boolean;
}

export interface SweepDetail extends SweepEntry {
    definition: string;
    description: string | null;
    varying: Varying[];
    by: string[];
    metrics: Metric[];
    search: Record<string, Value | Record<string, Value>[]> | null;
    checkpoints: string | null;
    figures: { kind: string; description: string; needsModel: boolean }[];
    command: string;
}

export interface FailuresAnswer {
    failures: {
        total: number;
        classes: Record<string, number>;
        rows: { trial: string; seed: number; attempts: number; class: string; reason: string }[];
        by: { path: string; label: string; values: { value: string; failed: number; of: number }[] }[];
    };
    alarmCount: number;
    alarms: { trial: string; epoch: number; alarm: string; detail: string }[];
}

export interface TableRow {
    by: Record<string, Value>;
    columns?: Record<string, Value>;
    n: number;
    mean: number | string | null;
    rank: number | null;
    best: boolean;
    separated: boolean;
    is_baseline?: boolean;
    trials: number;
    states: Partial<Record<State, number>>;
    seeds: Record<string, number | string | null>;
}

export interface TableAnswer {
    table: {
        sweep: string;
        metric: string;
        unit: string | null;
        direction: string;
        by: string[];
        columns: string[];
        rows: TableRow[];
    };
    caption: string | null;
    header: string[];
    /** A configuration path, or a name, for each column. */
    paths: string[];
    cells: string[][];
    numeric: boolean[];
    notes: string[];
    where: [string, string][];
    retired: number;
    command: string;
}

export interface TrialRow {
    trial: string;
    index: number;
    seed: number;
    state: State;
    wanted: boolean;
    epochs: number;
    of: number;
    seconds: number | null;
    attempts: number;
    value: number | string | null;
    settings: Value[];
    device: string | null;
    node: string | null;
    startedAt: string | null;
    finishedAt: string | null;
    class: string | null;
    reason: string | null;
    tags: string[];
    note: string | null;
}

export interface TrialsAnswer {
    total: number;
    matching: number;
    offset: number;
    states: Partial<Record<State, number>>;
    metric: string | null;
    columns: { path: string; label: string; number: boolean }[];
    rows: TrialRow[];
    command: string;
}

export interface TrialDetail {
    trial: string;
    sweep: string;
    name: string;
    seed: number;
    state: State;
    wanted: boolean;
    epochs: number;
    of: number;
    attemptCount: number;
    class: string | null;
    reason: string | null;
    worker: string | null;
    device: string | null;
    checkpoint: string | null;
    model: string | null;
    tags: string[];
    note: string | null;
    takenFrom: string | null;
    imported: string | null;
    fingerprint: string;
    startedAt: string | null;
    finishedAt: string | null;
    config: Record<string, Value>;
    best: Best | null;
    differs: { path: string; label: string; value: Value; best: Value }[];
    attempts: Record<string, Value | Record<string, Value>>[];
    events: { epoch: number; event: string; detail: string }[];
    evaluations: { metric: string; value: number | string | null; samples: number | null; images: number | null }[];
    images: string[];
    command: string;
}

export interface TrialCurves {
    epochs: number[];
    metrics: { name: string; label: string; unit: string | null; values: (number | string | null)[] }[];
    thinned: boolean;
}

export interface TrialUnits {
    layers: { layer: number; units: number; epochs: number[]; activity: (number | null)[][]; kl: (number | null)[][] }[];
}

export interface Comparison {
    metric: { name: string; unit: string | null; direction: string };
    items: {
        of: string;
        label: string;
        sweep: string;
        name: string;
        trials: number;
        states: Partial<Record<State, number>>;
        summary: { n: number; mean: number | string | null; sd: number | string | null; ci95: [number, number] | null };
        seeds: Record<string, number | string | null>;
    }[];
    same: Record<string, Value>;
    differs: { path: string; label: string; values: string[] }[];
    tests: {
        first: number;
        second: number;
        difference: number | string | null;
        ci95: [number, number] | null;
        test: string;
        pairs: number;
        p: number | null;
        p_holm: number | null;
        separated: boolean;
    }[];
    curves: Figure | null;
    commands: string[];
}

export interface QueryAnswer {
    columns: string[];
    rows: Value[][];
    truncated: boolean;
    seconds: number;
    command: string;
}

export interface QueryHelp {
    views: { name: string; description: string; columns: { name: string; type: string; description: string }[] }[];
    queries: { name: string; description: string; sql: string | null }[];
}

export interface ActionAnswer {
    said: string;
    undo: { verb: string; label: string; body: Record<string, unknown> } | null;
    command: string | null;
    confirm?: string | null;
}

export type FigureAnswer = Figure & { command: string };

export type LiveEvent =
    | { type: "snapshot"; seq: number; home: Home }
    | {
          type: "change";
          seq: number;
          at: string;
          sweeps: SweepEntry[];
          gone: string[];
          nodes: NodeEntry[] | null;
          head: HeadEntry | null;
          mode: Home["mode"];
          says: string | null;
      }
    | { type: "reset"; why: string }
    | { type: "beat"; at: string };
