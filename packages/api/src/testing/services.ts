import { randomBytes } from "node:crypto";

import type { Database } from "@mdreader/db";

import { createPasswordHasher, type PasswordHasherOptions } from "../auth/password/password-hasher.ts";
import { createTokenIssuer } from "../auth/session/tokens.ts";
import type { Services } from "../context.ts";
import type { Clock, DomainSettings, Mail, Mailer, Operations } from "../ports.ts";
import { createInProcessBus } from "../realtime/in-process-bus.ts";
import { createServices } from "../services.ts";
import { createMemoryStorage } from "./storage.ts";

/** A clock that runs at normal speed from the time to which it was set. */
export interface TestClock extends Clock {
  advance(seconds: number): void;
}

/** Stores outgoing messages for tests to read. */
export interface TestMailer extends Mailer {
  readonly mails: Mail[];
}

export interface TestServices extends Services {
  clock: TestClock;
  mailer: TestMailer;
}

/** Real hashes at a hundredth of the cost. */
export const fastHashing: PasswordHasherOptions = { memoryKib: 1024, passes: 1 };

/** Creates the services over a real database. Only what would leave the machine is replaced. */
export function createTestServices(database: Database): TestServices {
  const clock = createTestClock();
  const settings: DomainSettings = {
    appUrl: "http://app.test",
    jwtSecret: randomBytes(32).toString("hex"),
    acceptsPasswords: true,
    identityProviders: [],
    accessTokenTtlSeconds: 3600,
    refreshTokenTtlSeconds: 30 * 86_400,
    trashRetentionSeconds: 30 * 86_400,
    maxUploadBytes: 1024 * 1024,
    maxImportBytes: 8 * 1024 * 1024,
    sendsMail: true,
    fixedInstanceSettings: { workspaceQuotaMb: 2 },
  };
  const ports = {
    database,
    auditDatabase: database,
    clock,
    settings,
    bus: createInProcessBus(),
    limiter: { consume: async () => {}, reset: async () => {} },
    log: console,
    mailer: createTestMailer(),
    operations: createTestOperations(),
    passwords: createPasswordHasher(fastHashing),
    storage: createMemoryStorage(),
    thumbnails: { create: async () => null },
    tokens: createTokenIssuer(settings, clock),
  };
  return { ...createServices(ports), clock, mailer: ports.mailer };
}

function createTestClock(): TestClock {
  let offset = 0;
  return {
    now: () => new Date(Date.now() + offset),
    advance(seconds) {
      offset += seconds * 1000;
    },
  };
}

/** The only failed job. */
export const failedJobId = "00000000-0000-4000-8000-000000000001";

/** A server without Redis and jobs. The tests of the server cover the real one. */
export function createTestOperations(): Operations {
  const healthy = { isHealthy: true, ms: 0 };
  return {
    version: "0.0.0",
    nodeVersion: "24.0.0",
    startedAt: new Date(),
    checkDatabase: async () => healthy,
    checkRedis: async () => null,
    checkStorage: async () => ({ ...healthy, kind: "local", freeBytes: null }),
    countJobs: async () => [],
    findFailedJobs: async () => [],
    retryJob: async (_tx, id) => (id === failedJobId ? "sweep" : null),
    sendTestMail: async () => ({ outcome: "sent", error: null }),
    listUnsentMails: async () => [
      {
        id: "mail",
        to: "ada@example.test",
        kind: "invitation",
        at: new Date().toISOString(),
        url: "http://app.test/invitation",
      },
    ],
  };
}

function createTestMailer(): TestMailer {
  const mails: Mail[] = [];
  return {
    mails,
    async enqueue(mail) {
      mails.push(mail);
    },
  };
}
