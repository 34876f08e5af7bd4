import { setTimeout as delay } from "node:timers/promises";

import {
  closeServices,
  createInProcessBus,
  createPasswordHasher,
  type PasswordHasherOptions,
  createServices,
  createTokenIssuer,
  enforceSecondFactor,
  prepareSetup,
  type Services,
  type Setup,
} from "@mdreader/api";

import { createLogs, type Logs } from "./adapters/logger.ts";
import { createDevMailbox } from "./adapters/mail/dev-mailbox.ts";
import { createDevTransport, createSmtpTransport } from "./adapters/mail/transport.ts";
import { createLimiter } from "./adapters/rate-limiter.ts";
import { defaultLimits, type Limits } from "./adapters/rate-limits.ts";
import { createRedisBus } from "./adapters/redis-bus.ts";
import { connectRedis } from "./adapters/redis.ts";
import { createStorage, findUploadOrigin } from "./adapters/storage/create-storage.ts";
import { createThumbnails } from "./adapters/thumbnails.ts";
import { openTracing } from "./adapters/tracing.ts";
import { openAuditDatabase } from "./audit-database.ts";
import { type Config, toLocalUrl } from "./config.ts";
import { openDatabase } from "./database.ts";
import { createDomainSettings } from "./domain-settings.ts";
import { createBudgetOwners } from "./flow-control/budget-owners.ts";
import {
  createMemoryBudgets,
  defaultMemoryLimits,
  type MemoryLimits,
} from "./flow-control/memory-budgets.ts";
import { createHealth } from "./health.ts";
import { createHttpDispatcher } from "./http/dispatcher.ts";
import { createFilesHandler } from "./http/files/handler.ts";
import { createSharedFilesHandler } from "./http/files/shared.ts";
import { listen } from "./http/listen.ts";
import { createMcpHandler } from "./http/mcp/handler.ts";
import { createRequestLimit } from "./http/request-limit.ts";
import { createOrigins } from "./http/request/origins.ts";
import { createRestHandler } from "./http/rest/handler.ts";
import { createSite } from "./http/site/app.ts";
import { createStreams } from "./http/stream/streams.ts";
import { createTrpcHandler } from "./http/trpc/handler.ts";
import { installation } from "./installation.ts";
import { defaultMailRetries, type MailRetries, startMail } from "./jobs/mail.ts";
import { startJobs } from "./jobs/queue.ts";
import { startSweeping, startMaintenance } from "./jobs/sweep.ts";
import { createMetrics } from "./metrics.ts";
import { createOperations } from "./operations.ts";
import { createConnectionSlots } from "./ws/connection-slots.ts";
import { defaultSocketLimits, type SocketLimits } from "./ws/limits.ts";
import { createSocketServer } from "./ws/server.ts";

/** Defaults that tests and benchmarks override. */
export interface Overrides {
  logs?: Logs;
  /** Receives a message before each slow step of the start. */
  onProgress?: (message: string) => void;
  limits?: Partial<Limits>;
  socketLimits?: Partial<SocketLimits>;
  memoryLimits?: Partial<MemoryLimits>;
  mailRetries?: MailRetries;
  /** Timeout of a call, in seconds. */
  callTimeoutSeconds?: number;
  /** Milliseconds that requests in flight have to finish when the server stops. */
  graceMs?: number;
  passwordHashing?: PasswordHasherOptions;
  /** The folder with the built web app. */
  webRoot?: string;
}

export interface RunningServer extends AsyncDisposable {
  /** The address of the server. */
  url: string;
  port: number;
  services: Services;
  /** The way in which the server gets its first superuser. */
  setup: Setup;
  /**
   * Stops the server: rejects new work, lets requests in flight finish, closes sockets so that clients reconnect
   * elsewhere, and closes the database last. Repeated calls return the same promise.
   */
  close(): Promise<void>;
}

/**
 * Starts the server.
 * @throws StartError after everything that was started has been stopped.
 */
