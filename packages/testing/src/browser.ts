import { accessSync, constants } from "node:fs";

import { type Browser, chromium } from "playwright-core";

const places = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
];

/** Starts an installed Chromium. @throws Error with installation instructions if there is none. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = places.find((path) => path !== undefined && isExecutable(path));
  if (executablePath === undefined) {
    throw new Error(
      "No Chromium was found. Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.",
    );
  }
  return chromium.launch({ executablePath, args: flags });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
