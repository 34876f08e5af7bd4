import { createClient } from "@mdreader/client";
import { expect, test } from "vitest";

import { createSyncFixture } from "../../test/sync-pair.ts";
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
