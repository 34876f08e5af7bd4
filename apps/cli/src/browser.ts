import { parseWebAddress } from "./web-address.ts";

/**
 * Opens a page in the person's browser, if there is one. Its address is printed in any case. The system would also start
 * programs and other applications, so addresses that don't belong to the web are left alone.
 */
export async function openInBrowser(address: string): Promise<void> {
  const url = parseWebAddress(address);
  if (url === null) return;
  // Loaded lazily to keep other commands fast.
  const { default: open } = await import("open");
  const opener = await open(url.href).catch(() => null);
  opener?.once("error", () => {});
}
