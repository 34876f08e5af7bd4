import { foldLog } from "@mdreader/api/testing";

import { call, take } from "./call.ts";
import { forge } from "./forgeries.ts";
import { changeMember } from "./members.ts";
import type { Operation } from "./plan.ts";
import { keepBackup, rewind } from "./rewind.ts";
import type { Scene } from "./scene.ts";
import { write } from "./writes.ts";

/** Performs a planned operation. Does nothing if its actor is unavailable. */
export async function perform(scene: Scene, operation: Operation): Promise<void> {
  const { scheduler } = scene;
  scheduler.note(`does ${JSON.stringify(operation)}`);
  switch (operation.kind) {
    case "type":
    case "erase":
    case "stall":
    case "cut":
    case "silence":
    case "reload":
      return changeWindow(scene, operation);
    case "kill":
    case "stop": {
      const slot = take(scene.servers, operation.server);
      await slot[operation.kind]();
      scheduler.time.after(operation.ms, () => {
        if (slot.process === null && !scene.isOver) slot.start();
      });
      return;
    }
    case "deafen": {
      const { faults } = scene.bus;
      scene.bus.faults = { ...faults, loss: 1 };
      scheduler.time.after(operation.ms, () => {
        scene.bus.faults = { ...scene.bus.faults, loss: Math.min(faults.loss, 0.3) };
      });
      return;
    }
    case "lose":
      return take(scene.servers, operation.server)
        .network()
        ?.loseAfter(operation.statements, operation.moment);
    case "terminate":
      return take(scene.servers, operation.server).network()?.terminateAll();
    case "fold":
      return fold(scene, operation);
    case "role":
    case "remove":
      return changeMember(scene, operation);
    case "forge":
      return forge(scene, operation);
    case "backup":
      return keepBackup(scene);
    case "rewind":
      return rewind(scene, operation);
    case "read":
    case "save":
    case "restore":
    case "rename":
    case "comment":
      return write(scene, operation);
  }
}

type OfKind<K extends Operation["kind"]> = Extract<Operation, { kind: K }>;
type OnWindow = OfKind<"type" | "erase" | "stall" | "cut" | "silence" | "reload">;

async function changeWindow(scene: Scene, operation: OnWindow): Promise<void> {
  const window = take(scene.windows, operation.window);
  const { network } = window;
  switch (operation.kind) {
    case "type": {
      const word = `[${window.name}.${scene.nextWord()}]`;
      const hasTyped = window.type((text) => {
        const { place } = operation;
        if (scene.plan.unit === "words") text.insert(findPlace(text.toJSON(), place), word);
        else text.insert(findLine(text.toJSON(), place), `${word}\n`);
      });
      if (hasTyped) scene.past.words.add(word);
      return;
    }
    case "erase":
      window.type((text) => {
        const at = Math.floor(operation.place * text.length);
        text.delete(at, Math.min(operation.length, text.length - at));
      });
      return;
    case "stall":
      return network.stall(operation.ms);
    case "cut":
      return network.cut();
    case "silence":
      return network.silence();
    case "reload":
      if (window.live === null) return;
      window.close(operation.how);
      network.server = operation.server;
      return window.open();
  }
}

/** An offset that is outside of all words. */
function findPlace(text: string, place: number): number {
  const at = Math.floor(place * (text.length + 1));
  const [open, close] = [text.lastIndexOf("[", at - 1), text.lastIndexOf("]", at - 1)];
  return open > close ? open : at;
}

/** The offset of the start of a line. */
function findLine(text: string, place: number): number {
  return text.lastIndexOf("\n", Math.floor(place * (text.length + 1)) - 1) + 1;
}

async function fold(scene: Scene, { server, kept }: OfKind<"fold">): Promise<void> {
  const { process } = take(scene.servers, server);
  if (process === null) return;
  scene.hasFolded = true;
  const limits = { entriesPerSnapshot: 1, bytesPerSnapshot: 1, keptSnapshots: kept };
  const { database, documents } = process.services;
  await call(scene, process, "fold", [], () => foldLog(database.sql, documents, scene.documentId, limits));
}
