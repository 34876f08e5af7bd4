import { accessSync, constants } from "node:fs";

import { type Browser, type BrowserContext, chromium, type WebSocketRoute } from "playwright-core";

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
  // Pages that a test serves by a route may open sockets to the server on this machine.
  "--disable-features=LocalNetworkAccessChecks",
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

/** The connections of live documents, which can be cut and restored. */
export interface Line {
  /** Takes the connections of the pages of a context, from now on. */
  through(context: BrowserContext): Promise<void>;
  cut(): Promise<void>;
  mend(): void;
}

/** Chromium keeps the sockets of a page that goes offline, so this closes them. */
export function createLine(): Line {
  let isCut = false;
  const sockets: WebSocketRoute[] = [];
  return {
    async through(context: BrowserContext) {
      await context.route("**/stream", (route) => (isCut ? route.abort() : route.continue()));
      await context.routeWebSocket(/\/ws/, (socket) => {
        // Closing a socket before it opens would not fire an event.
        if (isCut) return void setTimeout(() => void socket.close(), 50);
        socket.connectToServer();
        sockets.push(socket);
      });
    },
    async cut() {
      isCut = true;
      await Promise.all(sockets.map((socket) => socket.close()));
    },
    mend() {
      isCut = false;
    },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
