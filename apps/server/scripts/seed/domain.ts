import {
  closeServices,
  createInProcessBus,
  createPasswordHasher,
  createServices,
  createTokenIssuer,
  type Services,
} from "@mdreader/api";
import { createTestOperations } from "@mdreader/api/testing";

import { createLogs } from "../../src/adapters/logger.ts";
import { createStorage } from "../../src/adapters/storage/create-storage.ts";
import { createThumbnails } from "../../src/adapters/thumbnails.ts";
import type { Config } from "../../src/config.ts";
import { openDatabase } from "../../src/database.ts";
import { createDomainSettings } from "../../src/domain-settings.ts";

/**
 * Runs `work` with the domain services and the server's database. There are no rate limits, and no emails are sent, because the
 * demo users do not exist.
 */
export async function withDomain(config: Config, work: (services: Services) => Promise<void>): Promise<void> {
  const { database, close } = await openDatabase(config, { onProgress: console.error });
  const clock = { now: () => new Date() };
  const settings = createDomainSettings(config);
  const services = createServices({
    database,
    auditDatabase: database,
    bus: createInProcessBus(),
    clock,
    limiter: { consume: async () => {}, reset: async () => {} },
    log: createLogs("warn").log,
    mailer: { enqueue: async () => {} },
    operations: createTestOperations(),
    passwords: createPasswordHasher(),
    storage: createStorage(config),
    thumbnails: createThumbnails(),
    settings,
    tokens: createTokenIssuer(settings, clock),
  });
  try {
    await work(services);
  } finally {
    await closeServices(services);
    await close();
  }
}
