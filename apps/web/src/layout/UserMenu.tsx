import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  BookOpen,
  ChevronsUpDown,
  ClipboardPenLine,
  Keyboard,
  KeyRound,
  LogOut,
  Monitor,
  MonitorSmartphone,
  Moon,
  ServerCog,
  Sun,
  UserRound,
} from "lucide-react";

import { useSignOut } from "../auth/useSignOut.ts";
import { trpc } from "../lib/client.ts";
import { useStore } from "../lib/store.ts";
import { theme } from "../lib/theme.ts";
import { Avatar, getDisplayName } from "../ui/Avatar.tsx";
import { Menu, MenuChoice, MenuItem, MenuSeparator, MenuLink } from "../ui/Menu.tsx";
import { reportProblem } from "../ui/report-problem.ts";
import { shortcutSheet } from "./shortcut-sheet.ts";

const themeChoices = [
  { value: "system", label: "System", icon: <Monitor /> },
  { value: "light", label: "Light", icon: <Sun /> },
  { value: "dark", label: "Dark", icon: <Moon /> },
] as const;

/** The account menu of the signed-in person. */
export function UserMenu() {
  const me = useQuery(trpc.auth.me.queryOptions());
  const chosen = useStore(theme);
  const signOut = useSignOut();
  if (me.data === undefined) return <div className="h-11" />;
  return (
    <Menu
      side="top"
      trigger={
        <button
          type="button"
          className="flex h-11 w-full items-center gap-2.5 rounded-md px-2 text-left text-sm hover:bg-hover data-popup-open:bg-chosen"
        >
          <Avatar user={me.data} />
          <span className="min-w-0 flex-1 truncate font-medium">
            <span className="sr-only">Account: </span>
            {getDisplayName(me.data)}
          </span>
          <ChevronsUpDown aria-hidden="true" className="size-4 text-faint" />
        </button>
      }
    >
      <MenuLink link={<Link to="/account" />} icon={<UserRound />}>
        Profile
      </MenuLink>
      <MenuLink link={<Link to="/account/sessions" />} icon={<MonitorSmartphone />}>
        Sessions
      </MenuLink>
      <MenuLink link={<Link to="/account/api-keys" />} icon={<KeyRound />}>
        API keys
      </MenuLink>
      {me.data.isSuperuser && (
        <MenuLink link={<Link to="/admin/users" />} icon={<ServerCog />}>
          Server administration
        </MenuLink>
      )}
      <MenuSeparator />
      <MenuChoice label="Theme" value={chosen} onChange={theme.set} choices={themeChoices} />
      <MenuSeparator />
      <MenuLink link={<Link to="/help/{-$page}" params={{}} />} icon={<BookOpen />}>
        Help
      </MenuLink>
      <MenuItem icon={<ClipboardPenLine />} onSelect={() => reportProblem()}>
        Report a problem
      </MenuItem>
      <MenuItem icon={<Keyboard />} keys="?" onSelect={() => shortcutSheet.set(true)}>
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOut />} onSelect={() => signOut.mutate()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
