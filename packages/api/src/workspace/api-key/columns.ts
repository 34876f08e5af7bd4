import { keyColumns } from "../../auth/api-key/columns.ts";

const { workspaceId: _workspaceId, ...columns } = keyColumns;

/** The columns of a `WorkspaceApiKey` in its own table. They never include the hash of the secret. */
export const workspaceKeyColumns = columns;
