/** The job types that come with Jobchart. */
import type { Driver } from "../actors/driver.ts";
import { copy } from "./copy/copy.ts";

export const builtIn: readonly Driver[] = [copy];
