import type { OpenedMail, OpenStoredMailInput } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { stepUp } from "../../second-factor/step-up.ts";
import { recordAudit } from "../audit/record.ts";
import { mutateInstance } from "../mutate-instance.ts";

/**
 * Returns the link of an unsent email, and records in the audit log whose it was. The caller confirms who they are, because the
 * link can give access to somebody's account.
 * @throws AppError NOT_FOUND for an email that is not stored here, or has no link; as `stepUp`.
 */
export async function openStoredMail(
  ctx: Context,
  access: Access<"system.openMail">,
  { id, ...confirmation }: OpenStoredMailInput,
): Promise<OpenedMail> {
  await stepUp(ctx, access, confirmation);
  const mail = (await ctx.operations.listUnsentMails()).find((stored) => stored.id === id);
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
