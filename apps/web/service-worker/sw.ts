/**
 * Opens the app without a connection. The worker keeps the static files of the app's versions, and nothing from the
 * API: data that pages show offline is in `src/lib/offline-queries.ts`. Other requests go to the server as if there
 * were no worker.
 */

declare const self: ServiceWorkerGlobalScope & {
  /** The files of this version, which the build inserts. Files without a revision have a hash in their name. */
  readonly staticFiles: readonly { url: string; revision: string | null }[];
};

const files = self.staticFiles.map(({ url, revision }) => ({ path: `/${url}`, revision }));
const unhashedPaths = new Set(files.flatMap(({ path, revision }) => (revision === null ? [] : [path])));

/** The page of all client-side routes. */
const pagePath = "/index.html";
/** Client-side routes that open offline. Other paths may belong to the server. */
const offlinePages = /^\/(?:$|login$|(?:account|admin|help|w)(?:\/|$))/;

/** Each version has a cache. src/lib/service-worker.ts deletes the caches with this prefix. */
const cachePrefix = "mdreader-";
const cacheName = findCacheName();

/** Time in milliseconds after which a slow server is treated as unreachable. */
const maxResponseMs = 4_000;
const parallelDownloads = 6;

/** Headers that vary a response do not change a static file. */
const anyVariant = { ignoreVary: true };

self.addEventListener("install", (event) => {
  event.waitUntil(storeFiles().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// A page has started. The caches may have been deleted when somebody signed out before.
self.addEventListener("message", (event) => event.waitUntil(storeFiles().then(deleteUnusedVersions)));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (offlinePages.test(pathname)) event.respondWith(respondWithFetched(request, pagePath));
  } else if (pathname.startsWith("/assets/")) event.respondWith(respondWithStored(request));
  else if (pathname !== pagePath && unhashedPaths.has(pathname))
    event.respondWith(respondWithFetched(request, pathname));
});

async function findCacheName(): Promise<string> {
  const list = new TextEncoder().encode(JSON.stringify(files));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", list));
  return (
    cachePrefix + Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("")
  );
}

/** Stores the missing files of this version. */
async function storeFiles(): Promise<void> {
  const cache = await caches.open(await cacheName);
  const stored = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  const missing = files.filter(({ path }) => !stored.has(path));
  await Promise.all(
    Array.from({ length: parallelDownloads }, async () => {
      for (let file = missing.pop(); file !== undefined; file = missing.pop()) await storeFile(cache, file);
    }),
  );
}

async function storeFile(cache: Cache, { path, revision }: (typeof files)[number]): Promise<void> {
  // Under a name with a hash, an earlier version has the same file.
  const known = revision === null ? await caches.match(path, anyVariant) : undefined;
  const response = known ?? (await fetch(path, { cache: revision === null ? "default" : "no-cache" }));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  await cache.put(path, response);
}

/** Deletes the files of other versions unless another window may still need them. */
async function deleteUnusedVersions(): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.length > 1) return;
  const current = await cacheName;
  for (const name of await caches.keys())
    if (name.startsWith(cachePrefix) && name !== current) await caches.delete(name);
}

/** Responds with a file from any version. Its name contains a hash of its content. */
async function respondWithStored(request: Request): Promise<Response> {
  return (await caches.match(request, anyVariant)) ?? fetch(request);
}

/** Responds from the server, or with this version's file if the server is slow, failing or unreachable. */
async function respondWithFetched(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(await cacheName);
  const stored = await cache.match(path, anyVariant);
  const fetched = fetch(request);
  if (stored === undefined) return fetched;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(stored), maxResponseMs));
  const answer = fetched.then(
    (response) => (response.status >= 500 ? stored : response),
    () => stored,
  );
  return Promise.race([answer, late]);
}
