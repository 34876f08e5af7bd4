#!/usr/bin/env node

// Earlier versions of Node read this file too: it imports nothing, and uses no newer syntax.

/** The `engines` of package.json. */
const minNodeMajor = 22;

if (Number.parseInt(process.versions.node, 10) >= minNodeMajor) {
  void import("./start.ts");
} else {
  process.stderr.write(
    `Error: mdreader needs Node ${minNodeMajor} or later. This is Node ${process.versions.node}.\n` +
      "Install a current version from https://nodejs.org.\n",
  );
  process.exitCode = 1;
}
