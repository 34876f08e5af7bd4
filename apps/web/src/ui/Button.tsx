import type { ComponentProps } from "react";

const looks = {
  primary: "bg-accent text-on-accent hover:brightness-110",
  plain: "border border-line bg-paper hover:bg-panel",
  quiet: "text-faint hover:bg-panel hover:text-ink",
};

interface ButtonProps extends ComponentProps<"button"> {
  kind?: keyof typeof looks;
}

export function Button({ kind = "plain", type = "button", className = "", ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={`rounded-md px-3 py-1.5 text-sm font-medium transition disabled:opacity-60 ${looks[kind]} ${className}`}
      {...rest}
    />
  );
}
