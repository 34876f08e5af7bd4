import type { Rows } from "../../fixture.ts";

export const auditRows: Rows = {
  "auth.admin.audit.list": () => ({ limit: 5 }),
  "auth.admin.audit.export": () => ({ limit: 5 }),
};
