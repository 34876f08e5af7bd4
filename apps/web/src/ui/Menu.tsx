import { ContextMenu as BaseContext } from "@base-ui/react/context-menu";
import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ComponentProps, ReactElement, ReactNode } from "react";

import { Shortcut } from "./Shortcut.tsx";

const popup =
  "floats z-50 min-w-48 max-w-80 max-h-(--available-height) overflow-y-auto rounded-lg bg-raised p-1 text-sm shadow-raised outline-none";
const row =
  "flex min-h-8 cursor-default items-center gap-2.5 rounded-md px-2 py-1 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-hover pointer-coarse:min-h-10 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-faint";

interface MenuProps {
  /** The button that opens the menu. */
  trigger: ReactElement;
  children: ReactNode;
  side?: ComponentProps<typeof Base.Positioner>["side"];
  align?: ComponentProps<typeof Base.Positioner>["align"];
}

/** An action menu. */
export function Menu({ trigger, children, side = "bottom", align = "start" }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal render={<section aria-label="Menu" />}>
        <Base.Positioner side={side} align={align} sideOffset={4} className="z-50">
          <Base.Popup className={popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface ContextMenuProps {
  /** The target element. A right-click, long press or the menu key opens the menu. */
  children: ReactElement;
  menu: ReactNode;
}

/** A context menu. It uses the same items as `Menu`. */
export function ContextMenu({ children, menu }: ContextMenuProps) {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal render={<section aria-label="Menu" />}>
        <BaseContext.Positioner className="z-50">
          <BaseContext.Popup className={popup}>{menu}</BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}

interface MenuItemProps {
  icon?: ReactNode;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  closeOnClick?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({
  icon,
  keys,
  danger = false,
  disabled = false,
  closeOnClick = true,
  onSelect,
  children,
}: MenuItemProps) {
  return (
    <Base.Item
      className={`${row} ${danger ? "text-danger [&>svg]:text-danger" : ""}`}
      disabled={disabled}
      closeOnClick={closeOnClick}
      // The menu itself focuses the item first, so that the action can move the focus elsewhere.
      onClick={() => queueMicrotask(onSelect)}
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys !== undefined && <Shortcut keys={keys} />}
    </Base.Item>
  );
}

/** A menu item that links to a page. */
export function MenuLink({
  icon,
  link,
  children,
}: {
  icon?: ReactNode;
  link: ReactElement;
  children: ReactNode;
}) {
  return (
    <Base.LinkItem className={row} render={link} closeOnClick>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
    </Base.LinkItem>
  );
}

interface MenuToggleProps {
  icon?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}

/** A toggle item. */
export function MenuToggle({ icon, checked, onChange, children }: MenuToggleProps) {
  return (
    <Base.CheckboxItem
      className={row}
      checked={checked}
      onCheckedChange={(next: boolean) => onChange(next)}
      closeOnClick
    >
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      <Base.CheckboxItemIndicator>
        <Check className="size-4 text-accent" />
      </Base.CheckboxItemIndicator>
    </Base.CheckboxItem>
  );
}

interface MenuChoiceProps<Value extends string> {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly { value: Value; label: string; icon?: ReactNode }[];
}

/** A group of radio items. */
export function MenuChoice<Value extends string>({
  label,
  value,
  onChange,
  choices,
}: MenuChoiceProps<Value>) {
  return (
    <Base.RadioGroup value={value} onValueChange={(chosen: Value) => onChange(chosen)}>
      <MenuLabel>{label}</MenuLabel>
      {choices.map((choice) => (
        <Base.RadioItem key={choice.value} value={choice.value} className={row} closeOnClick>
          {choice.icon}
          <span className="flex-1">{choice.label}</span>
          <Base.RadioItemIndicator>
            <Check className="size-4 text-accent" />
          </Base.RadioItemIndicator>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className="px-2 pt-2 pb-1 text-xs font-medium text-faint">{children}</div>;
}

export function MenuSeparator() {
  return <Base.Separator className="mx-2 my-1 h-px bg-line" />;
}
