import { Confirm } from "../../ui/Confirm.tsx";
import { useTree } from "./tree-state.ts";

const formatCount = (count: number, unit: string) =>
  `${count.toLocaleString()} ${unit}${count === 1 ? "" : "s"}`;

/** Confirms that a folder with many documents is moved to the trash. */
export function DeleteFolderDialog() {
  const { deleting, setDeleting, actions } = useTree();
  const name = deleting?.placed.node.name ?? "";
  const { documents = 0, folders = 0 } = deleting?.contents ?? {};
  const inside = folders === 0 ? "" : ` and ${formatCount(folders, "subfolder")}`;
  return (
    <Confirm
      open={deleting !== null}
      onOpenChange={() => setDeleting(null)}
      title={`Move “${name}” to the trash?`}
      action="Move to trash"
      onConfirm={() => {
        if (deleting !== null) actions.remove(deleting.placed);
        setDeleting(null);
      }}
    >
      It contains {formatCount(documents, "document")}
      {inside}. You can restore the folder with its contents from the trash.
    </Confirm>
  );
}
