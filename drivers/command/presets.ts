/** The progress of well-known programs: what they print, and the option that makes them print it. */

/** A size: digits with separators, or a number with a unit. */
const size = String.raw`[\d.,]+[kKMGTP]?`;

export const presets = {
  /** `rsync --info=progress2`: `  1,234,567  45%   11.20MB/s    0:00:12` */
  rsync: String.raw`^\s*(?<current>${size})\s+(?<percent>\d+)%`,
  /** `dd status=progress`: `1234567168 bytes (1.2 GB, 1.1 GiB) copied, 2 s, 617 MB/s` */
  dd: String.raw`^(?<current>\d+) bytes? .*copied`,
  /** `qemu-img convert -p`: `    (12.34/100%)` */
  "qemu-img": String.raw`\((?<percent>[\d.]+)/100%\)`,
  /** `ffmpeg`, in seconds of the film: `  Duration: 00:10:34.53, …`, then `frame= … time=00:00:05.12` */
  ffmpeg: String.raw`^\s*Duration: (?<total>\d+:[\d:.]+)|\btime=(?<current>\d+:[\d:.]+)`,
  /** `curl`: ` 45 1024M   45  460M    0     0  10.0M …`, up or down, and the bar of `curl -#` */
  curl:
    String.raw`^\s*(?<percent>\d+)\s+(?<total>${size})\s+\d+\s+` +
    String.raw`(?:(?<current>${size})\s+0\s+0\s|0\s+\d+\s+(?<current>${size})\s|)` +
    String.raw`|^[#\s]*\s(?<percent>\d+\.\d)%$`,
} as const;
