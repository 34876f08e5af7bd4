import type { Role } from "@mdreader/client";

/** Role names and descriptions. */
export const roleLabels: Record<Role, { name: string; as: string; may: string }> = {
  owner: {
    name: "Owner",
    as: "an owner",
    may: "Can do everything, including deleting or transferring the workspace",
  },
  admin: { name: "Admin", as: "an admin", may: "Can also manage members, invitations and settings" },
  editor: { name: "Editor", as: "an editor", may: "Can also write, upload and delete" },
  commenter: { name: "Commenter", as: "a commenter", may: "Can also comment" },
  viewer: { name: "Viewer", as: "a viewer", may: "Can read and search" },
};
