export { BackupError } from "./error.ts";
export { findMigrations, loadSnapshot, type LoadTable } from "./load-snapshot.ts";
export { fileRemovalLock, readSnapshot, type SnapshotFile, type SnapshotWriter } from "./read-snapshot.ts";
export { type SnapshotDescription, snapshotDescription } from "./snapshot.ts";
