import { useState } from "preact/hooks";
import { announce } from "./announce";

/** The command line that does or prints the same. */
export function AsCommand({ line }: { line: string | null | undefined }) {
    const [copied, setCopied] = useState(false);
    if (!line) return null;
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(line);
            setCopied(true);
            announce("command copied");
            setTimeout(() => setCopied(false), 2000);
        } catch {
            announce("the browser does not let the page copy: mark the line and copy it");
        }
    };
    return (
        <details class="command">
            <summary>as command</summary>
            <div class="command-line">
                <code tabIndex={0}>{line}</code>
                <button type="button" onClick={copy}>
                    {copied ? "copied" : "copy"}
                </button>
            </div>
        </details>
    );
}
