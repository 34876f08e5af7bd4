import type { Readable, Writable } from "node:stream";

import type { InstanceSettings, Role, SystemState, TestMailResult } from "@mdreader/contract";
import type { Database, Tx } from "@mdreader/db";

import type { Credential } from "./access/identity.ts";
import type { QueuedJob } from "./util/fair-queue.ts";

/**
 * External dependencies of the domain, as small interfaces. The server contains the adapters. The domain does not
 * access sockets, the file system or Redis directly.
 */

/** The current time, which tests can control. */
export interface Clock {
  now(): Date;
}

/** A link that grants something to its holder. */
export interface GrantingLink {
  url: string;
  /** When it stops working. */
  expiresAt: string;
}

/** An email to send. The mailer provides the text. */
export type Mail =
  | ({ kind: "verifyEmail"; to: string; username: string } & GrantingLink)
  | ({ kind: "resetPassword"; to: string; username: string } & GrantingLink)
  | ({ kind: "agreeEmailChange"; to: string; username: string; newEmail: string } & GrantingLink)
  | ({ kind: "proveEmail"; to: string; username: string } & GrantingLink)
  | { kind: "emailChanged"; to: string; username: string; newEmail: string }
  | { kind: "passwordChanged"; to: string; username: string }
  | { kind: "secondFactorEnabled"; to: string; username: string }
  | { kind: "secondFactorDisabled"; to: string; username: string }
  | { kind: "secondFactorReset"; to: string; username: string }
  | { kind: "accountDeleted"; to: string; username: string; purgeAt: string | null }
  | { kind: "accountRestored"; to: string; username: string }
  | { kind: "passkeyAdded"; to: string; username: string; name: string }
  | { kind: "passkeyRemoved"; to: string; username: string; name: string }
  | { kind: "identityLinked"; to: string; username: string; provider: string }
  | {
      kind: "mention";
      to: string;
      /** The author, the text and the document of the comment. */
      author: string;
      text: string;
      documentTitle: string;
      url: string;
    }
  | { kind: "test"; to: string; username: string }
  | ({ kind: "invitation"; to: string; workspaceName: string; invitedBy: string } & GrantingLink);

/** An email that was stored because no mail server is configured. */
export interface UnsentMail {
  id: string;
  to: string;
  kind: string;
  at: string;
  /** The link in it, if any. */
  url: string | null;
}

/** A failed job that is no longer retried automatically. */
export interface FailedJobRow {
  id: string;
  queue: string;
  attempts: number;
  error: string;
  /** ISO 8601, with microseconds. */
  failedAt: string;
}

/** Whether a dependency responded, and how long it took. */
export interface DependencyCheck {
  isHealthy: boolean;
  ms: number;
}

/** The state of a server besides its data, for superusers. */
export interface Operations {
  version: string;
  /** The version of Node. */
  nodeVersion: string;
  startedAt: Date;
  checkDatabase(): Promise<DependencyCheck>;
  /** Null without Redis. */
  checkRedis(): Promise<DependencyCheck | null>;
  checkStorage(): Promise<DependencyCheck & { kind: "local" | "s3"; freeBytes: number | null }>;
  countJobs(): Promise<SystemState["queues"]>;
  /** Returns failed jobs, the last failure first, after the one that a cursor names. */
  findFailedJobs(limit: number, after: { failedAt: string; id: string } | null): Promise<FailedJobRow[]>;
  /** Queues a failed job again, in a transaction. @returns The name of its queue; null if no such job has failed. */
  retryJob(tx: Tx, id: string): Promise<string | null>;
  /** Sends an email at once, without the queue. */
  sendTestMail(mail: Mail): Promise<TestMailResult>;
  /** Returns stored emails, newest first: their ids are ordered by time. */
  listUnsentMails(): Promise<UnsentMail[]>;
}

/** Accepts emails durably: once the promise resolves, the email will be sent, even after a crash. */
export interface Mailer {
  enqueue(mail: Mail): Promise<void>;
}

/**
 * Hashes passwords without blocking the event loop, with a limited concurrency. Other jobs queue: users and networks
 * take turns, and sign-ins have priority.
 */
