import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface VirtualColumn<Row> {
    name: string;
    title: string;
    /** A width as CSS grid has it, in rem: "6rem" or "minmax(5rem, 1fr)". */
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
/** Between columns, and beside them, as style.css has it. */
const gap = 12;
const edge = 10;
const beyond = 8;

/** A row and a column; the header is row -1. */
interface Spot {
    row: number;
    column: number;
}

const cells = "[role=gridcell], [role=columnheader]";

function spotOf(cell: Element): Spot {
    const row = cell.parentElement!;
    return { row: Number(row.getAttribute("aria-rowindex")) - 2, column: [...row.children].indexOf(cell) };
}

/** Where a key leads to; null of other keys. */
function led(key: string, far: boolean, { row, column }: Spot, last: Spot, page: number): Spot | null {
    const to =
        key === "ArrowDown"
            ? { row: row + 1, column }
            : key === "ArrowUp"
              ? { row: row - 1, column }
              : key === "ArrowRight"
                ? { row, column: column + 1 }
                : key === "ArrowLeft"
                  ? { row, column: column - 1 }
                  : key === "PageDown"
                    ? { row: row + page, column }
                    : key === "PageUp"
                      ? { row: Math.max(Math.min(row, 0), row - page), column }
                      : key === "Home"
                        ? { row: far ? 0 : row, column: 0 }
                        : key === "End"
                          ? { row: far ? last.row : row, column: last.column }
                          : null;
    return to && { row: Math.min(last.row, Math.max(-1, to.row)), column: Math.min(last.column, Math.max(0, to.column)) };
}

/** A grid of which only the rows in sight are elements: 100,000 rows cost what 40 do. Tab leads into it once, arrows through it. */
export function VirtualTable<Row>(props: Props<Row>) {
    const box = useRef<HTMLDivElement>(null);
    const [active, setActive] = useState<Spot>({ row: 0, column: 0 });
    const isLed = useRef(false);
    const last = { row: props.total - 1, column: props.columns.length - 1 };
    const [top, setTop] = useState(0);
    const [tall, setTall] = useState(props.height ?? 480);
    const from = Math.max(0, Math.floor(top / rowHeight) - beyond);
    const to = Math.min(props.total, Math.ceil((top + tall) / rowHeight) + beyond);
    const grid = props.columns.map((c) => c.width).join(" ");
    // As wide as its columns are at least, so that a row's line and colour end where its last cell does.
    const least = `calc(${props.columns.reduce((sum, c) => sum + Number(/[\d.]+/.exec(c.width)![0]), 0)}rem + ${gap * (props.columns.length - 1) + 2 * edge}px)`;

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

    // One element of the grid has the tab stop: what its active cell holds, or the cell itself.
    useLayoutEffect(() => {
        const spot = { row: Math.min(active.row, last.row), column: Math.min(active.column, last.column) };
        for (const cell of box.current!.querySelectorAll<HTMLElement>(cells)) {
            const held = cell.querySelector<HTMLElement>("a, button");
            const at = spotOf(cell);
            const isActive = at.row === spot.row && at.column === spot.column;
            (held ?? cell).tabIndex = isActive ? 0 : -1;
            if (held) cell.removeAttribute("tabindex");
            if (!isActive || !isLed.current) continue;
            isLed.current = false;
            (held ?? cell).focus({ preventScroll: true });
            cell.scrollIntoView({ block: "nearest", inline: "nearest" });
        }
    });

    const onKey = (event: KeyboardEvent) => {
        const cell = (event.target as Element).closest(cells);
        if (!cell || event.altKey || event.shiftKey) return;
        const page = Math.max(1, Math.floor(tall / rowHeight) - 2);
        const to = led(event.key, event.ctrlKey || event.metaKey, spotOf(cell), last, page);
        if (!to) return;
        event.preventDefault();
        // What is below the header, which stays in sight.
        const [element, y] = [box.current!, (to.row + 1) * rowHeight];
        if (to.row >= 0 && y < element.scrollTop + rowHeight) element.scrollTop = y - rowHeight;
        else if (y + rowHeight > element.scrollTop + element.clientHeight)
            element.scrollTop = y + rowHeight - element.clientHeight;
        isLed.current = true;
        setActive(to);
    };

    // Who stands on a row keeps it when it is scrolled out of sight.
    const places = Array.from({ length: to - from }, (_, i) => from + i);
    if (active.row >= 0 && active.row < from) places.unshift(active.row);
    if (active.row >= to && active.row < props.total) places.push(active.row);
    const rows = [];
    for (const i of places) {
        const row = props.rowAt(i);
        rows.push(
            <div
                role="row"
                class={`vrow${props.goTo === i ? " chosen" : ""}`}
                aria-rowindex={i + 2}
                key={row ? props.keyOf(row) : `#${i}`}
                style={{ top: `${(i + 1) * rowHeight}px`, gridTemplateColumns: grid }}>
                {props.columns.map((column) => (
                    <div role="gridcell" class={column.number ? "number" : ""} key={column.name}>
                        {row ? column.cell(row) : "…"}
                    </div>
                ))}
            </div>,
        );
    }

    return (
        <div
            class="virtual"
            ref={box}
            style={{ height: `${Math.min(props.height ?? 480, (props.total + 1) * rowHeight + 18)}px` }}
            onScroll={(e) => setTop(e.currentTarget.scrollTop)}>
            <div
                role="grid"
                aria-readonly={true}
                aria-label={props.label}
                aria-rowcount={props.total + 1}
                aria-colcount={props.columns.length}
                onKeyDown={onKey}
                onFocusIn={(e) => {
                    const cell = (e.target as Element).closest(cells);
                    if (cell) setActive(spotOf(cell));
                }}
                class="vtable"
                style={{ height: `${(props.total + 1) * rowHeight}px`, minWidth: `max(100%, ${least})` }}>
                <div role="row" class="vrow vhead" aria-rowindex={1} style={{ gridTemplateColumns: grid }}>
                    {props.columns.map((column) => {
                        const own = props.sorted && props.sorted.by === column.sort;
                        return (
                            <div
                                role="columnheader"
                                key={column.name}
                                class={column.number ? "number" : ""}
                                aria-sort={own ? (props.sorted!.down ? "descending" : "ascending") : undefined}>
                                {column.sort && props.onSort ? (
                                    <button type="button" class="plain" onClick={() => props.onSort!(column.sort!)}>
                                        {column.title}
                                        {own ? (props.sorted!.down ? " ▼" : " ▲") : ""}
                                    </button>
                                ) : (
                                    column.title
                                )}
                            </div>
                        );
                    })}
                </div>
                {rows}
            </div>
        </div>
    );
}
