/**
 * The history that a bus holds, as log and feed see it: which one it is, whether it was lost, and
 * when the connection to it comes and goes.
 */
import type { Connection } from "../bus.ts";
import type { Failure } from "./failure.ts";

export interface History {
  readonly generation: string;
  readonly failure: Failure;
  readonly onConnection: (handler: (connection: Connection) => void) => Disposable;
}
