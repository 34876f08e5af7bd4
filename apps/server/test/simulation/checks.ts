import * as Y from "yjs";

import { type LedgerEntry, readLedger } from "./ledger.ts";
import { findTokens } from "./rewind.ts";
import type { Scene } from "./scene.ts";
import type { SavedReport, Clocks, Window } from "./window.ts";

/** The expected state of the document, derived from all committed entries. */
export interface Truth {
  version: number;
  text: string;
  clocks: Clocks;
  ledger: readonly LedgerEntry[];
}

export async function findTruth({ observer, documentId }: Scene): Promise<Truth> {
  const ledger = await readLedger(observer, documentId);
  const doc = new Y.Doc();
  for (const { update } of ledger) if (update !== null) Y.applyUpdate(doc, update);
  return { version: ledger.at(-1)?.seq ?? 0, text: readText(doc), clocks: getClocks(doc), ledger };
}

/** Why a window is not idle, or null. An idle window shows "saved" with the state of the server. */
export function findUnrest({ name, live, person }: Window, scene: Scene, truth: Truth): string | null {
  if (live === null) return `${name} has not loaded`;
  const state = live.saveState.get();
  const member = scene.members.find((one) => one.person === person);
  // A removed member's window stays closed until the member returns.
  if (member?.role === "none" && state.status === "closed" && state.reason === "NOT_FOUND") return null;
  // A viewer's window keeps its rejected edits.
  if (state.status === "refused" && state.reason === "ROLE_TOO_LOW" && member?.role === "viewer") return null;
  const says = `${name} shows ${JSON.stringify(state)}`;
  if (state.status !== "saved") return says;
  if (live.doc.store.pendingStructs !== null) return `${says} but lacks updates`;
  const text = live.ytext.toJSON();
  if (text !== truth.text) return `${says} with another text: ${JSON.stringify(text)}`;
  const differs = describeDifference(getClocks(live.doc), truth.clocks);
  return differs === null ? null : `${says}, but has ${differs}`;
}

function describeDifference(one: Clocks, other: Clocks): string | null {
  const client = [...new Set([...one.keys(), ...other.keys()])].find((id) => one.get(id) !== other.get(id));
  return client === undefined ? null : `${client} up to ${one.get(client)}, not ${other.get(client)}`;
}

/** Finds all violations after an idle schedule. */
export async function check(scene: Scene, truth: Truth): Promise<string[]> {
  return [
    ...checkNumbers(truth),
    ...checkOnce(truth),
    ...checkAuthors(truth),
    ...checkSavedReports(scene, truth),
    ...checkWindows(scene, truth),
    ...(await checkStored(scene, truth)),
    ...(await checkAnswers(scene, truth)),
    ...checkForged(scene, truth),
    ...checkWords(scene, truth),
    ...scene.surprises,
  ];
}

function checkNumbers({ ledger }: Truth): string[] {
  const wrong = ledger.findIndex(({ seq }, index) => seq !== index + 1);
  return wrong === -1 ? [] : [`the log has ${ledger[wrong]?.seq} instead of ${wrong + 1}`];
}

/** No update is in the log twice. */
function checkOnce({ ledger }: Truth): string[] {
  const known = new Map<number, number>();
  return ledger.flatMap(({ seq, update }) => {
    if (update === null) return [];
    const found: string[] = [];
    for (const { id, length } of Y.decodeUpdate(update).structs) {
      const next = known.get(id.client) ?? 0;
      if (id.clock < next) found.push(`entry ${seq} repeats ${id.client} from ${id.clock}`);
      known.set(id.client, Math.max(next, id.clock + length));
    }
    return found.slice(0, 1);
  });
}

/** The log has no words of members who could not write. */
function checkAuthors({ ledger }: Truth): string[] {
  return ledger.flatMap(({ seq, kind, role }) =>
    kind !== "comment" && role !== "owner" && role !== "editor"
      ? [`entry ${seq} was written as ${role}`]
      : [],
  );
}

/** The edits that a window showed as saved were in the log by then. */
function checkSavedReports({ windows, past }: Scene, { ledger }: Truth): string[] {
  const made = past.rewinds > 0 ? past.savedReports : windows.flatMap((window) => window.savedReports);
  const reports = made.toSorted((a, b) => a.seq - b.seq);
  const known = new Map<number, number>();
  const wrong: string[] = [];
  const entries = ledger.values();
  let seq = 0;
  for (const report of reports) {
    while (seq < report.seq) {
      const { done, value } = entries.next();
      if (done === true)
        return [...wrong, `${report.window} shows version ${report.seq}, which does not exist`];
      seq = value.seq;
      if (value.update !== null) recordClocks(known, value.update);
    }
    const lost = describeLoss(report, known);
    if (lost !== null) wrong.push(lost);
  }
  return wrong.slice(0, 3);
}

function recordClocks(known: Map<number, number>, update: Uint8Array): void {
  for (const { id, length } of Y.decodeUpdate(update).structs) {
    known.set(id.client, Math.max(known.get(id.client) ?? 0, id.clock + length));
  }
}

function describeLoss({ window, own, seq }: SavedReport, known: Clocks): string | null {
  const lost = [...own].find(([client, clock]) => (known.get(client) ?? 0) < clock);
  if (lost === undefined) return null;
  return `${window} shows edits as saved at ${seq} that are missing: ${lost[0]} up to ${lost[1]}`;
}

