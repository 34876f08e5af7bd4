import type { Role } from "@mdreader/client";

/** What the roles are called, and what they let one do. */
export const roleWords: Record<Role, { name: string; as: string; may: string }> = {
  owner: { name: "Owner", as: "an owner", may: "Everything, and deletes or hands over the workspace" },
  admin: { name: "Admin", as: "an admin", may: "Also manages members, invitations and settings" },
  editor: { name: "Editor", as: "an editor", may: "Also writes, comments and uploads" },
  viewer: { name: "Viewer", as: "a viewer", may: "Reads and searches" },
};
