import { policy, roles, type Scope, scopes, workspaceActions } from "@mdreader/contract";
import { createId, secondFactors, users, workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { authorize } from "../../access/authorize.ts";
import { catchReason, createClientWithToken } from "../../testing/index.ts";
import { test } from "../../testing/test.ts";
import { decideAction } from "./explain.ts";

describe("an explanation", () => {
  test("agrees with the access check for every action, role and key", () => {
    const keys: (Scope[] | null)[] = [null, [], ...scopes.map((scope) => [scope]), [...scopes]];
    const isGranted = (...call: Parameters<typeof authorize>) => {
      try {
        return authorize(...call).role !== undefined;
      } catch {
        return false;
      }
    };
    for (const action of workspaceActions) {
      for (const role of [null, ...roles]) {
        for (const carried of keys) {
          const caller = {
            userId: createId(),
            sessionId: null,
            keyId: null,
            scopes: carried,
            keyWorkspaceId: null,
            needsSecondFactor: false,
            apiKeyName: null,
          };
          const { isAllowed } = decideAction(action, {
            role,
            isSuspended: false,
            lacksRequiredFactor: false,
            scopes: carried,
          });
          expect([action, role, carried, isAllowed]).toEqual([
            action,
            role,
            carried,
            isGranted(action, { caller, role }),
          ]);
        }
      }
    }
  });

  test("covers the caller's own actions by default", async ({ commenter, workspaceId }) => {
    const { user, role, decisions } = await commenter.client.workspace.access.explain({ workspaceId });
    expect([user?.id, role]).toEqual([commenter.id, "commenter"]);
    expect(decisions.map(({ action }) => action)).toEqual(workspaceActions);
    expect(decisions.find(({ action }) => action === "document.update")).toEqual({
      action: "document.update",
      isAllowed: false,
      reasons: [
        { kind: "membership", permits: true },
        { kind: "role", permits: false, role: "commenter", required: policy["document.update"].role },
      ],
    });
    expect(decisions.find(({ action }) => action === "comment.create")?.isAllowed).toBe(true);
  });

  test("is given about others to admins only", async ({ admin, editor, viewer, workspaceId }) => {
    const ask = { workspaceId, userId: viewer.id, actions: ["document.read" as const] };
    expect(await catchReason(editor.client.workspace.access.explain(ask))).toBe("ROLE_TOO_LOW");
    expect(await viewer.client.workspace.access.explain(ask)).toMatchObject({ role: "viewer" });
    expect(await admin.client.workspace.access.explain(ask)).toMatchObject({
      user: { id: viewer.id },
      decisions: [{ action: "document.read", isAllowed: true }],
    });
  });

  test("tells admins that a member's account is suspended", async ({ app, admin, editor, workspaceId }) => {
    await app.services.database.db
      .update(users)
      .set({ deactivatedAt: app.services.clock.now().toISOString() })
      .where(eq(users.id, editor.id));
    const { decisions } = await admin.client.workspace.access.explain({
      workspaceId,
      userId: editor.id,
      actions: ["document.update"],
    });
    expect(decisions[0]).toMatchObject({ isAllowed: false });
    expect(decisions[0]?.reasons).toContainEqual({ kind: "suspension", permits: false });
  });

  test("tells admins that a member lacks the second factor that the workspace requires", async ({
    app,
    admin,
    editor,
    workspaceId,
  }) => {
    const { db } = app.services.database;
    await db.insert(secondFactors).values({ userId: admin.id, secret: "", lastUsedStep: 0 });
    await db.update(workspaces).set({ secondFactorRequired: true }).where(eq(workspaces.id, workspaceId));
    const ask = async (userId: string) => {
      const input = { workspaceId, userId, actions: ["document.update" as const] };
      return (await admin.client.workspace.access.explain(input)).decisions[0];
    };
    expect(await ask(editor.id)).toMatchObject({ isAllowed: false });
    expect((await ask(editor.id))?.reasons).toContainEqual({ kind: "secondFactor", permits: false });
    await db.insert(secondFactors).values({ userId: editor.id, secret: "", lastUsedStep: 0 });
    expect(await ask(editor.id)).toMatchObject({ isAllowed: true });
  });

  test("doesn't reveal whether a non-member has an account", async ({ admin, outsider, workspaceId }) => {
    const ask = (userId: string) =>
      admin.client.workspace.access.explain({ workspaceId, userId, actions: ["document.read"] });
    expect(await ask(outsider.id)).toEqual({
      user: null,
      role: null,
      decisions: [
        {
          action: "document.read",
          isAllowed: false,
          reasons: [{ kind: "membership", permits: false }],
        },
      ],
    });
    expect(await ask(createId())).toEqual(await ask(outsider.id));
  });

  test("names the scope that the API key in use lacks, but nothing about the keys of others", async ({
    app,
    admin,
    owner,
    workspaceId,
  }) => {
    const { secret } = await admin.client.auth.apiKey.create({ name: "agent", scopes: ["read", "manage"] });
    const key = await createClientWithToken(app, secret);
    const ask = { workspaceId, actions: ["document.update" as const, "workspace.transfer" as const] };
    const [update, transfer] = (await key.workspace.access.explain(ask)).decisions;
    const carried = { kind: "scope", permits: false, scopes: ["read", "manage"] };
    expect(update?.reasons).toContainEqual({ ...carried, required: "write" });
    expect(transfer?.reasons).toContainEqual({ ...carried, required: "session" });
    const { decisions } = await key.workspace.access.explain({ ...ask, userId: owner.id });
    expect(decisions.flatMap(({ reasons }) => reasons.map(({ kind }) => kind))).not.toContain("scope");
  });

  test("names a public link of a document to those who may see its links", async ({
    admin,
    viewer,
    outsider,
    workspaceId,
  }) => {
    const { id: documentId } = await admin.client.document.create({ workspaceId, title: "Plan" });
    await admin.client.document.share.create({ documentId });
    const ask = { workspaceId, documentId, actions: ["document.read" as const] };
    const link = { kind: "share", permits: true, expiresAt: null };
    const about = await admin.client.workspace.access.explain({ ...ask, userId: outsider.id });
    expect(about.decisions[0]).toMatchObject({ isAllowed: false });
    expect(about.decisions[0]?.reasons).toContainEqual(link);
    const own = await viewer.client.workspace.access.explain(ask);
    expect(own.decisions[0]?.reasons).not.toContainEqual(link);
    const elsewhere = { ...ask, documentId: createId() };
    expect(await catchReason(viewer.client.workspace.access.explain(elsewhere))).toBe("NOT_FOUND");
  });

  test("says when the workspace's files fill its quota", async ({ app, editor, workspaceId }) => {
    await app.services.database.db
      .update(workspaces)
      .set({ quotaBytes: 0 })
      .where(eq(workspaces.id, workspaceId));
    const { decisions } = await editor.client.workspace.access.explain({
      workspaceId,
      actions: ["file.upload"],
    });
    expect(decisions[0]?.reasons).toContainEqual({
      kind: "quota",
      permits: false,
      usedBytes: 0,
      quotaBytes: 0,
    });
  });

  test("is refused to non-members, for whom the workspace doesn't exist", async ({
    outsider,
    workspaceId,
  }) => {
    expect(await catchReason(outsider.client.workspace.access.explain({ workspaceId }))).toBe("NOT_FOUND");
  });
});
