import { failedJobId } from "../../../services.ts";
import type { Rows } from "../../fixture.ts";

export const systemRows: Rows = {
  "auth.admin.system.get": () => undefined,
  "auth.admin.system.listFailedJobs": () => ({ limit: 5 }),
  "auth.admin.system.retryJob": () => ({ id: failedJobId }),
  "auth.admin.system.sendTestMail": () => undefined,
  "auth.admin.system.listStoredMails": () => ({ limit: 5 }),
  "auth.admin.system.openStoredMail": () => ({ id: "mail" }),
};
