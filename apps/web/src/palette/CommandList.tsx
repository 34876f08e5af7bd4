import { Autocomplete } from "@base-ui/react/autocomplete";
import { Search } from "lucide-react";

import { Highlighted } from "../ui/Highlighted.tsx";
import { Shortcut } from "../ui/Shortcut.tsx";
import type { Group, Item } from "./item.ts";

interface CommandListProps {
  query: string;
  onQuery: (query: string) => void;
  /** Called when the field gets the focus. */
  onReady: () => void;
  groups: Group[];
  isSearching: boolean;
  /** Called before the selected command runs. */
  onDone: () => void;
}

/** A search field with results. */
export function CommandList({ query, onQuery, onReady, groups, isSearching, onDone }: CommandListProps) {
  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      filter={null}
      autoHighlight="always"
      keepHighlight
      itemToStringValue={(item: Item) => item.label}
      value={query}
      onValueChange={(typed, { reason }) => {
        if (reason !== "item-press") onQuery(typed);
      }}
    >
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search
          aria-hidden="true"
          className={`size-4 shrink-0 text-faint ${isSearching ? "animate-pulse" : ""}`}
        />
        <Autocomplete.Input
          aria-label="Search documents, or type a command"
          placeholder="Search documents, or type a command…"
          maxLength={500}
          onFocus={onReady}
          className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-faint"
        />
      </div>
      <Autocomplete.Empty>
        <p className="px-4 py-8 text-center text-sm text-faint empty:hidden">No results.</p>
      </Autocomplete.Empty>
      <Autocomplete.List className="min-h-0 flex-1 scroll-py-2 overflow-y-auto overscroll-contain p-1.5 empty:hidden">
        {(group: Group) => (
          <Autocomplete.Group key={group.value} items={group.items} className="not-first:mt-1">
            <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-xs font-medium text-faint">
              {group.value}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: Item) => <CommandRow key={item.id} item={item} onDone={onDone} />}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

function CommandRow({ item, onDone }: { item: Item; onDone: () => void }) {
  const { icon, label, keys, found } = item;
  const run = () => {
    onDone();
    item.run();
  };
  return (
    <Autocomplete.Item
      value={item}
      onClick={run}
      className="flex min-h-9 cursor-default items-center gap-3 rounded-md px-2.5 py-1.5 text-sm outline-none select-none data-highlighted:bg-hover pointer-coarse:min-h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint"
    >
      {icon}
      <span className="min-w-0 flex-1">
        <span className="block truncate">
          {found === undefined ? label : <Highlighted pieces={found.title} />}
        </span>
        {found?.place !== undefined && (
          <span className="line-clamp-1 text-xs text-faint">
            <Highlighted pieces={found.place} />
          </span>
        )}
      </span>
      {keys !== undefined && <Shortcut keys={keys} />}
    </Autocomplete.Item>
  );
}
