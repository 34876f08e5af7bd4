import type { VerifiedBackup } from "./verify.ts";

/** Describes the contents of a backup to an operator, in lines. */
export function describeBackup({ header, manifest }: VerifiedBackup): string[] {
  const { files, skippedFiles, tables } = manifest;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    `  made ${header.createdAt} by MDReader ${header.version}, with PostgreSQL ${header.postgresVersion}`,
    `  ${tables.length} tables with ${rows} rows, ${files.count} files with ${files.bytes} bytes`,
    ...skippedFiles.map(
      ({ workspaceId, hash }) => `  left out because it is damaged: ${workspaceId} ${hash}`,
    ),
  ];
}
