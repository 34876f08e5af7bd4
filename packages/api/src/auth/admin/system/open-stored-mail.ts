import type { OpenedMail } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { recordAudit } from "../audit/record.ts";
import { mutateInstance } from "../mutate-instance.ts";

/**
 * Returns the link of an unsent email, and records in the audit log whose it was.
 * @throws AppError NOT_FOUND for an email that is not stored here, or has no link.
 */
export async function openStoredMail(
  ctx: Context,
  access: Access<"system.openMail">,
  { id }: { id: string },
): Promise<OpenedMail> {
  const mail = (await ctx.operations.listUnsentMails()).find((one) => one.id === id);
  if (mail === undefined || mail.url === null) throw new AppError("NOT_FOUND");
  const { to, kind, at, url } = mail;
  await mutateInstance(ctx, access, (tx) =>
    recordAudit(tx, ctx, {
      action: "mail.opened",
      actor: access.caller,
      target: { id: null, name: to },
      details: { kind },
    }),
  );
  return { to, kind, at, url };
}
