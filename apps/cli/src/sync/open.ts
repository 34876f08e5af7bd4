import type { Cli } from "../cli.ts";
import { Failure, fileFailure } from "../failure.ts";
import { rulesOf } from "../transfer/disk.ts";
import { folded } from "../transfer/names.ts";
import { readPathOptions } from "../transfer/paths.ts";
import { openTarget } from "../transfer/target.ts";
import { diskOf } from "./disk.ts";
import { openListing } from "./listing.ts";
import { localTree } from "./local.ts";
import { remoteTree } from "./remote.ts";
import type { Pair } from "./round.ts";
import { type Binding, newState, readState } from "./state.ts";

/** What may be said on the command line; the workspace must be said the first time. */
export interface Asked {
  workspace?: string | undefined;
  folder?: string | undefined;
  includeHidden?: boolean | undefined;
}

/**
 * Opens a folder for synchronization, and lists what it is synchronized with.
 * @throws Failure when it is not known with what, or is synchronized with something else already.
 */
export async function openPair(
  { client, url: server, configFolder }: Pick<Cli, "client" | "url" | "configFolder">,
  path: string,
  { workspace, folder, includeHidden }: Asked,
): Promise<Pair> {
  const root = await fileFailure(path, () => openTarget(path));
  const rules = await rulesOf(root.path);
  const before = await readState(root.path);
  const asked = workspace === undefined ? null : { server, workspaceId: workspace, folderId: folder ?? null };
  const state = before ?? (asked && newState(root.path, asked));
  if (state === null) {
    throw new Failure("USAGE", `${path} has not been synchronized before.`, {
      hint: "Name the workspace: --workspace <id>. `mdreader workspace list` shows yours.",
    });
  }
  refuseOther(path, state.binding, { ...state.binding, server, ...asked });
  const listing = await openListing(client, configFolder, state.binding);
  const remote = remoteTree(client, listing, state.binding, rules);
  await remote.refresh();
  const paths = await readPathOptions(root.path, { includeHidden });
  return {
    client,
    state,
    listing,
    remote,
    paths,
    disk: diskOf(root),
    local: localTree(root.path, paths, state.mounts),
    keyOf: (one) => folded(one, rules),
  };
}

/**
 * A folder of the workspace that is in the trash has taken all that is in it along, which is not to go from the disk unasked.
 * @throws Failure
 */
export function refuseGone({ remote, state }: Pair): void {
  if (!remote.isGone()) return;
  throw new Failure("FILE", `The folder ${state.binding.folderId} of the workspace is not there any more.`, {
    hint: "It may be in the trash: restore it. If its files are to be deleted here too, say --force.",
  });
}

function refuseOther(path: string, bound: Binding, asked: Binding): void {
  const same =
    bound.server === asked.server &&
    bound.workspaceId === asked.workspaceId &&
    bound.folderId === asked.folderId;
  if (same) return;
  const where = `workspace ${bound.workspaceId}${bound.folderId === null ? "" : `, folder ${bound.folderId},`}`;
  throw new Failure("USAGE", `${path} is synchronized with ${where} at ${bound.server}.`, {
    hint: "To synchronize it with another one, remove .mdreader.json from it first.",
  });
}
