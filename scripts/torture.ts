/** `pnpm torture`: the trials of the server, or, with `sync`, that of folders that are synchronized. */
const isSync = process.argv[2] === "sync";
void import(isSync ? "../apps/cli/scripts/torture.ts" : "../apps/server/scripts/torture.ts");
