import { createClient } from "@mdreader/client";
import { expect, test } from "vitest";

import { createSyncFixture, type SyncFixture } from "../../test/sync-pair.ts";
import { openListing } from "./listing.ts";

test("requests all documents without a hash, in several requests if needed", async () => {
  await using world = await createSyncFixture();
  const files = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`${name}.md`, `${name}\n`]));
  const { workspaceId } = await world.pair(files);
  const binding = { server: world.url, workspaceId, folderId: null };
  const listing = await openListing(world.client, world.machine.home, binding, { maxNamed: 2 });
  await listing.refresh();
  const hashes = () => [...listing.items.values()].map(({ hash }) => hash);
  const before = hashes();
  expect(before.filter(Boolean)).toHaveLength(5);
  for (const { id, version } of listing.items.values()) listing.setVersion(id, version + 1);
  expect(hashes().filter(Boolean)).toEqual([]);
  await listing.refresh();
  expect(new Set(hashes())).toEqual(new Set(before));
});

test("keeps the items of the last complete listing when a page can't be read", async () => {
  await using world = await createSyncFixture();
  const files = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`${name}.md`, `${name}\n`]));
  const { workspaceId } = await world.pair(files);
  const binding = { server: world.url, workspaceId, folderId: null };
  let requests = 0;
  await using client = createClient({
    url: world.url,
    token: (await world.client.session.accessToken()) ?? "",
    retries: 0,
    fetch(...input) {
      requests += 1;
      return requests === 2 ? Promise.reject(new TypeError("fetch failed")) : fetch(...input);
    },
  });
  const listing = await openListing(client, world.machine.home, binding, { pageSize: 2 });
  await expect(listing.refresh()).rejects.toThrow("fetch failed");
  expect(listing.items.size).toBe(0);
  await listing.refresh();
  expect(listing.items.size).toBe(5);
});

/** A listing with small pages of a workspace with five documents, all of which change after the first listing. */
async function openChanged(world: SyncFixture, beforeRequest: (number: number) => Promise<unknown>) {
  const names = ["a", "b", "c", "d", "e"];
  const { workspaceId } = await world.pair(Object.fromEntries(names.map((name) => [`${name}.md`, name])));
  const binding = { server: world.url, workspaceId, folderId: null };
  let requests: number | null = null;
  const client = createClient({
    url: world.url,
    token: (await world.client.session.accessToken()) ?? "",
    async fetch(...input) {
      if (requests !== null) await beforeRequest((requests += 1));
      return fetch(...input);
    },
  });
  const listing = await openListing(client, world.machine.home, binding, { pageSize: 2 });
  await listing.refresh();
  const ids = [...listing.items.keys()].toSorted();
  for (const id of ids) {
    const changed = { id, baseVersion: 1, text: "changed" };
    await world.client.document.applyText.mutate(changed);
  }
  requests = 0;
  return { workspaceId, listing, ids, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

test("requests changes page by page", async () => {
  await using world = await createSyncFixture();
  let requests = 0;
  await using changed = await openChanged(world, async (number) => (requests = number));
  await changed.listing.refresh();
  expect(requests).toBe(3);
  expect([...changed.listing.items.values()].map(({ version }) => version)).toEqual([2, 2, 2, 2, 2]);
});

test("requests changes again until no event occurs between their pages", async () => {
  await using world = await createSyncFixture();
  const { folder, move } = world.client.document;
  await using changed = await openChanged(world, async (number) => {
    // The first page has no folders. The last one has a document that has moved into a new folder.
    if (number !== 2) return;
    const { workspaceId } = changed;
    const { id: folderId } = await folder.create.mutate({ workspaceId, name: "New" });
    await move.mutate({ id: changed.ids.at(-1) ?? "", folderId });
  });
  const { listing } = changed;
  await listing.refresh();
  const folders = [...listing.items.values()].flatMap(({ folderId }) => folderId ?? []);
  expect(folders.map((id) => listing.items.get(id)?.name)).toEqual(["New"]);
});
