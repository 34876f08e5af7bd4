import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as Y from "yjs";

import { createYDoc, editText, firstServerClientId, getText } from "./document.ts";
import { diffText } from "./edits.ts";
import { encodeEdits } from "./encode-edits.ts";
import { merge } from "./merge.ts";
import { validateUpdate } from "./validate-update.ts";

/** A window with its replica, its unsent updates, and its position in the log. */
interface Window {
  doc: Y.Doc;
  unsent: Uint8Array[];
  version: number;
}

/** A model of the server: a log whose beginning may be folded into a snapshot. */
class Log {
  readonly doc = createYDoc([]);
  private updates: Uint8Array[] = [];
  private folded: { upTo: number; state: Uint8Array } = { upTo: 0, state: Y.encodeStateAsUpdate(this.doc) };
  private owners = new Map<number, number>();

  get version(): number {
    return this.folded.upTo + this.updates.length;
  }

  push(update: Uint8Array, author: number): void {
    const checked = validateUpdate(update, {
      getClock: (clientId) => Y.getState(this.doc.store, clientId),
      isOwnClientId: (clientId) => (this.owners.get(clientId) ?? author) === author,
    });
    if (!checked.ok) throw new Error(`An edit of a window was rejected: ${checked.problem}.`);
    for (const clientId of checked.clientIds) this.owners.set(clientId, author);
    this.append(update);
  }

  /** Merges the text of a program that started from an earlier version. */
  write(base: string, text: string): void {
    const { edits } = merge(base, text, getText(this.doc).toJSON());
    const update = encodeEdits(this.doc, firstServerClientId, edits);
    if (update !== null) this.append(update);
  }

  fold(): void {
    this.folded = {
      upTo: this.version,
      state: Y.encodeStateAsUpdate(createYDoc([this.folded.state, ...this.updates])),
    };
    this.updates = [];
  }

  /** Returns the entries after a version; null if they have been folded. */
  listUpdatesAfter(version: number): Uint8Array[] | null {
    return version < this.folded.upTo ? null : this.updates.slice(version - this.folded.upTo);
  }

  /** Returns the document as a restarted process loads it. */
  reload(): Y.Doc {
    return createYDoc([this.folded.state, ...this.updates]);
  }

  private append(update: Uint8Array): void {
    Y.applyUpdate(this.doc, update);
    this.updates.push(update);
  }
}

const windowCount = 3;
const windowIndex = fc.nat(windowCount - 1);
const pieces = fc.constantFrom("x", "word ", "\n", "\r\n", "é", "漢字", "👩‍🚀", "\u{feff}", "");

const step = fc.oneof(
  fc.record({
    kind: fc.constant("type" as const),
    who: windowIndex,
    at: fc.nat(),
    remove: fc.nat(5),
    insert: pieces,
  }),
  /** Sends unsent updates, possibly again, as after a lost acknowledgement. */
  fc.record({ kind: fc.constant("send" as const), who: windowIndex, again: fc.boolean() }),
  /** Receives new entries in any order, possibly twice. A window that does not receive is offline. */
  fc.record({
    kind: fc.constant("receive" as const),
    who: windowIndex,
    order: fc.nat(),
    twice: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("reload" as const), who: windowIndex }),
  fc.record({ kind: fc.constant("read" as const) }),
  fc.record({ kind: fc.constant("write" as const), at: fc.nat(), insert: pieces }),
  fc.record({ kind: fc.constant("fold" as const) }),
);

function openWindow(log: Log): Window {
  const window: Window = { doc: log.reload(), unsent: [], version: log.version };
  window.doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "server") window.unsent.push(update);
  });
  return window;
}

function receive(log: Log, window: Window, order: number, twice: boolean): void {
  const newUpdates = log.listUpdatesAfter(window.version);
  // If the entries have been folded, one update with all missing structs replaces them.
  const updates = newUpdates ?? [Y.encodeStateAsUpdate(log.doc, Y.encodeStateVector(window.doc))];
  const shift = updates.length === 0 ? 0 : order % updates.length;
  const shuffled = [...updates.slice(shift), ...updates.slice(0, shift)].toReversed();
  for (const update of twice ? [...shuffled, ...updates] : shuffled) {
    Y.applyUpdate(window.doc, update, "server");
  }
  window.version = log.version;
}

function send(log: Log, window: Window, author: number): void {
  for (const update of window.unsent.splice(0)) log.push(update, author);
}

/** Snaps to the start of a character, because editors don't split surrogate pairs. */
function snapToCharacter(text: string, at: number): number {
  const characters = Array.from(text);
  return characters.slice(0, at % (characters.length + 1)).join("").length;
}

it("all replicas converge under delayed, duplicated, reordered and folded updates", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
      const log = new Log();
      const windows = Array.from({ length: windowCount }, () => openWindow(log));
      let read = "";
      for (const action of steps) {
        const window = "who" in action ? windows[action.who] : undefined;
        if (action.kind === "fold") log.fold();
        else if (action.kind === "read") read = getText(log.doc).toJSON();
        else if (action.kind === "write") {
          const at = snapToCharacter(read, action.at);
          log.write(read, read.slice(0, at) + action.insert + read.slice(at));
        } else if (window === undefined) continue;
        else if (action.kind === "type") {
          const text = getText(window.doc);
          const before = text.toJSON();
          const [from, to] = [
            snapToCharacter(before, action.at),
            snapToCharacter(before, action.at + action.remove),
          ];
          const after =
            before.slice(0, Math.min(from, to)) + action.insert + before.slice(Math.max(from, to));
          editText(window.doc, diffText(before, after));
        } else if (action.kind === "send") {
          const again = [...window.unsent];
          send(log, window, action.who);
          if (action.again) for (const update of again) log.push(update, action.who);
        } else if (action.kind === "receive") receive(log, window, action.order, action.twice);
        else {
          // A reloaded page has a new client id, and sends the unsent updates of the previous one.
          const unsent = window.unsent.splice(0);
          windows[action.who] = openWindow(log);
          for (const update of unsent) Y.applyUpdate(windows[action.who]?.doc ?? log.doc, update);
        }
      }
      windows.forEach((window, author) => send(log, window, author));
      for (const window of windows) receive(log, window, 0, false);
      const text = getText(log.doc).toJSON();
      expect(windows.map(({ doc }) => getText(doc).toJSON())).toEqual(windows.map(() => text));
      for (const { doc } of windows) expect(doc.store.pendingStructs).toBeNull();
      expect(getText(log.reload()).toJSON()).toBe(text);
      log.fold();
      log.fold();
      expect(getText(log.reload()).toJSON()).toBe(text);
    }),
    { numRuns: 300 },
  );
});
