import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import type { Message } from "./templates.ts";

const storedMail = z.object({
  at: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
});
export type StoredMail = z.infer<typeof storedMail>;

/** Stores emails as files when no mail server is configured. Only the server's user can read them. */
export interface DevMailbox {
  /** @returns The path of the file. */
  put(message: Message): Promise<string>;
  /** Returns the stored emails, newest first. */
  list(): Promise<StoredMail[]>;
}

/** Older emails are deleted. */
const maxStoredMails = 100;

export function createDevMailbox(dataDir: string): DevMailbox {
  const folder = join(dataDir, "outbox");

  /** File names, oldest first: they start with the time. */
  async function names(): Promise<string[]> {
    const all = await readdir(folder).catch(() => []);
    return all.filter((name) => name.endsWith(".json")).toSorted();
  }

  return {
    async put(message) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const at = new Date().toISOString();
      const path = join(folder, `${at.replaceAll(":", "-")}-${randomBytes(4).toString("hex")}.json`);
      const mail: StoredMail = { at, ...message };
      await writeFile(path, JSON.stringify(mail, null, 2), { mode: 0o600 });
      const excess = (await names()).slice(0, -maxStoredMails);
      await Promise.all(excess.map((name) => rm(join(folder, name), { force: true })));
      return path;
    },
    async list() {
      const newest = (await names()).slice(-maxStoredMails).toReversed();
      const texts = await Promise.all(newest.map((name) => readFile(join(folder, name), "utf8")));
      return texts.map((text) => storedMail.parse(JSON.parse(text)));
    },
  };
}
