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
  /** Absent in emails that earlier versions have stored. */
  kind: z.string().optional(),
  /** The link in the email, if it has one. */
  url: z.string().nullish(),
});
export type StoredMail = z.infer<typeof storedMail> & {
  /** Newer emails have greater IDs. */
  id: string;
};

/** The fields of an email that superusers may see without opening it. */
export interface MailFacts {
  kind: string;
  url: string | null;
}

/** Stores emails as files when no mail server is configured. Only the server's user can read them. */
export interface DevMailbox {
  /** @returns The path of the file. */
  put(message: Message, facts: MailFacts): Promise<string>;
  /** Returns the stored emails, newest first. */
  list(): Promise<StoredMail[]>;
}

/** Older emails are deleted. */
const maxStoredMails = 100;

export function createDevMailbox(dataDir: string): DevMailbox {
  const folder = join(dataDir, "outbox");

  /** File names, oldest first: they start with the time. */
  async function listNames(): Promise<string[]> {
    const all = await readdir(folder).catch(() => []);
    return all.filter((name) => name.endsWith(".json")).toSorted();
  }

  return {
    async put(message, facts) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const at = new Date().toISOString();
      const path = join(folder, `${at.replaceAll(":", "-")}-${randomBytes(4).toString("hex")}.json`);
      const mail: z.infer<typeof storedMail> = { at, ...message, ...facts };
      await writeFile(path, JSON.stringify(mail, null, 2), { mode: 0o600 });
      const excess = (await listNames()).slice(0, -maxStoredMails);
      await Promise.all(excess.map((name) => rm(join(folder, name), { force: true })));
      return path;
    },
    async list() {
      const newest = (await listNames()).slice(-maxStoredMails).toReversed();
      return Promise.all(
        newest.map(async (name) => {
          const text = await readFile(join(folder, name), "utf8");
          return { ...storedMail.parse(JSON.parse(text)), id: name.replace(/\.json$/, "") };
        }),
      );
    },
  };
}
