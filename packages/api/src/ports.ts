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

/** Hashes passwords without blocking the event loop, a bounded number at a time. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Compares; with `null` for the hash it takes the same time and answers false. */
  verify(hash: string | null, password: string): Promise<boolean>;
}

/** The kinds of attempts that are counted, with limits of their own. */
export type LimitedAction =
  | "login.account"
  | "login.address"
  | "register"
  | "mail"
  | "invitation"
  | "password"
  | "search"
  | "mention"
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
  readonly shared: boolean;
  publish(channel: string, message: BusMessage): void;
  /** Listens until the returned function is called. An empty message says that some may have been lost. */
  subscribe(channel: string, listener: (message: BusMessage) => void): () => void;
}
export type BusMessage = Readonly<Record<string, string | number | boolean | null | Uint8Array>>;

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
  /** After how long a call is answered that waits for something which does not answer; 20, unless said otherwise. */
  callTimeout?: number;
}
