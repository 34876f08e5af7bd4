import { workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { expect } from "vitest";

import { createProvider, createVerifiedIdentity } from "../../testing/identities.ts";
import { insertMember, createClientWithToken, insertUser, insertWorkspace } from "../../testing/index.ts";
import { test } from "../../testing/test.ts";
import { signInWithIdentity } from "./sign-in.ts";

test("the list of identities shows the groups that the provider reported, and the roles that they granted", async ({
  app,
}) => {
  const owner = await insertUser(app);
  const [granted, byHand, trashed] = [
    await insertWorkspace(app, { owner }),
    await insertWorkspace(app, { owner }),
    await insertWorkspace(app, { owner }),
  ];
  const provider = createProvider(app, {
    groupRoles: [
      { group: "writers", workspaceId: granted.id, role: "editor" },
      { group: "writers", workspaceId: trashed.id, role: "viewer" },
    ],
  });
  const identity = createVerifiedIdentity(provider, { groups: ["staff", "writers"] });
  const signIn = (groups: string[]) =>
    signInWithIdentity(app.context({ kind: "none" }), { ...identity, groups }, null);
  const { user } = await signIn(["staff", "writers"]);
  const { accessToken } = await signIn(["staff", "writers"]);
  const client = await createClientWithToken(app, accessToken);
  await insertMember(app, byHand.id, user, "admin");
  await owner.client.workspace.delete({ id: trashed.id });
  const [{ name } = { name: "" }] = await app.services.database.db
    .select({ name: workspaces.name })
    .from(workspaces)
    .where(eq(workspaces.id, granted.id));
  expect((await client.auth.identity.list()).items).toMatchObject([
    {
      groups: ["staff", "writers"],
      grantedRoles: [{ workspaceId: granted.id, workspaceName: name, role: "editor" }],
    },
  ]);
  await signIn([]);
  expect((await client.auth.identity.list()).items).toMatchObject([{ groups: [], grantedRoles: [] }]);
});
