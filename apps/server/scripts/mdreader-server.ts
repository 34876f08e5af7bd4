#!/usr/bin/env node
import { enableCompileCache } from "node:module";

import { installation } from "../src/installation.ts";
import { stopWithLauncher } from "./stop-with-launcher.ts";

/** `mdreader-server`: runs a command of the server outside of this repository. */

const commands: Record<string, { description: string; load(): Promise<unknown> }> = {
  start: { description: "Start the server (the default)", load: () => import("../src/main.ts") },
  admin: { description: "Manage the superusers of this server", load: () => import("./admin.ts") },
  repair: {
    description: "Repair documents whose logs can't be applied",
    load: () => import("./repair.ts"),
  },
  backup: { description: "Back up the database and the files", load: () => import("./backup.ts") },
  restore: {
    description: "Restore a backup into an empty database",
    load: () => import("./restore.ts"),
  },
};

const usage = `Usage: mdreader-server [command]

Commands:
${Object.entries(commands)
  .map(([name, { description }]) => `  ${name.padEnd(8)}  ${description}`)
  .join("\n")}

Settings are read from the environment and from .env in the current folder. Data is stored in .data, unless DATA_DIR or
DATABASE_URL is set.`;

const [name = "start"] = process.argv.splice(2, 1);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command !== undefined) {
  stopWithLauncher();
  enableCompileCache();
  await command.load();
} else if (name === "--version") {
  console.log(installation.version);
} else if (name === "--help") {
  console.log(usage);
} else {
  console.error(`${name} isn't a command.\n\n${usage}`);
  process.exitCode = 2;
}
