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

/** What the domain is given: the database, the settings, and the ports with their adapters. */
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

/** What lives as long as the process. */
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
 * What a caller showed to prove who they are. Only its signature or form has been looked at: whether the session or
 * key still stands is asked with each call, in the statement that loads what the call is about.
 */
export type Credential =
  | { kind: "none" }
  | { kind: "rejected"; reason: "TOKEN_INVALID" | "TOKEN_EXPIRED" }
  /** `expiresAt` is when what was shown expires, in milliseconds since 1970: a socket does not outlive it. */
  | { kind: "session"; sessionId: string; userId: string; expiresAt?: number }
  | { kind: "apiKey"; secretHash: Uint8Array };

/** Who is calling, as the access check found them. */
export interface Caller {
  userId: string;
  /** Null for an API key. */
  sessionId: string | null;
  /** The API key's, null for a session. */
  keyId: string | null;
  /** What an API key may be used for; null for a signed-in person, who may do all that their role allows. */
  scopes: Scope[] | null;
  /** The tool that acts in the person's name: what the API key is called. Null for themselves. */
  tool: string | null;
}

/** The browser's refresh cookie, where the transport has cookies. */
export interface RefreshCookie {
  read(): string | null;
  /** `null` removes it. */
  write(token: string | null, expiresAt: Date | null): void;
}

/** What is known of the request that a call came with. */
export interface RequestInfo {
  id: string;
  ipAddress: string;
  userAgent: string | null;
  refreshCookie: RefreshCookie | null;
  /** Names the socket that the call came through; absent over HTTP. */
  connectionId?: string;
  /** Lets a stream wait for a socket that can't take more just now; absent over HTTP. */
  applyBackpressure?: Backpressure;
  /** Runs a query when its socket and its caller's other queries leave room for its answer; absent over HTTP. */
  runQuery?: <T>(query: () => Promise<T>) => Promise<T>;
}

/** What each call gets. */
export interface Context extends Services {
  credential: Credential;
  request: RequestInfo;
}