export async function startServer(config: Config, overrides: Overrides = {}): Promise<RunningServer> {
  const { graceMs = 10_000, onProgress, webRoot = installation.webRoot } = overrides;
  const { log, requests } = overrides.logs ?? createLogs(config.LOG_LEVEL);
  await using started = new AsyncDisposableStack();

  // The port comes first, so that a second server exits before it touches anything.
  const { server, port, serve } = await listen(config.APP_HOST, config.APP_PORT);
  started.defer(async () => {
    server.close();
    server.closeAllConnections();
  });
  started.defer(await openTracing(config, log));
  const url = toLocalUrl(config.APP_HOST, port);
  const appUrl = config.APP_URL ?? url;

  const {
    url: databaseUrl,
    database,
    close,
  } = await openDatabase(config, {
    log: (message) => log.info(message),
    ...(onProgress !== undefined && { onProgress }),
  });
  started.defer(close);
  const audit = await openAuditDatabase(config, database, log);
  started.defer(audit.close);
  const redis = config.REDIS_URL === undefined ? null : connectRedis(config.REDIS_URL, log);
  started.defer(async () => redis?.disconnect());

  const shared = config.REDIS_URL === undefined ? null : createRedisBus(config.REDIS_URL, log);
  started.defer(async () => shared?.close());

  const outbox = createDevMailbox(config.DATA_DIR);
  const transport =
    config.SMTP_URL === undefined
      ? createDevTransport(outbox, log)
      : createSmtpTransport({ url: config.SMTP_URL, from: config.MAIL_FROM }, log);
  started.defer(async () => transport.close());
  const { boss, stop: stopJobs } = await startJobs(databaseUrl, log);
  started.defer(stopJobs);

  const clock = { now: () => new Date() };
  const settings = createDomainSettings(config, appUrl, overrides);
  const storage = createStorage(config);
  const services = createServices({
    database,
    auditDatabase: audit.database,
    bus: shared ?? createInProcessBus(),
    clock,
    limiter: createLimiter(redis, { ...defaultLimits, ...overrides.limits }),
    log,
    mailer: await startMail(boss, transport, database, overrides.mailRetries ?? defaultMailRetries),
    operations: createOperations({
      config,
      version: installation.version,
      database,
      redis,
      storage,
      boss,
      outbox,
      transport,
    }),
    passwords: createPasswordHasher(overrides.passwordHashing),
    settings,
    storage,
    thumbnails: createThumbnails(),
    tokens: createTokenIssuer(settings, clock),
  });
  started.defer(() => closeServices(services));
  // Jobs use the services, so they stop first.
  started.defer(stopJobs);
  await startSweeping(boss, services);
  await startMaintenance(boss, services);
  services.searchIndex.start();

  const origins = createOrigins(appUrl, config.CORS_ORIGINS);
  const health = createHealth(database);
  const proxies = config.TRUST_PROXY;
  const limits = { ...defaultSocketLimits, ...overrides.socketLimits };
  const budgets = createMemoryBudgets({ ...defaultMemoryLimits, ...overrides.memoryLimits });
  const slots = createConnectionSlots(limits);
  const sockets = createSocketServer({ services, log, requests, origins, limits, slots, budgets, proxies });
  const streams = createStreams({ services, log, limits, slots, budgets });
  const metrics = createMetrics({
    sockets: () => sockets.count(),
    streams: () => streams.count(),
    // Streams stay open, and are counted as such.
    inFlight: () => edge.inFlight() - streams.count().connections,
    connections: () => health.connections(),
    bufferedBytes: () => ({
      authenticated: budgets.authenticated.usedBytes,
      unauthenticated: budgets.unauthenticated.usedBytes,
    }),
    poolSize: config.DATABASE_POOL_SIZE,
    damagedDocuments: () => services.documents.damagedCount,
  });
  let draining = false;
  const site = createSite({
    services,
    origins,
    providers: config.identityProviders,
    log,
    health,
    metrics,
    version: installation.version,
    webRoot,
    appUrl,
    uploadOrigin: await findUploadOrigin(storage),
    isDraining: () => draining,
    metricsToken: config.METRICS_TOKEN,
    maxUploadBytes: config.MAX_UPLOAD_SIZE_MB * 1024 * 1024,
    outbox: config.production || config.SMTP_URL !== undefined ? null : outbox,
  });
  const owners = createBudgetOwners(services);
  const trpc = createTrpcHandler({ services, origins, appUrl, budgets, owners, streams });
  const requestLimit = createRequestLimit(config.REQUESTS_PER_MINUTE, () => performance.now());
  const rest = createRestHandler({ services, origins, budgets, owners, requestLimit });
  const mcp = createMcpHandler({
    services,
    origins,
    budgets,
    owners,
    requestLimit,
    log,
    appUrl,
    version: installation.version,
  });
  const files = createFilesHandler({ services, log, budgets });
  const sharedFiles = createSharedFilesHandler({ services, log });
  const edge = createHttpDispatcher({
    trpc,
    rest,
    stream: streams.handler,
    mcp,
    files,
    sharedFiles,
    site,
    origins,
    appUrl,
    proxies,
    log,
    requests,
    metrics,
  });
  const setup = await prepareSetup(services);
  await enforceSecondFactor(services);
  serve(edge.listener, sockets.upgrade);

  started.defer(async () => {
    draining = true;
    streams.drain();
    const drained = Promise.all([edge.drain(), sockets.drain()]);
    await Promise.race([drained, delay(graceMs, null, { ref: false })]);
    sockets.terminate();
  });
  const all = started.move();
  let closed: Promise<void> | null = null;
  const stop = () => (closed ??= all.disposeAsync());
  return { url, port, services, setup, close: stop, [Symbol.asyncDispose]: stop };
}
