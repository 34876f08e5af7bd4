import { expect } from "vitest";

import { test as base } from "../../test/sync-test.ts";
import { openListing } from "./listing.ts";

const names = ["a", "b", "c", "d", "e"];

const test = base
  /** Opens a listing of a new workspace with five documents. */
  .extend(
    "openNew",
    ({ served, machine, client, createPair }) =>
      async (limits: Parameters<typeof openListing>[3], through = client) => {
        const files = names.map((name) => [`${name}.md`, `${name}\n`] as const);
        const { workspaceId } = await createPair(Object.fromEntries(files));
        const binding = { server: served.url, workspaceId, folderId: null };
        return { workspaceId, listing: await openListing(through, machine.home, binding, limits) };
      },
  )
  /** Opens a listing with small pages, after which all documents change. */
  .extend(
    "openChanged",
    ({ client, createClientThrough, openNew }) =>
      async (beforeRequest: (number: number) => Promise<unknown>) => {
        let requests: number | null = null;
        const through = await createClientThrough(async (...input) => {
          if (requests !== null) await beforeRequest((requests += 1));
          return fetch(...input);
        });
        const { workspaceId, listing } = await openNew({ pageSize: 2 }, through);
        await listing.refresh();
        const ids = [...listing.items.keys()].toSorted();
        for (const id of ids) await client.document.applyText.mutate({ id, baseVersion: 1, text: "changed" });
        requests = 0;
        return { workspaceId, listing, ids };
      },
  );

test("requests all documents without a hash, in several requests if needed", async ({ openNew }) => {
  const { listing } = await openNew({ maxNamed: 2 });
  await listing.refresh();
  const hashes = () => [...listing.items.values()].map(({ hash }) => hash);
  const before = hashes();
  expect(before.filter(Boolean)).toHaveLength(5);
  for (const { id, version } of listing.items.values()) listing.setVersion(id, version + 1);
  expect(hashes().filter(Boolean)).toEqual([]);
  await listing.refresh();
  expect(new Set(hashes())).toEqual(new Set(before));
});

test("keeps the items of the last complete listing when a page can't be read", async ({
  openNew,
  createClientThrough,
}) => {
  let requests = 0;
  const failsOnce: typeof fetch = (...input) => {
    requests += 1;
    return requests === 2 ? Promise.reject(new TypeError("fetch failed")) : fetch(...input);
  };
  const client = await createClientThrough(failsOnce, { retries: 0 });
  const { listing } = await openNew({ pageSize: 2 }, client);
  await expect(listing.refresh()).rejects.toThrow("fetch failed");
  expect(listing.items.size).toBe(0);
  await listing.refresh();
  expect(listing.items.size).toBe(5);
});

test("requests changes page by page", async ({ openChanged }) => {
  let requests = 0;
  const { listing } = await openChanged(async (number) => (requests = number));
  await listing.refresh();
  expect(requests).toBe(3);
  expect([...listing.items.values()].map(({ version }) => version)).toEqual([2, 2, 2, 2, 2]);
});

test("requests changes again until no event occurs between their pages", async ({ client, openChanged }) => {
  const { folder, move } = client.document;
  const changed = await openChanged(async (number) => {
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