/** No window was rejected without a cause. */
function checkWindows(scene: Scene, truth: Truth): string[] {
  return scene.windows.flatMap((window) => {
    const undue = window.refusals.filter((reason) => reason !== "ROLE_TOO_LOW" && reason !== "NOT_FOUND");
    const unrest = findUnrest(window, scene, truth);
    return [
      ...[...new Set(undue)].map((reason) => `${window.name} was refused: ${reason}`),
      ...(unrest === null ? [] : [unrest]),
    ];
  });
}

interface StoredState {
  version: number;
  content: string;
  isStale: boolean;
  snapshot: number;
  state: Uint8Array | null;
}

/** The stored state after folding equals that of the log. */
async function checkStored({ observer: { sql }, documentId }: Scene, truth: Truth): Promise<string[]> {
  const [kept] = await sql<StoredState[]>`
    select d.version, d.content, coalesce(s.seq, 0) as snapshot, s.state,
      exists (select from stale_documents where document_id = d.id) as "isStale"
    from documents d
    left join lateral (
      select seq, state from document_snapshots where document_id = d.id order by seq desc limit 1
    ) s on true
    where d.id = ${documentId}`;
  const entries = await sql<{ seq: number; update: Uint8Array | null }[]>`
    select seq, update from document_log where document_id = ${documentId} order by seq`;
  if (kept === undefined) return ["the document does not exist"];
  const wrong: string[] = [];
  if (kept.version !== truth.version)
    wrong.push(`the row is at ${kept.version}, the log at ${truth.version}`);
  const doc = new Y.Doc();
  if (kept.state !== null) Y.applyUpdate(doc, kept.state);
  let last = kept.snapshot;
  for (const { seq, update } of entries) {
    if (seq <= kept.snapshot) continue;
    if (seq !== last + 1) wrong.push(`the log continues after ${last} with ${seq}`);
    last = seq;
    if (update !== null) Y.applyUpdate(doc, update);
  }
  if (readText(doc) !== truth.text) wrong.push(`the stored text is ${JSON.stringify(readText(doc))}`);
  if (!kept.isStale && kept.content !== truth.text) wrong.push("the materialized text differs");
  return wrong;
}

/** Each response is correct, and at least as new as earlier responses. */
async function checkAnswers({ observer, documentId, answers }: Scene, { ledger }: Truth): Promise<string[]> {
  const texts = replayTexts(ledger);
  const saved = await observer.sql<{ number: number; version: number }[]>`
    select number, document_version as version from document_versions where document_id = ${documentId}`;
  return answers.flatMap(({ what, floor, version, text, restored }) => {
    const said = `${what} returned version ${version}`;
    if (version < floor) return [`${said} after an earlier response with ${floor}`];
    const source = saved.find(({ number }) => number === restored);
    const expected = text ?? (source === undefined ? undefined : texts[source.version]);
    if (texts[version] === undefined) return [`${said}, which does not exist`];
    if (expected === texts[version]) return [];
    return [`${said} with ${JSON.stringify(expected)} instead of ${JSON.stringify(texts[version])}`];
  });
}

/** No forged edit was written, and every forgery that had to be rejected was. */
function checkForged({ forgedUpdates }: Scene, { ledger, clocks }: Truth): string[] {
  const written = ledger.flatMap(({ update }) =>
    update === null ? [] : [Buffer.from(update).toString("latin1")],
  );
  return forgedUpdates.flatMap(({ what, marker, under, isTaken }) => {
    if (written.some((update) => update.includes(marker))) return [`a forged edit was written: ${what}`];
    // An honest client had written under the same IDs before, so nothing in the push was new.
    const isKnown = under !== null && (clocks.get(under.client) ?? 0) > under.clock;
    return isTaken && !isKnown ? [`a forged push was accepted: ${what}`] : [];
  });
}

/**
 * After a rewind, all edits of open windows are restored. They are restored once if all windows were equal. Edits
 * that a window had elsewhere, or did not know to be saved, may be restored twice.
 */
function checkWords({ past, plan }: Scene, { text }: Truth): string[] {
  if (past.rewinds === 0) return [];
  const counts = new Map<string, number>();
  for (const word of findTokens(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const mayDouble = plan.unit === "words" || !past.wereAllWindowsEqual;
  const doubled = mayDouble ? [] : [...counts].filter(([, count]) => count > 1).map(([word]) => word);
  const lost = [...past.words].filter((word) => !counts.has(word));
  return [
    ...(doubled.length > 0 ? [`${doubled.join(" ")} restored twice: ${JSON.stringify(text)}`] : []),
    ...(lost.length > 0 ? [`${lost.join(" ")} not restored: ${JSON.stringify(text)}`] : []),
  ];
}

/** The text at each version, indexed by version. */
export function replayTexts(ledger: readonly LedgerEntry[]): string[] {
  const doc = new Y.Doc();
  return [
    "",
    ...ledger.map(({ update }) => {
      if (update !== null) Y.applyUpdate(doc, update);
      return readText(doc);
    }),
  ];
}

const readText = (doc: Y.Doc) => doc.getText("content").toJSON();
const getClocks = (doc: Y.Doc): Clocks => Y.decodeStateVector(Y.encodeStateVector(doc));
