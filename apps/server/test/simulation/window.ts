import { type Client, createClient } from "@mdreader/client";
import { type LiveDocument, type LiveStore, memoryStore, openDocument } from "@mdreader/client/live";
import * as Y from "yjs";

import type { Scheduler } from "./scheduler.ts";
import type { Person } from "./team.ts";
import type { WindowNetwork } from "./window-network.ts";

/** The next clock of each client ID. */
export type Clocks = ReadonlyMap<number, number>;

/** A report of a window that all its edits are in the log, up to a version. */
export interface SavedReport {
  window: string;
  own: Clocks;
  seq: number;
}

/** One window of a user across reloads: a real client with a real document. */
export interface Window {
  name: string;
  person: Person;
  network: WindowNetwork;
  /** Null while it loads. */
  live: LiveDocument | null;
  /** The last clock that it has typed under each of its client IDs. */
  own: Map<number, number>;
  savedReports: SavedReport[];
  /** The reasons of all rejections that it showed. */
  refusals: string[];
  open(): Promise<void>;
  /** Closes the window like a closed tab, or like a killed process. */
  close(how: "closed" | "killed"): void;
  type(change: (text: Y.Text) => void): boolean;
}

export interface WindowOptions {
  scheduler: Scheduler;
  name: string;
  person: Person;
  documentId: string;
  network: WindowNetwork;
}

export function createWindow({ scheduler, name, person, documentId, network }: WindowOptions): Window {
  const store = memoryStore();
  let end = (_how: "closed" | "killed") => {};
  const window: Window = {
    name,
    person,
    network,
    live: null,
    own: new Map(),
    savedReports: [],
    refusals: [],
    async open() {
      const client = createClient({
        url: "http://simulation.test",
        token: person.token,
        transport: "ws",
        WebSocket: network.WebSocket,
        // Only WebSockets are simulated.
        fetch: async () => Promise.reject(new TypeError("There is no HTTP in the simulation.")),
      });
      const lease = createLease(store);
      const live = await openDocument(client, documentId, { store: lease.store, presence: false });
      // Yjs draws the client ID at random. It decides the order of concurrent insertions, so the seed sets it here.
      live.doc.clientID = 1 + scheduler.random("client ids").below(2 ** 31);
      window.live = live;
      follow(window, live, scheduler);
      end = (how) => {
        if (how === "killed") lease.end();
        void live.close();
        end = () => {};
        window.live = null;
        network.cut();
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

/** Its sockets are cut already, so pending calls fail. */
const closeClient = (client: Client) => client.close().catch(() => {});

function follow(window: Window, { doc, saveState }: LiveDocument, scheduler: Scheduler): void {
  const heard = () => {
    const state = saveState.get();
    scheduler.note(`${window.name} shows ${JSON.stringify(state)}`);
    if (state.status === "refused") window.refusals.push(state.reason);
    if (state.status !== "saved" || window.live?.doc !== doc) return;
    // After a reload it knows no version yet, but its edits were in the log before.
    const seq = Math.max(state.seq, window.savedReports.at(-1)?.seq ?? 0);
    window.savedReports.push({ window: window.name, own: new Map(window.own), seq });
  };
  saveState.subscribe(heard);
}

/** Creates a store for one life of a window. After `end`, writes are ignored. */
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
