import type { Scope } from "@mdreader/contract";
import type { Database } from "@mdreader/db";

import type { AccessMonitor } from "./access/access-monitor.ts";
import type { TokenIssuer } from "./auth/session/tokens.ts";
import type { LiveDocuments } from "./document/collab/index.ts";
import type { LinkReader } from "./document/link/link-reader.ts";
import type { FileLinkSigner } from "./file/signed-urls.ts";
import type {
  Bus,
  Clock,
  DomainSettings,
  Logger,
  Mailer,
  PasswordHasher,
  RateLimiter,
  Storage,
  Thumbnails,
} from "./ports.ts";
import type { Presence } from "./presence/presence.ts";
import type { SequencePoller } from "./realtime/sequence-poller.ts";
import type { TextWorkers } from "./text/text-workers.ts";
import type { Backpressure } from "./trpc/iterable.ts";

/** The dependencies of the domain: the database, the settings, and the ports with their adapters. */
export interface Ports {
  database: Database;
  bus: Bus;
  clock: Clock;
  limiter: RateLimiter;
  log: Logger;
  mailer: Mailer;
  passwords: PasswordHasher;
  settings: DomainSettings;
  storage: Storage;
  thumbnails: Thumbnails;
  tokens: TokenIssuer;
}

/** Objects that live as long as the process. */
export interface Services extends Ports {
  accessMonitor: AccessMonitor;
  documents: LiveDocuments;
  fileLinks: FileLinkSigner;
  linkReader: LinkReader;
  sequencePoller: SequencePoller;
  presence: Presence;
  textWorkers: TextWorkers;
}

/**
 * The credential of a request. Only its signature or format has been verified. Each call checks in its own statement
 * whether the session or key is still valid.
 */
export type Credential =
  | { kind: "none" }
  | { kind: "rejected"; reason: "TOKEN_INVALID" | "TOKEN_EXPIRED" }
  /** `expiresAt` is when the access token expires, in milliseconds since 1970. A socket does not outlive it. */
  | { kind: "session"; sessionId: string; userId: string; expiresAt?: number }
  | { kind: "apiKey"; secretHash: Uint8Array };

/** The authenticated user of a call, as found by the access check. */
export interface Caller {
  userId: string;
  /** Null for an API key. */
  sessionId: string | null;
  /** The API key's, null for a session. */
  keyId: string | null;
  /** The scopes of an API key; null for a session, which may do everything that the user's role allows. */
  scopes: Scope[] | null;
  /** The tool that acts on behalf of the user: the name of the API key. Null for a session. */
  tool: string | null;
}

/** The browser's refresh cookie, if the transport supports cookies. */
export interface RefreshCookie {
  read(): string | null;
  /** `null` removes it. */
  write(token: string | null, expiresAt: Date | null): void;
}

/** Facts about the request of a call. */
export interface RequestInfo {
  id: string;
  ipAddress: string;
  userAgent: string | null;
  refreshCookie: RefreshCookie | null;
  /** Identifies the socket of the call; absent over HTTP. */
  connectionId?: string;
  /** Makes a stream wait while its socket's buffer is full; absent over HTTP. */
  applyBackpressure?: Backpressure;
  /** Runs a query once its socket and its caller's other queries leave room for the response; absent over HTTP. */
  runQuery?: <T>(query: () => Promise<T>) => Promise<T>;
}

/** The context of a call. */
export interface Context extends Services {
  credential: Credential;
  request: RequestInfo;
}
