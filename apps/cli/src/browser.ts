/** Opens a page in the person's browser, if there is one. Its address is printed in any case. */
export async function openInBrowser(url: string): Promise<void> {
  // Loaded lazily to keep other commands fast.
  const { default: open } = await import("open");
  const opener = await open(url).catch(() => null);
  opener?.once("error", () => {});
}
