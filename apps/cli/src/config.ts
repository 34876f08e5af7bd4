import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import type { Cli } from "./cli.ts";
import { Failure } from "./failure.ts";
import { describeFileError, errorCode, replaceFile } from "./files.ts";

const chosenWorkspace = z.object({ id: z.string(), name: z.string() });
export type ChosenWorkspace = z.infer<typeof chosenWorkspace>;

/** The settings of the command line. Default workspaces are stored by server. */
const configSchema = z.object({ workspaces: z.record(z.string(), chosenWorkspace).default({}) });

type ConfigLocation = Pick<Cli, "configFolder" | "url">;

const toPath = ({ configFolder }: ConfigLocation) => join(configFolder, "config.json");

/** The default workspace of the server; null if none was chosen. */
export async function readDefaultWorkspace(location: ConfigLocation): Promise<ChosenWorkspace | null> {
  return (await readConfig(toPath(location))).workspaces[location.url] ?? null;
}

/** Stores the default workspace of the server; null removes it. */
export async function writeDefaultWorkspace(
  location: ConfigLocation,
  chosen: ChosenWorkspace | null,
): Promise<void> {
  const path = toPath(location);
  const { workspaces } = await readConfig(path);
  const { [location.url]: _, ...others } = workspaces;
  const config: z.infer<typeof configSchema> = {
    workspaces: chosen === null ? others : { ...others, [location.url]: chosen },
  };
  try {
    await mkdir(location.configFolder, { recursive: true, mode: 0o700 });
    await replaceFile(path, `${JSON.stringify(config, null, 2)}\n`, 0o600);
  } catch (cause) {
    throw new Failure("FILE", `${path} ${describeFileError(cause)}.`, { cause });
  }
}

async function readConfig(path: string): Promise<z.infer<typeof configSchema>> {
  try {
    return configSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return { workspaces: {} };
    if (errorCode(cause) !== null)
      throw new Failure("FILE", `${path} ${describeFileError(cause)}.`, { cause });
    throw new Failure("FILE", `${path} is damaged.`, {
      hint: "Delete the file, and choose a workspace with: mdreader use NAME",
      cause,
    });
  }
}
