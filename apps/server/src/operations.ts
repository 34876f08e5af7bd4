import { access, constants, mkdir, statfs } from "node:fs/promises";
import { versions } from "node:process";

import type { DependencyCheck, Mail, Operations, Storage } from "@mdreader/api";
import type { TestMailResult } from "@mdreader/contract";
import { type Database, pingDatabase } from "@mdreader/db";
import type { Redis } from "ioredis";
import type { PgBoss } from "pg-boss";

import type { DevMailbox } from "./adapters/mail/dev-mailbox.ts";
import type { Transport } from "./adapters/mail/transport.ts";
import type { Config } from "./config.ts";
import { countJobs, findFailedJobs, retryJob } from "./jobs/job-list.ts";

export interface OperationsOptions {
  config: Pick<Config, "STORAGE" | "UPLOAD_DIR" | "SMTP_URL">;
  version: string;
  database: Database;
  redis: Redis | null;
  storage: Storage;
  boss: PgBoss;
  outbox: DevMailbox;
  transport: Transport;
}

/** The time in which a dependency must respond. */
const checkTimeoutMs = 3000;

/** A key under which nothing is stored. */
const missingKey = "check";

/** The state of this server and of what it depends on, for superusers. */
export function createOperations(options: OperationsOptions): Operations {
  const { config, version, database, redis, storage, boss, outbox, transport } = options;
  const isLocal = config.STORAGE === "local";
  return {
    version,
    nodeVersion: versions.node,
    startedAt: new Date(),
    checkDatabase: () => check(() => pingDatabase(database)),
    checkRedis: async () => (redis === null ? null : check(() => redis.ping())),
    async checkStorage() {
      const checked = await check(
        isLocal ? () => assertWritable(config.UPLOAD_DIR) : () => storage.readSize(missingKey),
      );
      const freeBytes = isLocal ? await readFreeBytes(config.UPLOAD_DIR) : null;
      return { ...checked, kind: config.STORAGE, freeBytes };
    },
    countJobs: () => countJobs(database),
    findFailedJobs: (limit, after) => findFailedJobs(database, limit, after),
    retryJob: (tx, id) => retryJob(tx, boss, id),
    sendTestMail: (mail) => sendTestMail(transport, config.SMTP_URL !== undefined, mail),
    async listUnsentMails() {
      const mails = await outbox.list();
      return mails.map(({ id, to, at, kind = "unknown", url = null }) => ({ id, to, at, kind, url }));
    },
  };
}

async function check(ask: () => Promise<unknown>): Promise<DependencyCheck> {
  const start = performance.now();
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), checkTimeoutMs);
  const answered = ask().then(
    () => true,
    () => false,
  );
  const isHealthy = await Promise.race([answered, late.promise]);
  clearTimeout(timer);
  return { isHealthy, ms: Math.round(performance.now() - start) };
}

/** A folder without files may not exist yet. */
async function assertWritable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK);
}

async function readFreeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** The failure is named by its code: messages of mail servers quote addresses. */
async function sendTestMail(transport: Transport, sends: boolean, mail: Mail): Promise<TestMailResult> {
  try {
    await transport.sendNow(mail);
    return { outcome: sends ? "sent" : "stored", error: null };
  } catch (error) {
    return { outcome: "failed", error: describeMailError(error) };
  }
}

function describeMailError(error: unknown): string {
  if (!(error instanceof Error)) return "UNKNOWN";
  if ("responseCode" in error) return String(error.responseCode);
  return "code" in error ? String(error.code) : error.name;
}
