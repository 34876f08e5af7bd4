import { createStore, useStore } from "./store.ts";

const isNewVersionAvailable = createStore(false);

/** Offers a reload, because the server has a newer version of this app. */
export const notifyNewVersion = (): void => isNewVersionAvailable.set(true);

/** Whether the server has a newer version of this app. */
export const useIsNewVersionAvailable = (): boolean => useStore(isNewVersionAvailable);

/** Offers a reload if that would start other code. */
export async function checkVersion(): Promise<void> {
  const script = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.getAttribute("src");
  const page = await fetch("/index.html", { cache: "no-cache" });
  if (page.ok && typeof script === "string" && !(await page.text()).includes(script)) notifyNewVersion();
}

/**
 * Looks for a new version whenever code can't be loaded: the server has replaced it, and without a service worker nothing
 * else keeps the files of this version.
 */
export function checkVersionOnMissingCode(): void {
  addEventListener("vite:preloadError", () => void checkVersion().catch(() => {})); // offline: the code still exists
}

const pollMs = 300;

/** Reloads the page once all edits are saved. Pages with unsaved edits object to being left. */
export async function reloadWhenSaved(): Promise<void> {
  while (!dispatchEvent(new Event("beforeunload", { cancelable: true }))) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  location.reload();
}
