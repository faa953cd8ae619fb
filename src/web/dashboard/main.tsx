import { render } from "preact";
import "./style.css";
import { App } from "./app";
import { apply } from "./parts/theme";

apply();
render(<App />, document.getElementById("app")!);
