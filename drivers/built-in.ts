/** The job types that come with Jobchart, as `jobchart/drivers`. */
import type { Driver } from "../actors/driver.ts";
import { command } from "./command/command.ts";
import { copy } from "./copy/copy.ts";
import { mirror } from "./mirror/mirror.ts";

export { command, copy, mirror };

export const builtIn: readonly Driver[] = [command, copy, mirror];
