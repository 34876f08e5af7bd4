import { isReason, isUnreachable } from "@mdreader/client";
import type { Query, QueryFunctionContext, QueryKey } from "@tanstack/react-query";
import { clear, createStore, del, entries, get, set } from "idb-keyval";

/** The procedures whose results are stored, so that pages open without a connection. */
const storedPaths: ReadonlySet<string> = new Set([
  "auth.me",
  "document.favorite.list",
  "document.get",
  "document.path",
  "document.tree",
  "document.visit.list",
  "workspace.get",
  "workspace.list",
]);

/** Results in this browser, by the hash of their query. They are removed with other personal data. */
const store = createStore("mdreader-queries", "results");

interface StoredResult {
  /** The user's ID for `auth.me`; the workspace's ID, if the result is about one. */
  subject: string | null;
  data: unknown;
}

/** Stored results that a page shows because the server could not be reached. */
const outdated = new Set<string>();

/** Incremented when the results are removed, so that calls that were made before store nothing. */
let generation = 0;

/** The interval at which a page that shows a stored result tries to reach the server, in milliseconds. */
const retryIntervalMs = 10_000;

/** Stores the results of queries, and returns them while the server is unreachable. */
export async function persistQuery(
  run: (context: QueryFunctionContext) => unknown,
  context: QueryFunctionContext,
  query: Query,
): Promise<unknown> {
  const { queryHash } = query;
  const { path, subject } = describeQuery(query.queryKey);
  if (!storedPaths.has(path)) return run(context);
  const startedIn = generation;
  try {
    const data = await run(context);
    outdated.delete(queryHash);
    void storeResult(path, queryHash, { subject, data }, startedIn).catch(() => {});
    return data;
  } catch (error) {
    if (isReason(error, "NOT_FOUND", "WORKSPACE_SECOND_FACTOR_REQUIRED"))
      void removeResults(path, queryHash, subject).catch(() => {});
    // The shown result is at least as new as the stored one.
    if (!isUnreachable(error) || query.state.data !== undefined) throw error;
    const stored = await get<StoredResult>(queryHash, store).catch(() => undefined);
    if (stored === undefined || startedIn !== generation) throw error;
    outdated.add(queryHash);
    return stored.data;
  }
}

/** The interval between retries of a query that the server has not answered. */
export const retryInterval = ({ queryHash, state }: Query): number | false =>
  outdated.has(queryHash) || (state.data === undefined && isUnreachable(state.error))
    ? retryIntervalMs
    : false;

/** Removes all stored results. */
export async function clearStoredQueries(): Promise<void> {
  generation += 1;
  outdated.clear();
  await clear(store);
}

async function storeResult(
  path: string,
  hash: string,
  { subject, data }: StoredResult,
  startedIn: number,
): Promise<void> {
  const about = path === "auth.me" ? readId(data, "id") : (readId(data, "workspaceId") ?? subject);
  if (path === "auth.me") {
    const former = await get<StoredResult>(hash, store);
    if (former !== undefined && former.subject !== about) await clear(store);
  }
  if (startedIn === generation) await set(hash, { subject: about, data } satisfies StoredResult, store);
}

/** Removes what the person can no longer read: a result, or all of a workspace. */
async function removeResults(path: string, hash: string, subject: string | null): Promise<void> {
  await del(hash, store);
  if (path !== "workspace.get") return;
  for (const [key, stored] of await entries<string, StoredResult>(store))
    if (stored.subject === subject) await del(key, store);
}

/** The procedure and the workspace of a query, from its key: the path, then the input. */
function describeQuery([names, options]: QueryKey): { path: string; subject: string | null } {
  const path = Array.isArray(names) ? names.join(".") : "";
  const input = typeof options === "object" && options !== null && "input" in options ? options.input : null;
  return { path, subject: readId(input, path === "workspace.get" ? "id" : "workspaceId") };
}

function readId(value: unknown, name: "id" | "workspaceId"): string | null {
  if (typeof value !== "object" || value === null) return null;
  const id: unknown = Reflect.get(value, name);
  return typeof id === "string" ? id : null;
}
