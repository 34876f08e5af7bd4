import { checkVersion } from "./new-version.ts";

/** The prefix of the caches of `service-worker/sw.ts`. */
const cachePrefix = "mdreader-";

/** The interval at which an open page looks for a new version, in milliseconds. */
const updateIntervalMs = 3_600_000;

const hasServiceWorkers = () => "serviceWorker" in navigator && "caches" in globalThis;

/** Installs the worker that opens the app offline, and reports new versions of the app. */
export async function installServiceWorker(): Promise<void> {
  if (!import.meta.env.PROD || !hasServiceWorkers()) return;
  const workers = navigator.serviceWorker;
  // A new version's worker takes over as soon as it has stored its files.
  workers.addEventListener("controllerchange", () => void checkVersion().catch(() => {}));
  const registration = await workers.register("/sw.js", { updateViaCache: "none" });
  const update = () => void registration.update().catch(() => {}); // offline: the next attempt will do
  setInterval(update, updateIntervalMs);
  addEventListener("online", update);
  const { active } = await workers.ready;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Workers have no origin.
  active?.postMessage("started");
}

/** Removes the worker and the files it stored. Open pages get what else they need from the server. */
export async function removeServiceWorker(): Promise<void> {
  if (!hasServiceWorkers()) return;
  for (const registration of await navigator.serviceWorker.getRegistrations())
    await registration.unregister();
  for (const name of await caches.keys()) if (name.startsWith(cachePrefix)) await caches.delete(name);
}