export interface PasswordHasher {
  hash(password: string, job: QueuedJob): Promise<string>;
  /** Compares a password with a hash. With `null` for the hash, it takes the same time and returns false. */
  verify(hash: string | null, password: string, job: QueuedJob): Promise<boolean>;
}

/** The kinds of attempts that are counted, each with its own limit. */
export type LimitedAction =
  | "login.account"
  | "login.address"
  | "login.provider"
  | "device.start"
  | "device.poll"
  | "device.code"
  | "device.network"
  | "register"
  | "mail"
  | "mail.network"
  | "mail.address"
  | "invitation"
  | "password"
  | "accountExport"
  | "passkey"
  | "secondFactor"
  | "secondFactor.daily"
  | "search"
  | "mention"
  | "share.protect"
  | "share.password"
  | "share.address"
  | "browserError"
  | "browserError.total";

/** Counts attempts. */
export interface RateLimiter {
  /** Counts one attempt. Throws RATE_LIMITED with the seconds to wait when there were too many. */
  consume(action: LimitedAction, key: string): Promise<void>;
  /** Resets the attempts counted under `key`. */
  reset(action: LimitedAction, key: string): Promise<void>;
}

/** Carries messages between the parts and processes of the server. Messages may be lost; Postgres is authoritative. */
export interface Bus {
  /** Whether other processes are connected. */
  readonly hasPeers: boolean;
  publish(channel: string, message: BusMessage): void;
  /** Listens until the returned function is called. An empty message means that some may have been lost. */
  subscribe(channel: string, listener: (message: BusMessage) => void): () => void;
}
export type BusMessage = Readonly<Record<string, string | number | boolean | null | Uint8Array>>;

/** Bytes from `start` to `end`, both inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/** The checksum of a complete draft. */
export interface Checksum {
  size: number;
  /** SHA-256. */
  hash: Uint8Array;
}

/** The URL and headers with which a client sends a draft's bytes directly to the storage. */
export interface UploadTarget {
  url: string;
  headers: Record<string, string>;
}

/** An object in the storage. */
export interface StoredObject {
  key: string;
  writtenAt: Date;
}

/**
 * Stores the bytes of files. A draft contains the received bytes of an upload, under the upload's id. Once complete, it
 * is committed to a key, and the bytes of a key never change. Bytes are streamed: no file is held in memory.
 */
export interface Storage {
  /** Creates a target for sending a draft directly; null if bytes go through this server and `append`. */
  presignUpload(
    draftId: string,
    expected: { size: number; hash: Uint8Array | null; seconds: number },
  ): Promise<UploadTarget | null>;
  /** The size of a draft in bytes; null if it does not exist. */
  readDraftSize(draftId: string): Promise<number | null>;
  /**
   * Writes into a draft at `offset`, which must not be past its end. Bytes after the offset are discarded. When `body`
   * fails, the bytes received so far remain, and the error is rethrown.
   * @returns The draft's size.
   */
  append(draftId: string, offset: number, body: AsyncIterable<Uint8Array>): Promise<number>;
  /** The size and hash of a draft; null if it does not exist. */
  hashDraft(draftId: string): Promise<Checksum | null>;
  readDraft(draftId: string, range?: ByteRange): Promise<Readable>;
  /** Deletes a draft, if it exists. */
  deleteDraft(draftId: string): Promise<void>;
  /** Moves a draft to `key`, durably and atomically. The draft no longer exists afterward. */
  commitUpload(draftId: string, key: string): Promise<void>;
  /** Stores a small number of bytes under `key`. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** The size of the object under `key` in bytes; null if it does not exist. */
  readSize(key: string): Promise<number | null>;
  /** Reads the object under `key`, or a range of it. Rejects if it does not exist. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /**
   * Sends the object under `key`, or a range of it, to a client, with little memory. Rejects if it does not exist.
   * @param begin Returns a response or a socket. Called when the object is known to exist.
   */
  sendTo(key: string, begin: () => Writable, range?: ByteRange): Promise<void>;
  /** Deletes the object under `key`, if it exists. */
  remove(key: string): Promise<void>;
  /** Lists all objects. */
  listObjects(): AsyncIterable<StoredObject>;
  /** Lists all drafts, by their ids. */
  listDrafts(): AsyncIterable<StoredObject>;
}

