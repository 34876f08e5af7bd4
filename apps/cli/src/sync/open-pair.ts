import type { Cli } from "../cli.ts";
import { Failure, withFileFailure } from "../failure.ts";
import { detectNameRules } from "../transfer/name-rules.ts";
import { foldCase } from "../transfer/names.ts";
import { readPathOptions } from "../transfer/paths.ts";
import { openTarget } from "../transfer/write-tree.ts";
import { createFileHashes } from "./file-hashes.ts";
import { openListing } from "./listing.ts";
import { createLocalFileSystem } from "./local-file-system.ts";
import { createLocalTree } from "./local-tree.ts";
import { createRemoteTree } from "./remote-tree.ts";
import { type SyncTarget, createNewState, readState } from "./state.ts";
import type { SyncPair } from "./sync-pass.ts";

/** Options from the command line; the workspace is required for the first sync. */
export interface SyncOptions {
  workspace?: string | undefined;
  folder?: string | undefined;
  includeHidden?: boolean | undefined;
}

/**
 * Opens a folder for sync, and lists its workspace.
 * @throws Failure if the workspace is unknown, or the folder is synced with another one.
 */
export async function openPair(
  { client, url: server, configFolder }: Pick<Cli, "client" | "url" | "configFolder">,
  path: string,
  { workspace, folder, includeHidden }: SyncOptions,
): Promise<SyncPair> {
  const root = await withFileFailure(path, () => openTarget(path));
  const rules = await detectNameRules(root.path);
  const before = await readState(root.path);
  const options =
    workspace === undefined ? null : { server, workspaceId: workspace, folderId: folder ?? null };
  const state = before ?? (options && createNewState(root.path, options));
  if (state === null) {
    throw new Failure("USAGE", `${path} isn't linked to a workspace yet.`, {
      hint: "Pass --workspace with its name. List your workspaces with: mdreader workspace list",
    });
  }
  assertSameTarget(path, state.target, { ...state.target, server, ...options });
  const listing = await openListing(client, configFolder, state.target);
  const remote = createRemoteTree(client, listing, state.target, rules);
  await remote.refresh();
  const paths = await readPathOptions(root.path, { includeHidden });
  const hashes = createFileHashes();
  return {
    client,
    state,
    listing,
    remote,
    paths,
    disk: createLocalFileSystem(root, hashes),
    local: createLocalTree(root.path, { paths, mounts: state.mounts, hashes }),
    keyOf: (one) => foldCase(one, rules),
  };
}

/**
 * Asserts that the workspace folder exists. If it is in the trash with its contents, the local files must not be deleted
 * without a confirmation.
 * @throws Failure
 */
export function assertFolderExists({ remote, state }: SyncPair): void {
  if (!remote.isGone()) return;
  throw new Failure("FILE", `The workspace folder ${state.target.folderId} no longer exists.`, {
    hint: "If it is in the trash, restore it. To delete the local files too, use --force.",
  });
}

function assertSameTarget(path: string, bound: SyncTarget, options: SyncTarget): void {
  const same =
    bound.server === options.server &&
    bound.workspaceId === options.workspaceId &&
    bound.folderId === options.folderId;
  if (same) return;
  const where = `workspace ${bound.workspaceId}${bound.folderId === null ? "" : `, folder ${bound.folderId},`}`;
  throw new Failure("USAGE", `${path} is already synced with ${where} at ${bound.server}.`, {
    hint: "To sync it with another workspace, delete its .mdreader.json first.",
  });
}
