import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { UserRound } from "lucide-react";

import { trpc } from "../../lib/client.ts";
import { getDisplayName } from "../../ui/Avatar.tsx";
import { Chip, ClearChip } from "../../ui/Chip.tsx";
import { Menu, MenuChoice, MenuItem } from "../../ui/Menu.tsx";

interface PersonChipProps {
  workspaceId: string;
  /** The title of the choices, which says what the person did. */
  label: string;
  /** The accessible name of the button that removes the choice. */
  clearLabel: string;
  /** The chosen member; undefined for anyone. */
  value: string | undefined;
  onChange: (userId: string | undefined) => void;
}

/** A filter by a member of a workspace. */
export function PersonChip({ workspaceId, label, clearLabel, value, onChange }: PersonChipProps) {
  const list = useInfiniteQuery(
    trpc.workspace.member.list.infiniteQueryOptions({ workspaceId, limit: 100 }, pagedQuery),
  );
  const members = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const found = members.find(({ user }) => user.id === value);
  const name = found === undefined ? "a person" : getDisplayName(found.user);
  return (
    <>
      <Menu
        trigger={
          <Chip icon={<UserRound />} isSet={value !== undefined}>
            {value === undefined ? "Anyone" : `By ${name}`}
          </Chip>
        }
      >
        <MenuChoice
          label={label}
          value={value ?? ""}
          onChange={(chosen) => onChange(chosen === "" ? undefined : chosen)}
          choices={[
            { value: "", label: "Anyone" },
            ...members.map(({ user }) => ({ value: user.id, label: getDisplayName(user) })),
          ]}
        />
        {list.hasNextPage && (
          <MenuItem closeOnClick={false} onSelect={() => void list.fetchNextPage()}>
            Show more
          </MenuItem>
        )}
      </Menu>
      {value !== undefined && <ClearChip label={clearLabel} onClick={() => onChange(undefined)} />}
    </>
  );
}
