import type { Credential } from "./access/identity.ts";
import type { AccessMonitor } from "./access/monitor/access-monitor.ts";
import type { LinkSigner } from "./access/signed-links.ts";
import type { LiveDocuments } from "./document/collab/index.ts";
import type { DocumentCreator } from "./document/create.ts";
import type { LinkReader } from "./document/link/link-reader.ts";
import type { SearchIndex } from "./document/search/search-index.ts";
import type { Ports } from "./ports.ts";
import type { Presence } from "./presence/presence.ts";
import type { SequencePoller } from "./realtime/sequence-poller.ts";
import type { TextWorkers } from "./text/text-workers.ts";
import type { Backpressure } from "./trpc/iterable.ts";

/** Objects that live as long as the process. */
export interface Services extends Ports {
  accessMonitor: AccessMonitor;
  documentCreator: DocumentCreator;
  documents: LiveDocuments;
  linkSigner: LinkSigner;
  linkReader: LinkReader;
  searchIndex: SearchIndex;
  sequencePoller: SequencePoller;
  presence: Presence;
  textWorkers: TextWorkers;
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
  /** The client's version of the contract, if it sent one. */
  contract?: string | undefined;
  /** The idempotency keys of the request's calls, by their position. An empty one stands for none. */
  idempotencyKeys?: readonly string[] | undefined;
  refreshCookie: RefreshCookie | null;
  /** The trace that a call of a socket belongs to, if the client named one. Requests have it in their headers. */
  trace?: { traceparent: string } | undefined;
  /** Identifies the socket of the call; absent over HTTP. */
  connectionId?: string;
  /** Makes a stream wait while its socket's buffer is full; absent over HTTP. */
  applyBackpressure?: Backpressure;
  /**
   * Sends an element of a subscription past its stream, which takes a fraction of the time. The stream must be waiting
   * for something to yield, so that its reader has received everything before. Elements with many readers should be one
   * object, which is encoded once. Absent over HTTP.
   * @returns Whether the element was sent. Otherwise, the stream must yield it.
   */
  sendDirectly?: (element: unknown) => boolean;
  /** Runs a query or mutation once its socket and its caller have room for the response; absent over HTTP. */
  runCall?: <T>(path: string, call: () => Promise<T>) => Promise<T>;
}

/** The context of a call. */
export interface Context extends Services {
  credential: Credential;
  request: RequestInfo;
}
