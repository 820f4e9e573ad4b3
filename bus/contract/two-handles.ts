/**
 * How a contract suite gets at the bus under test: two handles on one fresh bus, which whoever
 * opens it closes when the test is finished. An adapter without a second handle gives one twice.
 */
import type { Bus } from "../bus.ts";
import type { World } from "../world.ts";

export type OpenTwo = (world: World) => Promise<readonly [Bus, Bus]>;
