/**
 * How a contract suite gets at the bus under test: two handles on one fresh bus, which whoever
 * opens it closes when the test is finished. An adapter without a second handle gives one twice.
 *
 * A test that waits for something to expire, or to be given out again, asks for a FastWorld. An
 * adapter whose server has a clock of its own takes the real world instead, and gives work out
 * again after about a second.
 */
import type { Bus } from "../bus.ts";
import type { World } from "../world.ts";

export type OpenTwo = (world: World) => Promise<readonly [Bus, Bus]>;
