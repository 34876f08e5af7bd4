import type { Readable } from "node:stream";

import type { QueuedJob } from "./util/fair-queue.ts";

/**
 * What the domain needs from outside, as small interfaces. The server has the adapters; the domain knows no socket, no
 * file system and no Redis.
 */

/** The time, so that tests can turn the clock. */
export interface Clock {
  now(): Date;
}

/** A mail that the domain wants sent. The template's text is the mailer's affair. */
export type Mail =
  | { kind: "verifyEmail"; to: string; username: string; url: string }
  | { kind: "resetPassword"; to: string; username: string; url: string }
  | { kind: "passwordChanged"; to: string; username: string }
  | {
      kind: "mention";
      to: string;
      /** Who wrote, what they wrote, and in which document. */
      author: string;
      text: string;
      documentTitle: string;
      url: string;
    }
  | { kind: "invitation"; to: string; workspaceName: string; invitedBy: string; url: string };

/** Accepts mails durably: once the promise resolves, the mail will be sent, also after a crash. */
export interface Mailer {
  enqueue(mail: Mail): Promise<void>;
}

/**
 * Hashes passwords without blocking the event loop, a bounded number at a time. The others wait: people and networks take
 * turns, and sign-ins go first.
 */
export interface PasswordHasher {
  hash(password: string, turn: QueuedJob): Promise<string>;
  /** Compares; with `null` for the hash it takes the same time and answers false. */
  verify(hash: string | null, password: string, turn: QueuedJob): Promise<boolean>;
}

/** The kinds of attempts that are counted, with limits of their own. */
export type LimitedAction =
  | "login.account"
  | "login.address"
  | "register"
  | "mail"
  | "mail.network"
  | "mail.address"
  | "invitation"
  | "password"
  | "search"
  | "mention"
  | "share.protect"
  | "share.password"
  | "share.address";

/** Counts attempts. */
export interface RateLimiter {
  /** Counts one attempt; throws RATE_LIMITED with the seconds to wait when there were too many. */
  consume(action: LimitedAction, key: string): Promise<void>;
  /** Forgets the attempts counted under `key`. */
  reset(action: LimitedAction, key: string): Promise<void>;
}

/** Carries messages between the parts and nodes of the server. A message may be lost: Postgres is the truth. */
export interface Bus {
  /** Whether other processes listen too. */
  readonly hasPeers: boolean;
  publish(channel: string, message: BusMessage): void;
  /** Listens until the returned function is called. An empty message says that some may have been lost. */
  subscribe(channel: string, listener: (message: BusMessage) => void): () => void;
}
export type BusMessage = Readonly<Record<string, string | number | boolean | null | Uint8Array>>;

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** A whole draft. */
export interface Checksum {
  size: number;
  /** SHA-256. */
  hash: Uint8Array;
}

/** Where a client sends a draft's bytes without this server, and with which headers. */
export interface UploadTarget {
  url: string;
  headers: Record<string, string>;
}

/** Something that lies in the storage. */
export interface StoredObject {
  key: string;
  writtenAt: Date;
}

/**
 * Keeps the bytes of files. A draft is what has arrived of an upload, under the upload's id; once it is complete it is
 * kept under a key, and what lies under a key never changes. Bytes stream: none of this holds a file in memory.
 */
export interface Storage {
  /** Where a client sends a draft itself; null where it sends it through this server, by `append`. */
  presignUpload(
    draftId: string,
    expected: { size: number; hash: Uint8Array | null; seconds: number },
  ): Promise<UploadTarget | null>;
  /** How much of a draft is there, in bytes; null when there is none. */
  draftSize(draftId: string): Promise<number | null>;
  /**
   * Writes into a draft from `offset` on, which is not past its end; what was there from there on is gone. When `body`
   * fails, what had come of it stays, and the failure is thrown on.
   * @returns The draft's size.
   */
  append(draftId: string, offset: number, body: AsyncIterable<Uint8Array>): Promise<number>;
  /** The size and hash of a draft; null when there is none. */
  checksum(draftId: string): Promise<Checksum | null>;
  readDraft(draftId: string, range?: ByteRange): Promise<Readable>;
  /** Removes a draft, if there is one. */
  dropDraft(draftId: string): Promise<void>;
  /** Makes a draft what lies under `key`, durably, and at once or not at all. The draft is gone then. */
  commitUpload(draftId: string, key: string): Promise<void>;
  /** Keeps a few bytes under `key`. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** How many bytes lie under `key`; null for none. */
  sizeOf(key: string): Promise<number | null>;
  /** What lies under `key`, or a part of it. Rejects when there is nothing. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Removes what lies under `key`, if there is something. */
  remove(key: string): Promise<void>;
  /** All that is kept. */
  listObjects(): AsyncIterable<StoredObject>;
  /** All drafts, by their ids. */
  drafts(): AsyncIterable<StoredObject>;
}

/** Makes small pictures of large ones. */
export interface Thumbnails {
  /**
   * A small WebP of a picture; null for what is none, is broken, or has too many points to look at.
   * @throws AppError UNAVAILABLE when it takes too long, which may be otherwise another time.
   */
  make(picture: Readable): Promise<Uint8Array | null>;
}

/** Where the domain's notes go. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the domain must know of the settings. Durations in seconds. */
export interface DomainSettings {
  /** The address under which people reach the web app, without a slash at the end. */
  appUrl: string;
  jwtSecret: string;
  accessTokenTtl: number;
  refreshTokenTtl: number;
  /** How long the trash keeps what was deleted. */
  trashRetention: number;
  /** The largest file, in bytes. */
  maxUploadBytes: number;
  /** The largest archive that can be imported, in bytes, as it is and unpacked. */
  maxImportBytes: number;
  /** How much the files of one workspace may take up, in bytes. */
  workspaceQuota: number;
  /** After how long a call is answered that waits for something which does not answer; 20, unless said otherwise. */
  callTimeout?: number;
}
