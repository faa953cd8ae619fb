import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface VirtualColumn<Row> {
    name: string;
    title: string;
    /** A width as CSS grid has it. */
    width: string;
    number?: boolean;
    cell: (row: Row) => ComponentChildren;
    /** What the server sorts by; none: it cannot. */
    sort?: string;
}

interface Props<Row> {
    label: string;
    columns: VirtualColumn<Row>[];
    total: number;
    /** Rows that are here, by their place; others are asked for. */
    rowAt: (index: number) => Row | undefined;
    /** The rows that are looked at now. */
    onRange: (from: number, to: number) => void;
    keyOf: (row: Row) => string;
    sorted?: { by: string; down: boolean };
    onSort?: (by: string) => void;
    /** Brings a row into sight. */
    goTo?: number;
    height?: number;
}

const rowHeight = 32;
const beyond = 8;

/** A table of which only the rows in sight are elements: 100,000 rows cost what 40 do. */
export function VirtualTable<Row>(props: Props<Row>) {
    const box = useRef<HTMLDivElement>(null);
    const [top, setTop] = useState(0);
    const [tall, setTall] = useState(props.height ?? 480);
    const from = Math.max(0, Math.floor(top / rowHeight) - beyond);
    const to = Math.min(props.total, Math.ceil((top + tall) / rowHeight) + beyond);
    const grid = props.columns.map((c) => c.width).join(" ");

    useEffect(() => props.onRange(from, to), [from, to, props.total]);
    useLayoutEffect(() => {
        const element = box.current!;
        const observer = new ResizeObserver(() => setTall(element.clientHeight));
        observer.observe(element);
        return () => observer.disconnect();
    }, []);
    useEffect(() => {
        if (props.goTo !== undefined && props.goTo >= 0) box.current!.scrollTop = Math.max(0, (props.goTo - 3) * rowHeight);
    }, [props.goTo]);

    const rows = [];
    for (let i = from; i < to; i++) {
        const row = props.rowAt(i);
        rows.push(
            <div role="row" class={`vrow${props.goTo === i ? " chosen" : ""}`} aria-rowindex={i + 2} key={row ? props.keyOf(row) : `#${i}`}
                style={{ top: `${(i + 1) * rowHeight}px`, gridTemplateColumns: grid }}>
                {props.columns.map((column) => (
                    <div role="cell" class={column.number ? "number" : ""} key={column.name}>{row ? column.cell(row) : "…"}</div>
                ))}
            </div>);
    }

    return (
        <div class="virtual" ref={box} tabIndex={0} role="region" aria-label={`${props.label}, can be scrolled`}
            style={{ height: `${Math.min(props.height ?? 480, (props.total + 1) * rowHeight + 18)}px` }} onScroll={(e) => setTop(e.currentTarget.scrollTop)}>
            <div role="table" aria-label={props.label} aria-rowcount={props.total + 1} aria-colcount={props.columns.length}
                class="vtable" style={{ height: `${(props.total + 1) * rowHeight}px` }}>
                <div role="row" class="vrow vhead" aria-rowindex={1} style={{ gridTemplateColumns: grid }}>
                    {props.columns.map((column) => {
                        const own = props.sorted && props.sorted.by === column.sort;
                        return (
                            <div role="columnheader" key={column.name} class={column.number ? "number" : ""}
                                aria-sort={own ? (props.sorted!.down ? "descending" : "ascending") : undefined}>
                                {column.sort && props.onSort
                                    ? <button type="button" class="plain" onClick={() => props.onSort!(column.sort!)}>{column.title}{own ? (props.sorted!.down ? " ▼" : " ▲") : ""}</button>
                                    : column.title}
                            </div>);
                    })}
                </div>
                {rows}
            </div>
        </div>);
}
