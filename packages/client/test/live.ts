import { expect, vi } from "vitest";
import * as Y from "yjs";

import type { RemoteState } from "../src/live/awareness.ts";
import type { LiveDocument } from "../src/live/index.ts";

/** Types at the end, one character at a time. */
export async function type({ ytext }: LiveDocument, text: string) {
  for (const character of text) {
    ytext.insert(ytext.length, character);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

export const pollOptions = { timeout: 20_000, interval: 20 };
export const read = ({ ytext }: LiveDocument) => ytext.toJSON();
export const countBytes = ({ doc }: LiveDocument) => Buffer.from(Y.encodeStateAsUpdate(doc)).toString("hex");
/** Waits until all documents have converged to the same text. */
export const haveConverged = (...documents: LiveDocument[]) =>
  vi.waitFor(() => {
    expect(new Set(documents.map(read)).size).toBe(1);
    const states = documents.map(({ doc }) => Y.decodeStateVector(Y.encodeStateVector(doc)));
    for (const state of states) expect(state).toEqual(states[0]);
  }, pollOptions);
/** The presence of the others in the room. */
export const listOthers = ({ awareness }: LiveDocument) =>
  [...awareness.getStates()].flatMap(([clientId, state]) =>
    clientId === awareness.clientID ? [] : [state as RemoteState],
  ); // the type of states that `bindAwareness` sets
