import type { ComponentProps, ReactNode } from "react";

import { Tooltip } from "./Tooltip.tsx";

const kindStyles = {
  primary: "bg-accent text-on-accent hover:brightness-110 shadow-xs",
  plain: "border border-edge bg-paper hover:bg-hover",
  quiet: "text-faint hover:bg-hover hover:text-ink",
  danger: "bg-danger text-on-accent hover:brightness-110 shadow-xs",
};

export type ButtonKind = keyof typeof kindStyles;

/** Classes of a button, also for links that look like one. */
export function getButtonClass(kind: ButtonKind = "plain", className = ""): string {
  return `inline-flex h-8 items-center justify-center gap-2 rounded-md px-3 text-sm font-medium whitespace-nowrap transition disabled:cursor-default disabled:opacity-55 pointer-coarse:h-10 ${kindStyles[kind]} ${className}`;
}

export interface ButtonProps extends ComponentProps<"button"> {
  kind?: ButtonKind;
}

export function Button({ kind = "plain", type = "button", className = "", ...rest }: ButtonProps) {
  return <button type={type} className={getButtonClass(kind, className)} {...rest} />;
}

export interface IconButtonProps extends ComponentProps<"button"> {
  /** The accessible name and tooltip. */
  label: string;
  children: ReactNode;
  /** The shortcut shown in the tooltip. */
  keys?: string;
}

/** Classes of an icon button. */
export const getIconButtonClass = (className: string): string =>
  `grid size-7 shrink-0 place-content-center rounded-md text-faint transition hover:bg-hover hover:text-ink disabled:cursor-default disabled:opacity-50 aria-pressed:bg-chosen aria-pressed:text-ink data-popup-open:bg-chosen pointer-coarse:size-10 [&_svg]:size-4 ${className}`;

/** An icon button with a tooltip. */
export function IconButton({ label, keys, className = "", type = "button", ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button type={type} aria-label={label} className={getIconButtonClass(className)} {...rest} />
    </Tooltip>
  );
}
