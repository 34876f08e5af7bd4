import { setTimeout as delay } from "node:timers/promises";

import { openDocument } from "@mdreader/client/live";
import { connect } from "@mdreader/db";

import { startServices } from "./cluster/services.ts";
import { gatherPeople } from "./people.ts";

/** The state of a window whose connection was stalled while others typed and the log was cut. */
export interface StalledLineReport {
  /** Entries of the log at the end of the stall, and the number of the oldest that was retained. */
  entries: number;
  oldestEntry: number;
  /** The number at which the stalled window stopped receiving. */
  stalledAt: number;
  /** From the end of the stall until the window showed everything, in milliseconds. */
  recoveryMs: number;
  failed: string[];
}

const stallMs = 22_000;
const typistCount = 4;
/** Enough entries for a snapshot in each burst, and for so many snapshots that the entries of the first are deleted. */
const burstCount = 6;
const linesPerBurst = 150;
/** A pause after which the log is folded. */
const burstPauseMs = 1500;
/** The time after which a window that still differs is a failure. */
const maxRecoveryMs = 30_000;

/**
 * A window's connection to one of two servers goes silent for 22 seconds, while others type so much that the entries
 * it missed are deleted from the log, and while it is typed in itself. Afterwards, all windows must have one text with
 * every line of everybody.
 */
export async function stallLine(note: (line: string) => void): Promise<StalledLineReport> {
  await using made = new AsyncDisposableStack();
  const { clientLines, nodes, databaseUrl } = made.use(await startServices(note));
  const [stalledLine] = clientLines;
  const [stalledNode, otherNode] = nodes;
  if (!stalledLine || !stalledNode || !otherNode) throw new Error("two servers are required");
  const people = made.use(
    await gatherPeople(otherNode.url, typistCount + 1, (n) => (n === 0 ? stalledLine.url : otherNode.url)),
  );
  const windows = await Promise.all(people.clients.map((client) => openDocument(client, people.documentId)));
  for (const window of windows) made.defer(() => window.close());
  await Promise.all(windows.map((window) => window.synced()));
  const [stalled, ...others] = windows;
  if (!stalled) throw new Error("a window is required");

  const stalledAt = stalled.saveState.get().seq;
  stalledLine.stall();
  const stallEnd = delay(stallMs);
  const expected: string[] = [];
  const typeLines = async (window: typeof stalled, name: string, count: number, pauseMs: number) => {
    for (let n = 0; n < count; n += 1) {
      const line = `${name} wrote line ${n}.`;
      expected.push(line);
      window.ytext.insert(window.ytext.length, `${line}\n`);
      await (pauseMs === 0 ? window.whenSaved() : delay(pauseMs));
    }
  };
  const typeBursts = async () => {
    for (let burst = 0; burst < burstCount; burst += 1) {
      await Promise.all(
        others.map((window, n) => typeLines(window, `In burst ${burst}, typist ${n}`, linesPerBurst, 0)),
      );
      await delay(burstPauseMs);
    }
  };
  await Promise.all([typeLines(stalled, "The stalled window", 40, stallMs / 50), typeBursts()]);
  await stallEnd;

  const { sql, close } = connect(databaseUrl, { poolSize: 1 });
  made.defer(close);
  const [log] = await sql<{ entries: number; oldest: number }[]>`
    select max(seq)::int as entries, min(seq)::int as oldest
    from document_log where document_id = ${people.documentId}`;
  if (!log) throw new Error("the document has no log");
  note(`${log.entries} entries, the oldest one retained is ${log.oldest}`);

  const resumedAt = Date.now();
  stalledLine.moveTo(stalledNode.url);
  const isWhole = () => {
    const text = stalled.ytext.toJSON();
    return (
      windows.every(
        (window) => window.ytext.toJSON() === text && window.saveState.get().status === "saved",
      ) && text.split("\n").length - 1 === expected.length
    );
  };
  while (!isWhole() && Date.now() - resumedAt < maxRecoveryMs) await delay(20);
  const recoveryMs = Date.now() - resumedAt;

  const failed: string[] = [];
  if (log.oldest <= stalledAt + 1) failed.push("the entries that the window missed were not deleted");
  for (const [n, window] of windows.entries()) {
    const lines = window.ytext.toJSON().split("\n");
    const missing = expected.filter((line) => lines.filter((one) => one === line).length !== 1);
    if (missing.length > 0) failed.push(`window ${n}: ${missing.length} lines missing or doubled`);
    if (window.saveState.get().status !== "saved")
      failed.push(`window ${n}: ${window.saveState.get().status}`);
    if (window.doc.store.pendingStructs !== null) failed.push(`window ${n} has pending structs`);
  }
  if (new Set(windows.map((window) => window.ytext.toJSON())).size !== 1) failed.push("the texts differ");
  return { entries: log.entries, oldestEntry: log.oldest, stalledAt, recoveryMs, failed };
}
