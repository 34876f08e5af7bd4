import { type Client, createClient } from "@mdreader/client";
import { type LiveDocument, type LiveStore, memoryStore, openDocument } from "@mdreader/client/live";
import * as Y from "yjs";

import type { Person } from "./team.ts";
import type { WindowLine } from "./window-line.ts";
import type { World } from "./world.ts";

/** The next clock of each client id. */
export type Clocks = ReadonlyMap<number, number>;

/** What a window has shown: that all its own edits are in the log, up to a number. */
export interface Claim {
  window: string;
  own: Clocks;
  seq: number;
}

/** One window of one person, over its reloads: a real client with a real document. */
export interface Window {
  name: string;
  person: Person;
  line: WindowLine;
  /** Null while it loads. */
  live: LiveDocument | null;
  /** How far it has typed under each client id that it has had. */
  own: Map<number, number>;
  claims: Claim[];
  /** Why it was refused, each time that it showed so. */
  refusals: string[];
  open(): Promise<void>;
  /** Ends as a closed tab does, or as one whose process is killed. */
  close(how: "closed" | "killed"): void;
  type(change: (text: Y.Text) => void): boolean;
}

export interface WindowOptions {
  world: World;
  name: string;
  person: Person;
  documentId: string;
  line: WindowLine;
}

export function createWindow({ world, name, person, documentId, line }: WindowOptions): Window {
  const store = memoryStore();
  let end = (_how: "closed" | "killed") => {};
  const window: Window = {
    name,
    person,
    line,
    live: null,
    own: new Map(),
    claims: [],
    refusals: [],
    async open() {
      const client = createClient({
        url: "http://simulation.test",
        token: person.token,
        transport: "ws",
        WebSocket: line.WebSocket,
      });
      const kept = createLease(store);
      const live = await openDocument(client, documentId, { store: kept.store, presence: false });
      // Yjs draws it by chance that no seed decides; it decides which of two that type at one place comes first.
      live.doc.clientID = 1 + world.random("client ids").below(2 ** 31);
      window.live = live;
      follow(window, live, world);
      end = (how) => {
        if (how === "killed") kept.end();
        void live.close();
        end = () => {};
        window.live = null;
        line.cut();
        void closeClient(client);
      };
    },
    close: (how) => end(how),
    type(change) {
      const { live } = window;
      if (live === null || live.saveState.get().status === "closed") return false;
      live.doc.transact(() => change(live.ytext));
      window.own.set(live.doc.clientID, Y.getState(live.doc.store, live.doc.clientID));
      return true;
    },
  };
  return window;
}

/** Its sockets are cut already: what waits for them fails. */
const closeClient = (client: Client) => client.close().catch(() => {});

function follow(window: Window, { doc, saveState }: LiveDocument, world: World): void {
  const heard = () => {
    const state = saveState.get();
    world.note(`${window.name} shows ${JSON.stringify(state)}`);
    if (state.status === "refused") window.refusals.push(state.reason);
    if (state.status !== "saved" || window.live?.doc !== doc) return;
    // After a reload it knows of no number yet; what it has was in the log before.
    const seq = Math.max(state.seq, window.claims.at(-1)?.seq ?? 0);
    window.claims.push({ window: window.name, own: new Map(window.own), seq });
  };
  saveState.subscribe(heard);
}

/** A store for one life of a window: once that has ended, nothing more gets into it. */
function createLease(store: LiveStore): { store: LiveStore; end(): void } {
  let isOver = false;
  return {
    end() {
      isOver = true;
    },
    store: {
      load: (id) => store.load(id),
      append: async (id, update) => (isOver ? 0 : store.append(id, update)),
      async remove(id, keys) {
        if (!isOver) await store.remove(id, keys);
      },
      async saveState(id, state) {
        if (!isOver) await store.saveState(id, state);
      },
    },
  };
}
