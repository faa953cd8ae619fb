/** Filters as the head and `--where` have them: path=value, path=a|b, path=low..high. */
export interface Filter {
    path: string;
    wanted: string;
}

export function parse(where: string[]): Filter[] {
    return where.map((text) => {
        const at = text.indexOf("=");
        return at < 0 ? { path: text, wanted: "" } : { path: text.slice(0, at), wanted: text.slice(at + 1) };
    });
}

export function without(where: string[], path: string): string[] {
    return where.filter((text) => !text.startsWith(`${path}=`));
}

/** The ends of a range; null where it is open, nothing where the filter is none. */
export function range(wanted: string): [number | null, number | null] | null {
    const at = wanted.indexOf("..");
    if (at < 0) return null;
    const end = (text: string) => (text === "" ? null : Number(text));
    return [end(wanted.slice(0, at)), end(wanted.slice(at + 2))];
}
