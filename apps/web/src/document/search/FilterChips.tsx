import { type InfiniteData, useQuery } from "@tanstack/react-query";
import { ArrowDownWideNarrow, CalendarDays, Folder } from "lucide-react";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Chip, ClearChip } from "../../ui/Chip.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { Menu, MenuChoice, MenuItem, MenuSeparator } from "../../ui/Menu.tsx";
import { PersonChip } from "../../workspace/member/PersonChip.tsx";
import { FolderChooser, type FolderPath } from "../tree/FolderChooser.tsx";
import type { Node } from "../tree/node.ts";
import { formatPeriod, type SearchFilters, toDay } from "./filters.ts";

interface FilterChipsProps {
  workspaceId: string;
  filters: SearchFilters;
  onChange: (filters: SearchFilters) => void;
  /** A document that was found, whose path names the folder. */
  hitId: string | undefined;
}

/** The filters of a search: folder, person, time of the last change, and order. */
export function FilterChips(props: FilterChipsProps) {
  const { filters, onChange } = props;
  return (
    <fieldset aria-label="Filters" className="flex flex-wrap items-center gap-2">
      <FolderFilter {...props} />
      <PersonChip
        workspaceId={props.workspaceId}
        label="Created or last edited by"
        clearLabel="Search documents by anyone"
        value={filters.author}
        onChange={(author) => onChange({ ...filters, author })}
      />
      <PeriodFilter {...props} />
      <Menu
        trigger={
          <Chip icon={<ArrowDownWideNarrow />} isSet={filters.sort !== undefined}>
            {filters.sort === "newest" ? "Newest first" : "Best match first"}
          </Chip>
        }
      >
        <MenuChoice
          label="Order"
          value={filters.sort ?? "relevance"}
          onChange={(sort) => onChange({ ...filters, sort: sort === "newest" ? sort : undefined })}
          choices={[
            { value: "relevance", label: "Best match first" },
            { value: "newest", label: "Newest first" },
          ]}
        />
      </Menu>
    </fieldset>
  );
}

function FolderFilter({ workspaceId, filters, onChange, hitId }: FilterChipsProps) {
  const [isOpen, setOpen] = useState(false);
  const [path, setPath] = useState<FolderPath>([]);
  const { folder } = filters;
  const name = useFolderName(folder, path, hitId);
  const folderId = path.at(-1)?.id;
  const choose = (chosen: string | undefined) => onChange({ ...filters, folder: chosen });
  return (
    <>
      <Chip
        icon={<Folder />}
        isSet={folder !== undefined}
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
      >
        {folder === undefined ? "Any folder" : `In ${name}`}
      </Chip>
      {folder !== undefined && <ClearChip label="Search all folders" onClick={() => choose(undefined)} />}
      <Dialog
        open={isOpen}
        onOpenChange={setOpen}
        title="Search in a folder"
        description="Subfolders are searched too."
      >
        <FolderChooser workspaceId={workspaceId} label="Folder" path={path} onChange={setPath} />
        <DialogActions>
          <Cancel />
          <Button
            kind="primary"
            onClick={() => {
              choose(folderId);
              setOpen(false);
            }}
          >
            Search here
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}

/** The name of a folder: as it was chosen, as the tree shows it, or from the path of a document in it. */
function useFolderName(id: string | undefined, path: FolderPath, hitId: string | undefined): string {
  const levels = queryClient.getQueriesData<InfiniteData<{ items: Node[] }>>(trpc.document.tree.pathFilter());
  const nodes = levels.flatMap(([, level]) => level?.pages.flatMap(({ items }) => items) ?? []);
  const known = [...path, ...nodes].find((folder) => folder.id === id);
  const isUnknown = id !== undefined && known === undefined && hitId !== undefined;
  const above = useQuery({ ...trpc.document.path.queryOptions({ id: hitId ?? "" }), enabled: isUnknown });
  return (known ?? above.data?.folders.find((folder) => folder.id === id))?.name ?? "a folder";
}

/** Days of the periods to choose from. */
const periods = [
  { days: 1, label: "Since yesterday" },
  { days: 7, label: "Past week" },
  { days: 30, label: "Past month" },
  { days: 365, label: "Past year" },
];

function PeriodFilter({ filters, onChange }: FilterChipsProps) {
  const [isOpen, setOpen] = useState(false);
  const { since, until } = filters;
  const isSet = since !== undefined || until !== undefined;
  const choose = (period: Pick<SearchFilters, "since" | "until">) =>
    onChange({ ...filters, since: period.since, until: period.until });
  const [now] = useState(() => new Date());
  const chosen = periods.find(({ days }) => until === undefined && since === toDay(now, days));
  return (
    <>
      <Menu
        trigger={
          <Chip icon={<CalendarDays />} isSet={isSet}>
            {chosen?.label ?? formatPeriod(filters)}
          </Chip>
        }
      >
        <MenuChoice
          label="Last changed"
          value={isSet ? String(chosen?.days ?? "") : "any"}
          onChange={(days) => choose(days === "any" ? {} : { since: toDay(now, Number(days)) })}
          choices={[
            { value: "any", label: "Any time" },
            ...periods.map(({ days, label }) => ({ value: String(days), label })),
          ]}
        />
        <MenuSeparator />
        <MenuItem onSelect={() => setOpen(true)}>Choose dates…</MenuItem>
      </Menu>
      {isSet && <ClearChip label="Search documents changed at any time" onClick={() => choose({})} />}
      <Dialog open={isOpen} onOpenChange={setOpen} title="Last changed">
        <Form
          onSend={(form) => {
            const [from, to] = [getFormString(form, "since"), getFormString(form, "until")];
            choose({ ...(from !== "" && { since: from }), ...(to !== "" && { until: to }) });
            setOpen(false);
          }}
        >
          <Field label="From" name="since" type="date" defaultValue={since} max="9999-12-31" />
          <Field label="To" name="until" type="date" defaultValue={until} max="9999-12-31" />
          <DialogActions>
            <Cancel />
            <Button kind="primary" type="submit">
              Search
            </Button>
          </DialogActions>
        </Form>
      </Dialog>
    </>
  );
}
