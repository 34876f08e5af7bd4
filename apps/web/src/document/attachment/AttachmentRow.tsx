import type { RouterOutputs } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";
import { CornerDownLeft, Download, Ellipsis, FileText, Link2, Pencil, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { client, queryClient, trpc } from "../../lib/client.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu.tsx";
import { Time } from "../../ui/Time.tsx";
import { showErrorToast, showToast } from "../../ui/toast.ts";
import { formatSize } from "./format-size.ts";
import { createFileLink } from "./markdown-link.ts";

interface AttachmentRowProps {
  file: RouterOutputs["file"]["list"]["items"][number];
  /** Whether the text of its document contains its path. */
  isLinked?: boolean;
  mayChange: boolean;
  onInsert?: ((markdown: string) => void) | undefined;
  /** Called after a rename, to update the text. Without it, the file can't be renamed. */
  onMoved?: (from: string, to: string) => void;
}

/** Signed URLs are fetched again after this time in milliseconds. They are valid for a few minutes. */
const linkLifetimeMs = 60_000;

const invalidateFiles = () => queryClient.invalidateQueries(trpc.file.pathFilter());

/** Runs a change of a file, and reads the list again. */
const change = (work: () => Promise<unknown>) => void work().catch(showErrorToast).then(invalidateFiles);

/** A file: image, name, size and actions. */
export function AttachmentRow({ file, isLinked, mayChange, onInsert, onMoved }: AttachmentRowProps) {
  const { id, name, path, mediaType, size, createdAt } = file;
  const [renaming, setRenaming] = useState(false);
  const isImage = mediaType.startsWith("image/");
  const urls = useQuery(trpc.file.downloadUrl.queryOptions({ id }, { staleTime: linkLifetimeMs }));
  const markdown = createFileLink({ path, name, isImage });
  const download = () => {
    const url = urls.data?.url;
    if (url !== undefined) location.assign(client.fileUrl(`${url}&download=1`));
  };
  const copy = () =>
    navigator.clipboard.writeText(markdown).then(() => showToast("Copied as Markdown"), showErrorToast);
  const rename = (next: string) => {
    setRenaming(false);
    if (next === "" || next === name) return;
    const folders = path.split("/").slice(0, -1);
    change(async () => {
      const moved = await client.file.move.mutate({ id, path: [...folders, next].join("/") });
      onMoved?.(path, moved.path);
    });
  };
  const remove = () =>
    change(async () => {
      await client.file.delete.mutate({ id });
      showToast(`“${name}” was moved to the trash.`, {
        label: "Undo",
        run: () => change(() => client.file.restore.mutate({ id })),
      });
    });
  const thumbnail = urls.data?.thumbnailUrl ?? null;
  return (
    <li className="flex items-center gap-2.5 rounded-md p-1.5 hover:bg-hover">
      <a
        href={urls.data === undefined ? undefined : client.fileUrl(urls.data.url)}
        target="_blank"
        rel="noreferrer"
        aria-label={`Open ${name}`}
        className="grid size-11 shrink-0 place-content-center overflow-hidden rounded border border-line bg-panel text-faint"
      >
        {thumbnail === null ? (
          <FileText aria-hidden="true" className="size-5" />
        ) : (
          <img src={client.fileUrl(thumbnail)} alt="" className="size-11 object-cover" />
        )}
      </a>
      <div className="min-w-0 flex-1 text-sm">
        {renaming ? (
          <NameField name={name} onDone={rename} />
        ) : (
          <span className="block truncate font-medium" title={path}>
            {name}
          </span>
        )}
        <span className="block truncate text-xs text-faint">
          {formatSize(size)} · <Time at={createdAt} />
          {isLinked === false && " · not used in the document"}
        </span>
      </div>
      <Menu
        align="end"
        trigger={
          <IconButton label={`Actions for ${name}`}>
            <Ellipsis />
          </IconButton>
        }
      >
        {onInsert !== undefined && (
          <MenuItem icon={<CornerDownLeft />} onSelect={() => onInsert(markdown)}>
            Insert into document
          </MenuItem>
        )}
        <MenuItem icon={<Link2 />} onSelect={() => void copy()}>
          Copy as Markdown
        </MenuItem>
        <MenuItem icon={<Download />} onSelect={download}>
          Download
        </MenuItem>
        {mayChange && (
          <>
            {onMoved !== undefined && (
              <MenuItem icon={<Pencil />} onSelect={() => setRenaming(true)}>
                Rename
              </MenuItem>
            )}
            <MenuSeparator />
            <MenuItem icon={<Trash2 />} danger onSelect={remove}>
              Move to trash
            </MenuItem>
          </>
        )}
      </Menu>
    </li>
  );
}

/** Renames a file in place. Enter and blur save; Escape cancels. */
function NameField({ name, onDone }: { name: string; onDone: (name: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // A closing menu restores the focus first.
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  // The field loses the focus when it goes, which must not save again.
  const hasLeft = useRef(false);
  const leave = (next: string) => {
    if (hasLeft.current) return;
    hasLeft.current = true;
    onDone(next.trim());
  };
  return (
    <input
      ref={field}
      aria-label={`New name for ${name}`}
      defaultValue={name}
      maxLength={255}
      onBlur={({ target }) => leave(target.value)}
      onKeyDown={({ key, currentTarget }) => {
        if (key === "Enter") leave(currentTarget.value);
        else if (key === "Escape") leave(name);
      }}
      className="w-full rounded border border-accent bg-paper px-1.5"
    />
  );
}
