import { homedir } from "node:os";
import { join } from "node:path";

import { getTerminal } from "./terminal.ts";

/** Settings from the environment. Nothing else reads environment variables. */
export interface Environment {
  /** The server address. */
  url: string;
  /** An API key or access token to use instead of a session. */
  token: string | null;
  /** The name or ID of the workspace that commands work in unless they name one. */
  workspace: string | null;
  /** The folder that paths on the command line are relative to. */
  workingFolder: string;
  /** The folder for stored sessions and caches. */
  configFolder: string;
  /** Whether this machine can open a browser window for the person at the terminal. */
  hasDisplay: boolean;
}

const defaultUrl = "http://127.0.0.1:7001";

export function readEnvironment(): Environment {
  const { env, workingFolder } = getTerminal();
  const { MDREADER_URL, MDREADER_TOKEN, MDREADER_WORKSPACE, npm_lifecycle_event, INIT_CWD } = env;
  return {
    url: MDREADER_URL || defaultUrl,
    token: MDREADER_TOKEN || null,
    workspace: MDREADER_WORKSPACE || null,
    // `pnpm mdreader` always runs in the root of the repository; INIT_CWD is the caller's folder.
    workingFolder: (npm_lifecycle_event === "mdreader" && INIT_CWD) || workingFolder,
    configFolder: join(findConfigHome(), "mdreader"),
    hasDisplay: hasDisplay(),
  };
}

/** On Linux, a text browser would take over the terminal without a display. */
function hasDisplay(): boolean {
  const { SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = getTerminal().env;
  if (SSH_CONNECTION) return false;
  return process.platform !== "linux" || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

function findConfigHome(): string {
  const { XDG_CONFIG_HOME, APPDATA } = getTerminal().env;
  if (XDG_CONFIG_HOME) return XDG_CONFIG_HOME;
  if (process.platform === "win32" && APPDATA) return APPDATA;
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support");
  return join(homedir(), ".config");
}
