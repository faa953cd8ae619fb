/** Makes an element; text children are text, never markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes: Record<string, string> = {},
    ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        // A style attribute is what a strict Content-Security-Policy refuses; the same through the object model is not.
        if (name === "style") element.style.cssText = value;
        else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
}

/** A number as a person reads it. */
export function show(value: string | number | null): string {
    if (value === null) return "";
    if (typeof value === "string") return value;
    return Number.isInteger(value)
        ? String(value)
        : Math.abs(value) >= 1e6 || (Math.abs(value) < 1e-3 && value !== 0)
          ? value.toExponential(3).replace(/\.?0+e/, "e")
          : String(Number(value.toPrecision(6)));
}
