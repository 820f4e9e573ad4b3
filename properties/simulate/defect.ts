/**
 * A defect: one thing that is wrong on purpose, put around the right parts. Defects are what proves
 * that a simulation can find anything at all.
 */
import type { System } from "../../actors/system.ts";
import type { Bus } from "../../bus/bus.ts";
import type { SimulatedBus } from "./simulated-bus.ts";

export interface Defect {
  readonly name: string;
  /** What is said of it in the end. */
  readonly finds: RegExp;
  /** A seed that finds it, where few do: the search begins there. Default 1. */
  readonly seed?: number;
  /** The bus as it should not be. */
  readonly bus?: (bus: SimulatedBus) => Bus;
  /** Spoils a process that was just opened. */
  readonly system?: (system: System) => void;
}
