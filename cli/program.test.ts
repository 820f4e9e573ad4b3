import { expect, test } from "vitest";
import { nameOf } from "./program.ts";

const elsewhere = {
  file: "/src/job chart/cli/program.ts",
  cwd: "/home/ann",
  node: "/opt/node24/bin/node",
  started: "/src/job chart/bin/jobchart.js",
  path: ["/usr/bin", "/opt/bin/"],
};
const byPath = "/opt/node24/bin/node '/src/job chart/bin/jobchart.js'";

test.each([
  ["outside the checkout, by the paths of Node and of itself", {}, byPath],
  ["inside the checkout", { cwd: "/src/job chart/docs" }, "npx jobchart"],
  ["a link on the PATH", { started: "/opt/bin/jobchart" }, "jobchart"],
  ["a link that is not on the PATH", { started: "/tmp/jobchart" }, byPath],
  ["a package", { file: "/lib/node_modules/jobchart/dist/cli/program.js" }, "jobchart"],
])("the program is called as it can be from there: %s", (_where, change, name) => {
  expect(nameOf({ ...elsewhere, ...change })).toBe(name);
});
