const isMac = /mac|iphone|ipad/i.test(navigator.userAgent);

/** A shortcut such as `Mod+K`; `Mod` is Command on Apple systems and Ctrl elsewhere. */
export function Shortcut({ keys, boxed = false }: { keys: string; boxed?: boolean }) {
  return (
    <kbd
      className={`rounded-sm font-sans text-[0.6875rem] tracking-wide whitespace-nowrap ${boxed ? "border border-edge px-1.5 py-0.5" : "pointer-coarse:hidden"}`}
    >
      {describeKeys(keys)}
    </kbd>
  );
}

const macSymbols: Record<string, string> = { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↵" };

/** A shortcut as text, in the notation of the platform. */
export function describeKeys(keys: string): string {
  const names = keys.split("+");
  return isMac
    ? names.map((name) => macSymbols[name] ?? name).join("")
    : names.map((name) => (name === "Mod" ? "Ctrl" : name)).join("+");
}

/** Whether the platform's command key was held. */
export const isCommand = (event: { metaKey: boolean; ctrlKey: boolean }) =>
  isMac ? event.metaKey : event.ctrlKey;
