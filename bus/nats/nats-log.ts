/**
 * The log as a stream: one subject per group, one message per commit; a commit's position is its
 * sequence in the stream.
 */
import type { Log, Stored } from "../bus.ts";
import { GroupCommits } from "./group-commits.ts";
import { GroupRevs } from "./group-revs.ts";
import type { History } from "./history.ts";
import { Lanes } from "./lanes.ts";
import type { Link } from "./link.ts";
import { LogAppender } from "./log-appender.ts";
import { commitOf, logSubject, logSubjects } from "./log-message.ts";
import { purge } from "./purge.ts";
import type { StoredMessage } from "./stored-message.ts";
import { StoredStream } from "./stored-stream.ts";
import { StoredTail } from "./stored-tail.ts";
import { StreamHead } from "./stream-head.ts";

export function natsLog(link: Link, history: History): Log {
  const { names, life } = link;
  const name = names.streams.log;
  const { generation, failure } = history;
  const head = new StreamHead(link, { stream: name, generation }, failure);
  const stream = new StoredStream(link, name, head);
  const revs = new GroupRevs();
  const commits = new GroupCommits(stream, names, revs);
  const appender = new LogAppender({ link, head, commits, revs });
  const lanes = new Lanes();
  const subject = logSubjects(names);
  const assertUsable = () => {
    life.assertOpen();
    failure.assertNone();
  };

  const decode = (message: StoredMessage): Stored => {
    const commit = commitOf(names, message);
    revs.note(commit.gid, { rev: commit.rev, seq: commit.position });
    return commit;
  };
  const tail = new StoredTail(link, history, {
    stream,
    news: `${names.prefix}.logged.*`,
    decode,
  });

  return {
    async append(gid, rev, text, last = rev - 1) {
      assertUsable();
      return lanes.run(gid, () => appender.append(gid, rev, text, last));
    },
    async read(gid, after = 0) {
      assertUsable();
      return commits.read(gid, after);
    },
    async *readAll(after = 0) {
      assertUsable();
      for await (const messages of stream.all(after, subject)) yield messages.map(decode);
    },
    follow: (after, signal) => tail.follow(after, signal, { subject, has: () => true }),
    async head() {
      assertUsable();
      return head.read();
    },
    async forget(gid, position) {
      assertUsable();
      const last = await commits.last(gid);
      const before = Math.min(position, last?.position ?? 0);
      if (before === 0) return;
      await purge(link, name, { filter: logSubject(names, gid), seq: before });
    },
  };
}
