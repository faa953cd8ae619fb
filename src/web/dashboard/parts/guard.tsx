import { Component, type ComponentChildren } from "preact";

/** One view that cannot be drawn must not take the page with it. */
export class Guard extends Component<{ children: ComponentChildren }, { fault: string | null }> {
    override state = { fault: null };

    override componentDidCatch(fault: unknown): void {
        console.error(fault);
        this.setState({ fault: String(fault) });
    }

    override render() {
        return this.state.fault === null ? (
            this.props.children
        ) : (
            <p class="fault" role="alert">
                This view could not be drawn: {this.state.fault}{" "}
                <button type="button" onClick={() => this.setState({ fault: null })}>
                    try again
                </button>
            </p>
        );
    }
}
