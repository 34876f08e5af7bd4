import type { Routes } from "../../../route.ts";

export const systemRoutes = {
  "auth.admin.system.get": { addresses: ["GET /auth/admin/system"] },
  "auth.admin.system.listFailedJobs": { addresses: ["GET /auth/admin/system/failed-jobs"] },
  "auth.admin.system.retryJob": { addresses: ["POST /auth/admin/system/failed-jobs/{id}/retry"] },
  "auth.admin.system.sendTestMail": { addresses: ["POST /auth/admin/system/test-mail"] },
  "auth.admin.system.listStoredMails": { addresses: ["GET /auth/admin/system/stored-mails"] },
  "auth.admin.system.openStoredMail": { addresses: ["POST /auth/admin/system/stored-mails/{id}/open"] },
} satisfies Partial<Routes>;
