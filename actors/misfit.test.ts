import { expect, test } from "vitest";
import { whyMisfit } from "./registry.ts";

const schema = {
  type: "object",
  properties: {
    mode: { enum: ["fast", "safe"] },
    many: { enum: Array.from({ length: 12 }, (_, index) => `v${index}`) },
    unit: { type: "string", pattern: "^(?:k|M)$", description: "a unit: k or M" },
    inner: {
      type: "object",
      properties: { at: { type: "string", pattern: "^x", description: "x…" } },
    },
    bare: { type: "string", pattern: "^x" },
  },
};

test.each([
  [{ mode: "INT" }, "Parameter 'mode' does not accept value 'INT': it takes fast, safe"],
  [
    { many: 7 },
    "Parameter 'many' does not accept value '7': it takes v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, …",
  ],
  [{ unit: "T" }, "Parameter 'unit' does not accept value 'T': a unit: k or M"],
  [
    { unit: "T".repeat(200) },
    `Parameter 'unit' does not accept value '${"T".repeat(100)}…': a unit: k or M`,
  ],
  [{ inner: { at: "y" } }, "Parameter 'inner.at' does not accept value 'y': x…"],
  [{ bare: "y" }, "Parameter 'bare': Invalid string: must match pattern /^x/"],
])("of %j it is said what would be right", (given, text) => {
  expect(whyMisfit(schema, given, "create")?.refused).toBe(text);
});
