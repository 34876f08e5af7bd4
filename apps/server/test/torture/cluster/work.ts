import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import type { Client } from "@mdreader/client";

import { sha256 } from "../../files.ts";

/** The actions of a user besides typing, and their acknowledgments. */
export interface WriterActions {
  saves: string[];
  uploads: { id: string; hash: string }[];
  restores: number;
  /** Acknowledged saves that the other server did not show immediately. */
  unread: string[];
}

export const createWriterActions = (): WriterActions => ({ saves: [], uploads: [], restores: 0, unread: [] });

/** Saves lines with a base version and an idempotency key, retries until acknowledged, and reads them on the other server. */
export async function saveOn(
  client: Client,
  other: Client,
  id: string,
  name: string,
  deeds: WriterActions,
  stop: AbortSignal,
): Promise<void> {
  for (let n = 0; !stop.aborted; n += 1) {
    const word = `[${name}.${n}]`;
    const from = await persist(() => client.document.get.query({ id }), stop);
    if (from === null) return;
    const write = {
      id,
      baseVersion: from.version,
      text: `${from.content}\n${word}`,
      idempotencyKey: randomUUID(),
    };
    if ((await persist(() => client.document.applyText.mutate(write), stop)) === null) return;
    deeds.saves.push(word);
    const there = await persist(() => other.document.get.query({ id }), stop);
    if (there !== null && !there.content.includes(word)) deeds.unread.push(word);
    await delay(800);
  }
}

/** Repeatedly restores one of the latest saved versions. */
export async function restoreOn(
  client: Client,
  id: string,
  deeds: WriterActions,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const page = await persist(() => client.document.version.list.query({ id }), stop);
    const past = page?.items.at(Math.floor(Math.random() * page.items.length));
    if (past !== undefined) {
      const { number } = past;
      const done = await persist(() => client.document.version.restore.mutate({ id, number }), stop);
      if (done !== null) deeds.restores += 1;
    }
    await delay(2000);
  }
}

export async function uploadOn(
  client: Client,
  workspaceId: string,
  deeds: WriterActions,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const bytes = randomBytes(60_000);
    const name = `${randomUUID()}.bin`;
    const file = await persist(() => client.uploadFile(workspaceId, new Blob([bytes]), { name }), stop);
    if (file !== null) deeds.uploads.push({ id: file.id, hash: sha256(bytes) });
    await delay(1500);
  }
}

/** Retries until the work succeeds. @returns Null if the test ends first. */
async function persist<T>(work: () => Promise<T>, stop: AbortSignal): Promise<T | null> {
  while (!stop.aborted) {
    try {
      return await work();
    } catch {
      await delay(300);
    }
  }
  return null;
}
