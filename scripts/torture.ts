/** `pnpm torture`: the stress tests of the server, or, with `sync`, those of synchronized folders. */
const isSync = process.argv[2] === "sync";
void import(isSync ? "../apps/cli/scripts/torture.ts" : "../apps/server/scripts/torture.ts");
