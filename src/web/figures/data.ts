/** Figures as src/VaeSweep.Results/Report/FigureJson.cs writes them. */
export interface Figure {
    kind: string;
    title: string;
    legendTitle: string;
    notes: string[];
    panels: Panel[];
}

export type Panel = ChartPanel | TilesPanel | ParallelPanel;

export interface ChartPanel {
    type: "chart";
    title: string;
    x: Axis;
    y: Axis;
    scale: Scale | null;
    aspect: number;
    marks: Mark[];
}

export interface TilesPanel {
    type: "tiles";
    title: string;
    columns: number;
    rows: number;
    image: string;
    width: number;
    height: number;
    rowLabels: string[] | null;
    columnLabels: string[] | null;
    xLabel: string;
    yLabel: string;
}

export interface ParallelPanel {
    type: "parallel";
    title: string;
    axes: Axis[];
    lines: (number | null)[][];
    scale: Scale;
}

export interface Axis {
    label: string;
    categories: string[] | null;
    log: boolean;
    whole: boolean;
    min: number | null;
    max: number | null;
    ticks: number[] | null;
}

export interface Scale {
    label: string;
    min: number;
    max: number;
    reversed: boolean;
}

type Numbers = (number | null)[];

export type Mark =
    | { type: "line"; name: string; color: string; x: Numbers; y: Numbers; dashed: boolean; width: number; dots: boolean }
    | { type: "band"; name: string; color: string; x: Numbers; low: Numbers; high: Numbers; opacity: number }
    | {
          type: "points";
          name: string;
          color: string;
          x: Numbers;
          y: Numbers;
          values: Numbers | null;
          labels: string[] | null;
          radius: number;
          opacity: number;
      }
    | { type: "errors"; name: string; color: string; x: Numbers; low: Numbers; high: Numbers }
    | {
          type: "bars";
          name: string;
          color: string;
          values: Numbers;
          horizontal: boolean;
          low: Numbers | null;
          high: Numbers | null;
      }
    | { type: "histogram"; name: string; color: string; edges: number[]; heights: number[] }
    /** cells: a byte each, row by row from below, 0 to 254 along the scale, 255 for none; base64. */
    | { type: "heat"; name: string; color: string; x: number[]; y: number[]; cells: string };
