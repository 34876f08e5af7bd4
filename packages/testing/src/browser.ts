import { accessSync, constants } from "node:fs";
import { userInfo } from "node:os";

import { type Browser, type BrowserContext, chromium, firefox, type WebSocketRoute } from "playwright-core";

export type BrowserName = "chromium" | "firefox";

interface InstalledBrowser {
  name: string;
  /** The environment variable with the path of its program, and the usual paths. */
  variable: string;
  paths: string[];
  debianPackage: string;
  launch: (executablePath: string) => Promise<Browser>;
}

const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
  // Pages that a test serves by a route may open sockets to the server on this machine.
  "--disable-features=LocalNetworkAccessChecks",
];

const browsers: Record<BrowserName, InstalledBrowser> = {
  chromium: {
    name: "Chromium",
    variable: "CHROMIUM_PATH",
    paths: [
      "/usr/bin/chromium",
      "/usr/bin/chromium-browser",
      "/usr/bin/google-chrome",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    debianPackage: "chromium",
    launch: (executablePath) => chromium.launch({ executablePath, args: chromiumFlags }),
  },
  firefox: {
    name: "Firefox",
    variable: "FIREFOX_PATH",
    paths: ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"],
    debianPackage: "firefox-esr",
    // The channel selects WebDriver BiDi, which an unmodified Firefox speaks. Its extended support release can't emulate media features.
    launch: (executablePath) =>
      firefox.launch({
        executablePath,
        channel: "moz-firefox",
        // Firefox refuses to start for root with the home directory of somebody else.
        env: { ...process.env, HOME: userInfo().homedir },
        firefoxUserPrefs: { "ui.prefersReducedMotion": 1 },
      }),
  },
};

/** Where a browser is installed, if it is. */
export function findBrowser(name: BrowserName): string | undefined {
  const { variable, paths } = browsers[name];
  return [process.env[variable], ...paths].find((path) => path !== undefined && isExecutable(path));
}

/** Starts an installed browser. @throws Error with installation instructions if there is none. */
export async function openBrowser(browserName: BrowserName = "chromium"): Promise<Browser> {
  const { name, variable, debianPackage, launch } = browsers[browserName];
  const executablePath = findBrowser(browserName);
  if (executablePath === undefined)
    throw new Error(
      `No ${name} was found. Install it (Debian: apt-get install ${debianPackage}), or set ${variable}.`,
    );
  return launch(executablePath);
}

/** The connections of live documents, which can be cut and restored. */
export interface Network {
  /** Takes the connections of the pages of a context, from now on. */
  through(context: BrowserContext): Promise<void>;
  cut(): Promise<void>;
  mend(): void;
}

/** Chromium keeps the sockets of a page that goes offline, so this closes them. */
export function createNetwork(): Network {
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
