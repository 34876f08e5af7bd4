import type { RouterOutputs } from "@mdreader/client";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

export type Event = RouterOutputs["workspace"]["activity"]["items"][number];

/** Event descriptions, with `_` for the subject's name. */
const messages: Record<Event["kind"], string> = {
  "workspace.created": "created this workspace",
  "workspace.updated": "changed the workspace settings",
  "workspace.deleted": "deleted the workspace",
  "workspace.restored": "restored the workspace",
  "workspace.transferred": "transferred ownership to _",
  "member.joined": "joined",
  "member.roleChanged": "changed the role of _",
  "member.removed": "removed _",
  "member.left": "left",
  "invitation.created": "invited _",
  "invitation.revoked": "revoked the invitation for _",
  "document.created": "created _",
  "document.updated": "changed _",
  "document.moved": "moved _",
  "document.deleted": "moved _ to the trash",
  "document.restored": "restored _",
  "document.purged": "permanently deleted a document",
  "comment.created": "commented on _",
  "comment.resolved": "resolved a comment on _",
  "share.created": "created a public link to _",
  "share.revoked": "revoked a public link to _",
  "folder.created": "created the folder _",
  "folder.renamed": "renamed a folder to _",
  "folder.moved": "moved the folder _",
  "folder.reordered": "reordered the folder _",
  "folder.deleted": "moved the folder _ to the trash",
  "folder.restored": "restored the folder _",
  "file.created": "uploaded _",
  "file.moved": "moved the file _",
  "file.deleted": "moved the file _ to the trash",
  "file.restored": "restored the file _",
  "file.purged": "permanently deleted a file",
};

/** Descriptions of events whose folder or file was deleted, or is hidden from the reader. */
const messagesWithoutName: Partial<Record<Event["kind"], string>> = {
  "folder.created": "created a folder that no longer exists",
  "folder.renamed": "renamed a folder that no longer exists",
  "folder.reordered": "reordered documents or folders",
  "folder.moved": "moved a folder that no longer exists",
  "folder.deleted": "moved a folder to the trash",
  "folder.restored": "restored a folder that no longer exists",
  "file.created": "uploaded a file that no longer exists",
  "file.moved": "moved a file that no longer exists",
  "file.deleted": "moved a file to the trash",
  "file.restored": "restored a file that no longer exists",
};

/** Events whose document can be opened. */
const isOpenable = /^(document\.(created|updated|moved|restored)|comment\.|share\.)/;

export function ActivityMessage({ workspaceId, event }: { workspaceId: string; event: Event }) {
  const { kind, subjectId, subjectName, previousName } = event;
  const message = (subjectName === null ? messagesWithoutName[kind] : undefined) ?? messages[kind];
  const isRename = previousName !== null && subjectName !== null;
  const [before = "", after]: ReactNode[] = isRename
    ? [<Renamed key="from" event={event} />, ""]
    : message.split("_");
  if (after === undefined) return before;
  const name = subjectName ?? describeSubject(kind);
  return (
    <>
      {before}
      {isOpenable.test(kind) && subjectId !== null && subjectName !== null ? (
        <Link
          to="/w/$workspaceId/d/$documentId"
          params={{ workspaceId, documentId: subjectId }}
          className="font-medium text-ink underline decoration-line underline-offset-3 hover:decoration-ink"
        >
          {name}
        </Link>
      ) : (
        <span className={subjectName === null ? "" : "font-medium text-ink"}>{name}</span>
      )}
      {after}
    </>
  );
}

/** The words before the new name of a document or folder. */
function Renamed({ event: { kind, previousName } }: { event: Event }) {
  return (
    <>
      {kind === "folder.renamed" ? "renamed the folder " : "renamed "}
      <span className="font-medium text-ink">{previousName}</span>
      {" to "}
    </>
  );
}

/** A subject that was deleted or that the reader may not see. */
function describeSubject(kind: Event["kind"]): string {
  return /^(document|comment|share)/.test(kind) ? "a document" : "someone";
}
