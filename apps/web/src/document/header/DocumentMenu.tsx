import { can, type Role } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  ClipboardCopy,
  ClipboardType,
  Copy,
  Download,
  Ellipsis,
  FileCode,
  Link2,
  Printer,
  Trash2,
  UserPen,
} from "lucide-react";

import { client, trpc } from "../../lib/client.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Menu, MenuItem, MenuSeparator, MenuToggle } from "../../ui/Menu.tsx";
import { showToast, showErrorToast } from "../../ui/toast.ts";
import { copyAsMarkdown } from "../copy.ts";
import { printPage } from "../markdown/print.ts";
import { downloadHtml } from "../transfer/download.ts";
import { useBlameGutterVisible, type View } from "../view.ts";

interface DocumentMenuProps {
  live: LiveDocument;
  title: string;
  workspaceId: string;
  role: Role;
  view: View;
  onCopyRichText: () => void;
}

/** The menu of document actions. */
export function DocumentMenu({ live, title, workspaceId, role, view, onCopyRichText }: DocumentMenuProps) {
  const [showsWriters, showWriters] = useBlameGutterVisible();
  const navigate = useNavigate();
  const duplicate = useMutation(
    trpc.document.duplicate.mutationOptions({
      onError: showErrorToast,
      onSuccess: ({ id }) =>
        navigate({ to: "/w/$workspaceId/d/$documentId", params: { workspaceId, documentId: id } }),
    }),
  );
  const remove = useMutation(
    trpc.document.delete.mutationOptions({
      onError: showErrorToast,
      async onSuccess() {
        await navigate({ to: "/w/$workspaceId", params: { workspaceId } });
        showToast(`“${title}” was moved to the trash.`, {
          label: "Undo",
          run: () => void client.document.restore.mutate({ id: live.id }).catch(showErrorToast),
        });
      },
    }),
  );
  const copyLink = () =>
    navigator.clipboard.writeText(location.href).then(() => showToast("Link copied"), showErrorToast);
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="Document actions">
          <Ellipsis />
        </IconButton>
      }
    >
      <MenuItem icon={<Link2 />} onSelect={() => void copyLink()}>
        Copy link
      </MenuItem>
      <MenuItem icon={<ClipboardType />} onSelect={() => onCopyRichText()}>
        Copy as rich text
      </MenuItem>
      <MenuItem icon={<ClipboardCopy />} onSelect={() => void copyAsMarkdown(live.ytext.toJSON())}>
        Copy as Markdown
      </MenuItem>
      {view !== "reading" && (
        <MenuToggle icon={<UserPen />} checked={showsWriters} onChange={showWriters}>
          Show authors
        </MenuToggle>
      )}
      <MenuItem icon={<Download />} onSelect={() => download(`${title}.md`, live.ytext.toJSON())}>
        Download as Markdown
      </MenuItem>
      <MenuItem icon={<FileCode />} onSelect={() => void downloadHtml(live)}>
        Download as HTML
      </MenuItem>
      <MenuItem icon={<Printer />} onSelect={() => void printPage()}>
        Print
      </MenuItem>
      {can(role, "document.duplicate") && (
        <MenuItem icon={<Copy />} onSelect={() => duplicate.mutate({ id: live.id })}>
          Duplicate
        </MenuItem>
      )}
      {can(role, "document.delete") && (
        <>
          <MenuSeparator />
          <MenuItem icon={<Trash2 />} danger onSelect={() => remove.mutate({ id: live.id })}>
            Move to trash
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

/** Downloads a text as a file, byte for byte. */
function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replaceAll(/[/\\:*?"<>|]/g, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
