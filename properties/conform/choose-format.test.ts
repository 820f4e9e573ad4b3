import { describe, expect, test } from "vitest";
import { chooseFormat } from "./choose-format.ts";
import { linesOf } from "./lines.ts";

async function chosen(...lines: readonly string[]) {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(lines.join("\n"));
  }
  const { format, lines: rest } = await chooseFormat(linesOf(bytes()));
  const texts: string[] = [];
  for await (const { text } of rest) texts.push(text);
  return { format, texts };
}

describe("the format is", () => {
  test.each([
    ['{"format":"jobchart-log","version":1}', "jobchart"],
    ['{"v":1,"gid":"ga","rev":1}', "jobchart"],
    ['{"QMP":{"version":{}}}', "qmp"],
    ['{"t":1,"dir":"event","msg":{}}', "qmp"],
    ['{"execute":"query-jobs"}', "qmp"],
    ['{"return":[]}', "qmp"],
    ['{"error":{"class":"GenericError","desc":"no"}}', "qmp"],
    ['{"timestamp":{},"event":"JOB_STATUS_CHANGE","data":{}}', "qmp"],
    ['{"specversion":"1.0","id":"1"}', "cloudevents"],
  ])("seen from %s", async (line, format) => {
    expect(await chosen(line)).toEqual({ format, texts: [line] });
  });

  test("that of the first line that says it, and no line is lost", async () => {
    const lines = ["(QEMU) hello", "17", '{"x":1}', '{"return":{}}', "more"];
    expect(await chosen(...lines)).toEqual({ format: "qmp", texts: lines });
  });

  test("not known where no line says it", async () => {
    expect(await chosen("a", "b")).toEqual({ format: undefined, texts: ["a", "b"] });
    expect(await chosen()).toEqual({ format: undefined, texts: [] });
  });
});
