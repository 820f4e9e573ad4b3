import { expect, test } from "vitest";
import { LineReader } from "./line-reader.ts";
import { TooSlow } from "./pattern.ts";
import { ProgressReader, type ReadProgress } from "./progress-reader.ts";

/** What is known after each of the lines. */
function readings(given: string, ...lines: readonly string[]): readonly ReadProgress[] {
  const reader = new ProgressReader(given);
  return lines.flatMap((line) => {
    reader.read([line]);
    return reader.progress ?? [];
  });
}

test("rsync's lines have bytes and a percentage, of which the whole is guessed", () => {
  const read = readings(
    "rsync",
    "sending incremental file list",
    "         32,768   0%    0.00kB/s    0:00:00  ",
    "    524,288,000  50%  499.51MB/s    0:00:01  (xfr#1, to-chk=0/2)",
    "        500.00M 100%  499.51MB/s    0:00:00  ",
  );
  expect(read).toEqual([
    { current: 32_768, total: 0 },
    { current: 524_288_000, total: 1_048_576_000 },
    { current: 524_288_000, total: 524_288_000 },
  ]);
});

test("dd's lines have bytes, and nobody knows of how many", () => {
  const read = readings(
    "dd",
    "5535729664 bytes (5.5 GB, 5.2 GiB) copied, 3 s, 1.8 GB/s",
    "1+0 records in",
    "512 bytes copied, 0.000137 s, 3.7 MB/s",
  );
  expect(read.map(({ current }) => current)).toEqual([5_535_729_664, 5_535_729_664, 512]);
});

test("qemu-img's lines have a percentage alone", () => {
  expect(readings("qemu-img", "    (0.00/100%)", "    (12.34/100%)")).toEqual([
    { current: 0, total: 100 },
    { current: 12.34, total: 100 },
  ]);
});

test("ffmpeg says first how long the film is, in hours, and then where it is", () => {
  const read = readings(
    "ffmpeg",
    "Input #0, matroska,webm, from 'in.mkv':",
    "  Duration: 00:10:34.50, start: 0.000000, bitrate: 9204 kb/s",
    "frame=    1 fps=0.0 q=0.0 size=       0kB time=N/A bitrate=N/A speed=N/A",
    "frame=  123 fps= 25 q=28.0 size=     512kB time=00:01:05.12 bitrate= 819.2kbits/s speed=1.02x",
  );
  expect(read).toEqual([{ current: 65.12, total: 634.5 }]);
});

test("curl's lines go down, up, or both at once, and its bar has a percentage", () => {
  const [nothing, down, up, both, bar] = readings(
    "curl",
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current",
    "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0",
    " 45 1024M   45  460M    0     0  10.0M      0  0:01:42  0:00:46  0:00:56 11.2M",
    " 59 28.6M    0     0   59 17.0M      0  19.9M  0:00:01 --:--:--  0:00:01 19.9M",
    "100 28.6M  100     2  100 28.6M      1  19.9M  0:00:02  0:00:01  0:00:01 19.9M",
  );
  expect(nothing).toEqual({ current: 0, total: 0 });
  expect(down).toEqual({ current: 460 * 1024 ** 2, total: 1024 ** 3 });
  expect(up).toEqual({ current: 17 * 1024 ** 2, total: Math.round(28.6 * 1024 ** 2) });
  expect(both?.current).toBe(Math.round(28.6 * 1024 ** 2));
  expect(bar).toBeUndefined();
  const hashes = `${"#".repeat(40)}${" ".repeat(30)}`;
  expect(readings("curl", `${hashes} 56.7%`)).toEqual([{ current: 56.7, total: 100 }]);
});

test("a pattern of one's own has current and total, or a percentage", () => {
  expect(readings(String.raw`(?<current>\d+) of (?<total>[\d.]+k?)`, "7 of 2.5k")).toEqual([
    { current: 7, total: 2_560 },
  ]);
  expect(readings(String.raw`(?<percent>\d+) ?%`, "40 %")).toEqual([{ current: 40, total: 100 }]);
  expect(readings(String.raw`(?<current>\S+) done`, "much done")).toEqual([]);
});

test("what nobody can count is no amount", () => {
  const endless = "9".repeat(400);
  const own = String.raw`(?<current>\S+) of (?<total>\S+)`;
  const lines = [`${endless} of 5`, `1 of ${endless}`, "-1:00 of 5", `${endless}:1 of 5`];
  expect(readings(own, ...lines)).toEqual(
    Array.from({ length: 3 }, () => ({ current: 1, total: 5 })),
  );
  const share = String.raw`(?<current>\d+)? ?(?<percent>[\d.]+)%`;
  expect(readings(share, `9000000000000000 0.${"0".repeat(310)}1%`)).toEqual([
    { current: 9e15, total: 0 },
  ]);
});

test("of many lines at once the last counts", () => {
  const reader = new ProgressReader(String.raw`(?<current>\d+)`);
  reader.read(Array.from({ length: 5_000 }, (_each, index) => `${index}`).concat("nothing"));
  expect(reader.progress?.current).toBe(4_999);
});

test.each([
  ["(?<current>(", /no regular expression/],
  ["(?<total>x)", /neither a group \(\?<current>…\) nor \(\?<percent>…\).*rsync, dd/],
  ["rsnc", /none of rsync/],
])("the pattern %s is refused", (pattern, why) => {
  expect(() => new ProgressReader(pattern)).toThrow(why);
});

test("a pattern that takes for ever on a line is stopped", () => {
  const reader = new ProgressReader("^(?<current>(a+)+)$");
  reader.read(["aaa"]);
  expect(() => reader.read([`${"a".repeat(60)}!`])).toThrow(TooSlow);
});

test("lines end at a newline or a carriage return, wherever the chunks do", () => {
  const reader = new LineReader();
  const read = (text: string): readonly string[] => reader.read(Buffer.from(text));
  expect(read("one\rtw")).toEqual(["one"]);
  expect(reader.unfinished).toBe("tw");
  expect(read("o\r\n\n\nthree\n")).toEqual(["two", "three"]);
  const [first, ...rest] = [...Buffer.from("é\n")].map((byte) => Buffer.from([byte]));
  expect(reader.read(first ?? Buffer.alloc(0))).toEqual([]);
  expect(reader.read(Buffer.concat(rest))).toEqual(["é"]);
});

test("of a line without an end only the beginning is kept", () => {
  const reader = new LineReader();
  for (let time = 0; time < 100; time += 1) reader.read(Buffer.alloc(10_000, "x"));
  expect(reader.unfinished).toHaveLength(4_096);
  expect(reader.read(Buffer.from("y\nz\n"))[1]).toBe("z");
});
