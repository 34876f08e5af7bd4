#!/usr/bin/env node

// Earlier versions of Node read this file too: it imports nothing, and uses no newer syntax.

/** The `engines` of package.json. */
const oldestNode = 22;

if (Number.parseInt(process.versions.node, 10) >= oldestNode) {
  void import("./start.ts");
} else {
  process.stderr.write(
    `Error: mdreader needs Node ${oldestNode} or later. This is Node ${process.versions.node}.\n` +
      "Install a current version from https://nodejs.org.\n",
  );
  process.exitCode = 1;
}
