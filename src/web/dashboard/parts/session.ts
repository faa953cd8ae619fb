import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Role } from "../data/types";

/** Who looks, and whether anything can be steered. */
export interface Session {
    role: Role;
    canSteer: boolean;
}

export const SessionContext = createContext<Session>({ role: "visitor", canSteer: false });

export const useSession = () => useContext(SessionContext);
