export { BackupError } from "./error.ts";
export { findMigrations, loadDump, type LoadTable } from "./load-dump.ts";
export { dumpDatabase, type DumpFile, type DumpWriter } from "./dump-database.ts";
export { type DumpDescription, dumpDescription } from "./dump.ts";
