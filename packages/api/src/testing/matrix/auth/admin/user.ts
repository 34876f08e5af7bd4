import { insertEmailChange } from "../../../email-changes.ts";
import { insertDeletedUser, insertUser } from "../../../factories.ts";
import type { MatrixFixture, Rows } from "../../fixture.ts";

const createTarget = async ({ app }: MatrixFixture) => ({ id: (await insertUser(app)).id });

export const userRows: Rows = {
  "auth.admin.user.list": () => ({ limit: 5 }),
  "auth.admin.user.suspend": createTarget,
  "auth.admin.user.reactivate": createTarget,
  "auth.admin.user.verify": createTarget,
  "auth.admin.user.cancelEmailChange": async (fixture) => {
    const target = await createTarget(fixture);
    await insertEmailChange(fixture.app, target.id);
    return target;
  },
  "auth.admin.user.requirePasswordChange": createTarget,
  "auth.admin.user.resetSecondFactor": createTarget,
  "auth.admin.user.endSessions": createTarget,
  "auth.admin.user.listHoldings": createTarget,
  "auth.admin.user.handOver": async ({ app }) => {
    const { id } = await insertUser(app, { deactivatedAt: new Date().toISOString() });
    return { id };
  },
  "auth.admin.user.delete": createTarget,
  "auth.admin.user.restore": async ({ app }) => ({ id: (await insertDeletedUser(app)).id }),
  "auth.admin.user.purge": async ({ app }) => ({ id: (await insertDeletedUser(app)).id }),
  "auth.admin.user.updateSuperuser": async (fixture) => ({
    ...(await createTarget(fixture)),
    isSuperuser: true,
  }),
};
