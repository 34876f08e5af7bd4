import { expect } from "vitest";

import { bearer, catchFailure, register } from "../test/calls.ts";
import { test as base } from "../test/test.ts";

/** A workspace with a viewer and an admin. */
const test = base.extend("setUp", ({ served }) => async () => {
  const owner = await register(served);
  const { id: workspaceId } = await owner.api.workspace.create.mutate({ name: "Team" });
  const join = async (role: "viewer" | "admin") => {
    const member = await register(served);
    const { token } = await owner.api.workspace.invitation.create.mutate({ workspaceId, role });
    await member.api.workspace.invitation.accept.mutate({ token });
    return member;
  };
  return { owner, workspaceId, viewer: await join("viewer"), admin: await join("admin") };
});

test("the error of a role that is too low names it and the required one", async ({ served, setUp }) => {
  const { viewer, workspaceId } = await setUp();
  const roles = { reason: "ROLE_TOO_LOW", requiredRole: "editor", currentRole: "viewer" };
  const document = { workspaceId, title: "Plan" };
  expect(await catchFailure(viewer.api.document.create.mutate(document))).toMatchObject(roles);
  const create = (accept: string) =>
    fetch(`${served.url}/api/v1/documents`, {
      method: "POST",
      headers: { ...bearer(viewer.accessToken), accept, "content-type": "application/json" },
      body: JSON.stringify(document),
    });
  expect(await (await create("application/json")).json()).toMatchObject({ error: { data: roles } });
  expect(await (await create("application/problem+json")).json()).toMatchObject(roles);
});

test("the role that is required to change a member depends on the member's", async ({ setUp }) => {
  const { admin, owner, workspaceId } = await setUp();
  const roles = { requiredRole: "owner", currentRole: "admin" };
  const remove = admin.api.workspace.member.remove.mutate({ workspaceId, userId: owner.user.id });
  expect(await catchFailure(remove)).toMatchObject(roles);
  const email = "ben@example.test";
  const invite = admin.api.workspace.invitation.create.mutate({ workspaceId, email, role: "admin" });
  expect(await catchFailure(invite)).toMatchObject(roles);
});

test("people who are not members learn no roles", async ({ served, setUp }) => {
  const { workspaceId } = await setUp();
  const { api } = await register(served);
  const failure = await catchFailure(api.document.create.mutate({ workspaceId, title: "Plan" }));
  expect(failure).toMatchObject({ reason: "NOT_FOUND" });
  expect(failure).not.toHaveProperty("requiredRole");
});
