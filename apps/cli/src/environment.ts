import { homedir } from "node:os";
import { join } from "node:path";

/** What the surroundings say. All of it is read here, and nowhere else. */
export interface Environment {
  /** Where MDReader is. */
  url: string;
  /** An API key or access token that is used instead of a sign-in. */
  token: string | null;
  /** The folder that paths on the command line are relative to. */
  workingFolder: string;
  /** Where this tool keeps what it must remember. */
  configFolder: string;
}

const defaultUrl = "http://127.0.0.1:7001";

export function readEnvironment(): Environment {
  const { MDREADER_URL, MDREADER_TOKEN, npm_lifecycle_event, INIT_CWD } = process.env;
  return {
    url: MDREADER_URL || defaultUrl,
    token: MDREADER_TOKEN || null,
    // `pnpm mdreader` runs in the root of the repository, wherever it was called.
    workingFolder: (npm_lifecycle_event === "mdreader" && INIT_CWD) || process.cwd(),
    configFolder: join(findConfigHome(), "mdreader"),
  };
}

function findConfigHome(): string {
  const { XDG_CONFIG_HOME, APPDATA } = process.env;
  if (XDG_CONFIG_HOME) return XDG_CONFIG_HOME;
  if (process.platform === "win32" && APPDATA) return APPDATA;
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support");
  return join(homedir(), ".config");
}
