/** The job types that come with Jobchart, as `jobchart/drivers`. */
import type { Driver } from "../actors/driver.ts";
import { copy } from "./copy/copy.ts";

export { copy };

export const builtIn: readonly Driver[] = [copy];