/** Creates thumbnails of images. */
export interface Thumbnails {
  /**
   * Creates a small WebP of an image; null if the input is not an image, is broken, or has too many pixels.
   * @throws AppError UNAVAILABLE when it takes too long, which may succeed later.
   */
  create(image: Readable): Promise<Uint8Array | null>;
}

/** The domain's logger. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The settings of an OpenID Connect provider that the domain needs. */
export interface IdentityProviderSettings {
  id: string;
  name: string;
  issuer: string;
  /** Whether an address that the provider has verified opens the account with this address. */
  trustsEmail: boolean;
  /** Whether people without an account get one. */
  createsAccounts: boolean;
  /** Whether signing out here also signs out there. */
  signsOut: boolean;
  /** The roles that members of the provider's groups have in workspaces. */
  groupRoles: readonly GroupRole[];
}

/** A role in a workspace that the members of a group have. */
export interface GroupRole {
  group: string;
  workspaceId: string;
  /** Never owner: a workspace must not depend on a provider. */
  role: Exclude<Role, "owner">;
}

/** The settings that the domain needs. Durations are in seconds. */
export interface DomainSettings {
  /** The URL of the web app, without a trailing slash. */
  appUrl: string;
  jwtSecret: string;
  /** A secret whose tokens are still accepted while it is being replaced. */
  previousJwtSecret?: string | undefined;
  /** Whether people can sign in and register with passwords. */
  acceptsPasswords: boolean;
  identityProviders: readonly IdentityProviderSettings[];
  accessTokenTtlSeconds: number;
  refreshTokenTtlSeconds: number;
  /** The time for which deleted items stay in the trash. */
  trashRetentionSeconds: number;
  /** The largest file, in bytes. */
  maxUploadBytes: number;
  /** The largest archive that can be imported, in bytes, both compressed and unpacked. */
  maxImportBytes: number;
  /** Whether a mail server is configured. Without one, emails are stored where only the operator can read them. */
  sendsMail: boolean;
  /** Settings of the instance that the environment sets, and that superusers therefore can't change. */
  fixedInstanceSettings?: Partial<InstanceSettings>;
  /** The maximum time for which a call waits for an unresponsive dependency; 20 by default. */
  callTimeoutSeconds?: number;
}

/** The claims of an access token. */
export interface AccessClaims {
  sessionId: string;
  userId: string;
}

/** The claims of a refresh token. `secret` is its `jti`; the session's row stores a hash of it. */
export interface RefreshClaims {
  sessionId: string;
  generation: number;
  secret: string;
}

/** Times are ISO 8601. */
export interface TokenLifetime {
  issuedAt: string;
  expiresAt: string;
}

/**
 * Issues and verifies the tokens of sessions. It only checks signatures; the database knows whether a session is valid.
 */
export interface TokenIssuer {
  /** An access token; `expiresAt` is ISO 8601. */
  issueAccess(claims: AccessClaims): Promise<{ token: string; expiresAt: string }>;
  /** Verifies an access token. Verified tokens are cached, because every request carries one. */
  verifyAccess(token: string): Promise<Credential>;
  /** Issues a refresh token. The same claims and lifetime produce exactly the same token. */
  issueRefresh(claims: RefreshClaims, lifetime: TokenLifetime): Promise<string>;
  /** The claims of a refresh token; null for one that is forged, expired or of another kind. */
  verifyRefresh(token: string): Promise<RefreshClaims | null>;
  /**
   * Derives the secret that follows `secret`, so that concurrent refreshes with one token return the same successor. While
   * the root secret is replaced, `previous` is the one that servers with the previous root secret derive, else null.
   */
  deriveNextSecret(secret: string): { current: string; previous: string | null };
}

/** The dependencies of the domain: the database, the settings, and the ports with their adapters. */
export interface Ports {
  database: Database;
  /** The connection that applies the retention of the audit log. Its role may be the only one that can. */
  auditDatabase: Database;
  bus: Bus;
  clock: Clock;
  limiter: RateLimiter;
  log: Logger;
  mailer: Mailer;
  operations: Operations;
  passwords: PasswordHasher;
  settings: DomainSettings;
  storage: Storage;
  thumbnails: Thumbnails;
  tokens: TokenIssuer;
}
