import { openSession, type Session } from "./driver/index.ts";

/**
 * No server responds at the address, or it rejects the connection. The message names host and port, but not the
 * password.
 */
export class DatabaseUnreachableError extends Error {
  constructor(url: string, cause: unknown) {
    super(
      `The database at ${toLocation(url)} can't be reached (${cause instanceof Error ? cause.message : String(cause)}). ` +
        "Check DATABASE_URL and that the server is running, or leave DATABASE_URL empty to use the embedded PostgreSQL.",
      { cause },
    );
    this.name = "DatabaseUnreachable";
  }
}

/** A server responds, but MDReader can't use it. */
export class DatabaseUnsupportedError extends Error {
  constructor(url: string, found: string) {
    super(
      `The database at ${toLocation(url)} is ${found}. MDReader requires PostgreSQL 15 or later with UTF8 encoding.`,
    );
    this.name = "DatabaseUnsuitable";
  }
}

const oldestVersion = 150_000;

/**
 * Checks that the server at `url`, a valid URL, is available and supported. Takes a few seconds at most.
 * @throws DatabaseUnreachableError, DatabaseUnsupportedError
 */
export async function assertServerSupported(url: string): Promise<void> {
  await using session = await mapUnreachable(url, openSession(url));
  const [server] = await mapUnreachable(url, readServerInfo(session));
  if (server.number < oldestVersion || server.encoding !== "UTF8") {
    throw new DatabaseUnsupportedError(url, `PostgreSQL ${server.version} with ${server.encoding} encoding`);
  }
}

const readServerInfo = ({ sql }: Session) => sql<[{ number: number; version: string; encoding: string }]>`
  select current_setting('server_version_num')::int as number,
    current_setting('server_version') as version, current_setting('server_encoding') as encoding`;

async function mapUnreachable<T>(url: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new DatabaseUnreachableError(url, error);
  }
}

function toLocation(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || "5432"}${pathname}`;
}
