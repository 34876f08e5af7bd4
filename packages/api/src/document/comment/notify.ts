import type { Comment } from "@mdreader/contract";

import type { DocumentAccess } from "../../access/authorize.ts";
import { sendBestEffort } from "../../auth/email/send-mail.ts";
import type { Context } from "../../context.ts";
import { toDisplayName } from "../../workspace/person.ts";
import type { MentionedMember } from "./mentions.ts";

/**
 * Emails the members that a comment mentions, except its author and members without a second factor that the workspace
 * requires. Call it after the commit.
 */
export async function notifyMentioned(
  ctx: Context,
  { document, workspaceId, caller }: DocumentAccess<"comment.create" | "comment.update">,
  { comment, mentioned }: { comment: Comment; mentioned: readonly MentionedMember[] },
): Promise<void> {
  const recipients = mentioned.filter(
    ({ id, lacksRequiredFactor }) => id !== caller.userId && !lacksRequiredFactor,
  );
  const url = `${ctx.settings.appUrl}/w/${workspaceId}/d/${document.id}#comment-${comment.id}`;
  await Promise.all(
    recipients.map(({ email }) =>
      sendBestEffort(ctx, {
        kind: "mention",
        to: email,
        author: comment.author === null ? "Someone" : toDisplayName(comment.author),
        text: comment.body,
        documentTitle: document.title,
        url,
      }),
    ),
  );
}

/**
 * Counts a comment with mentions against the rate limit, because it sends emails.
 * @throws AppError RATE_LIMITED
 */
export async function consumeMentionLimit(ctx: Context, userId: string, body: string): Promise<void> {
  if (body.includes("@")) await ctx.limiter.consume("mention", userId);
}
